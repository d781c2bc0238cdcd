"""What is in an account already and would be in the way of stacks that are still to be made.

Other people's recorders and detectors, service-linked roles that a service made by itself, what an earlier life of the
environment left behind, and quotas of a new account. Asked with the reader role; where it may not ask, nothing is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from ..deployment import Instance
from ..errors import CfngenError, Problem, problem
from ..verify.claims import Claim
from ..verify.quotas import ADDRESSES, TRAILS, VPCS, Quota
from .calls import side_by_side
from .errors import code, translated
from .readers import Readers

WHERE = "preflight"

ABSENT = ("InvalidAccessException", "InvalidDocument", "NoSuchEntity", "ResourceNotFoundException")
"""Errors that say that there is none: Security Hub's is the first where it is off."""

Kind = TypeVar("Kind")

Client = Callable[[str], Any]
"""`client("iam")` is a client of the account and region."""


def _analyzer(client: Client, _: Claim) -> str:
    found = client("accessanalyzer").list_analyzers(type="ACCOUNT")["analyzers"]
    return f"there is the analyzer {found[0]['name']}" if found else ""


def _recorder(client: Client, _: Claim) -> str:
    found = client("config").describe_configuration_recorders()["ConfigurationRecorders"]
    return f"there is the configuration recorder {found[0]['name']}" if found else ""


def _detector(client: Client, _: Claim) -> str:
    found = client("guardduty").list_detectors()["DetectorIds"]
    return f"there is the GuardDuty detector {found[0]}" if found else ""


def _linked_role(client: Client, claim: Claim) -> str:
    found = client("iam").list_roles(PathPrefix=f"/aws-service-role/{claim.name}/")["Roles"]
    return f"there is the service-linked role {found[0]['RoleName']}" if found else ""


def _hub(client: Client, _: Claim) -> str:
    return f"there is {client('securityhub').describe_hub()['HubArn']}"


def _bucket(client: Client, claim: Claim) -> str:
    """List rather than look: that takes a permission on no bucket."""
    pages = client("s3").get_paginator("list_buckets").paginate(Prefix=claim.name)
    taken = any(row["Name"] == claim.name for page in pages for row in page["Buckets"])
    return f"the bucket {claim.name} is there from an earlier life" if taken else ""


def _vault(client: Client, claim: Claim) -> str:
    """List rather than look: of a vault that does not exist AWS says that access is denied."""
    pages = client("backup").get_paginator("list_backup_vaults").paginate()
    taken = any(row["BackupVaultName"] == claim.name for page in pages for row in page["BackupVaultList"])
    return f"the backup vault {claim.name} is there from an earlier life" if taken else ""


def _domain(client: Client, claim: Claim) -> str:
    found = client("cognito-idp").describe_user_pool_domain(Domain=claim.name)["DomainDescription"]
    return f"the sign-in domain {claim.name} belongs to {found['UserPoolId']}" if found.get("UserPoolId") else ""


def _document(client: Client, claim: Claim) -> str:
    client("ssm").describe_document(Name=claim.name)
    return f"there is the document {claim.name}"


ASK: Mapping[str, Callable[[Client, Claim], str]] = {
    "AWS::AccessAnalyzer::Analyzer": _analyzer,
    "AWS::Backup::BackupVault": _vault,
    "AWS::Cognito::UserPoolDomain": _domain,
    "AWS::Config::ConfigurationRecorder": _recorder,
    "AWS::GuardDuty::Detector": _detector,
    "AWS::IAM::ServiceLinkedRole": _linked_role,
    "AWS::S3::Bucket": _bucket,
    "AWS::SSM::Document": _document,
    "AWS::SecurityHub::Hub": _hub,
}


def _trails(client: Client) -> int:
    return len(client("cloudtrail").describe_trails()["trailList"])


def _addresses(client: Client) -> int:
    return len(client("ec2").describe_addresses()["Addresses"])


def _vpcs(client: Client) -> int:
    return len(client("ec2").describe_vpcs()["Vpcs"])


COUNT: Mapping[str, tuple[Callable[[Client], int], Quota, tuple[str, str]]] = {
    "AWS::CloudTrail::Trail": (_trails, TRAILS, ("", "")),
    "AWS::EC2::EIP": (_addresses, ADDRESSES, ("ec2", "L-0263D0A3")),
    "AWS::EC2::VPC": (_vpcs, VPCS, ("vpc", "L-F678F1CE")),
}
"""How many there are, AWS's quota for a new account, and its name in Service Quotas where it can be raised."""


def check_presence(readers: Readers, wanted: Sequence[Claim], home: Mapping[Instance, str]) -> list[Problem]:
    """Return a problem for each claim that somebody was faster with, and for each quota that would not do.

    `home` says for each place where in the environment file a line for it alone is written.
    """
    single = [claim for claim in wanted if claim.type in ASK]
    counted = Counter((claim.place, claim.target, claim.type) for claim in wanted if claim.type in COUNT)
    asked = side_by_side(lambda claim: _asked(readers, claim), single)
    counts = side_by_side(lambda each: _counted(readers, each[0], each[2], counted[each]), counted)
    found = [_taken(claim, what, home) for claim, what in asked if what]
    short = [_short(each, what) for each, what in counts if what]
    return list(dict.fromkeys([*found, *short]))


def _asked(readers: Readers, claim: Claim) -> str:
    return _answer(lambda: ASK[claim.type](lambda service: readers.client(service, claim.place), claim), "")


def _counted(readers: Readers, place: Instance, kind: str, due: int) -> str:
    """Return what there is and what is allowed where it is too little, else ''."""

    def client(service: str) -> Any:
        return readers.client(service, place)

    count, quota, (service, number) = COUNT[kind]
    present = _answer(lambda: count(client), 0)
    if present + due <= quota.allowed:
        return ""
    allowed = quota.allowed
    if number:
        ask = client("service-quotas").get_service_quota
        allowed = _answer(lambda: int(ask(ServiceCode=service, QuotaCode=number)["Quota"]["Value"]), allowed)
    enough = present + due <= allowed
    return "" if enough else f"has {present} of {quota.name} and needs {due} more; AWS allows {allowed}"


def _answer(ask: Callable[[], Kind], otherwise: Kind) -> Kind:
    """Return what AWS answers, `otherwise` where there is none or where we may not ask."""
    try:
        with translated("looking for what is there already"):
            try:
                return ask()
            except ClientError as error:
                if code(error) not in ABSENT:
                    raise
                return otherwise
    except CfngenError:
        return otherwise


def _taken(claim: Claim, what: str, home: Mapping[Instance, str]) -> Problem:
    hint = "remove it, or leave it to whoever has it"
    if claim.setting:
        level = "parameters" if claim.setting.startswith("StoreGeneration") else home.get(claim.place, "parameters")
        hint = f"write `{claim.setting}` under {level}"
        hint += ": the next life has names of its own" if claim.setting.startswith("StoreGeneration") else ""
    return problem(f"{claim.target}: {what}, and {claim.layer} would make another", where=WHERE, hint=hint)


def _short(each: tuple[Instance, str, str], what: str) -> Problem:
    place, target, _ = each
    hint = f"ask for more in the Service Quotas console of account {place.account} in {place.region}, or remove some"
    return problem(f"{target}: {what}", where=WHERE, hint=hint)
