from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from cfngen.findings import Finding
from cfngen.verify.access import prove_access
from cfngen.verify.proof import Proof
from cfngen.verify.table import read_table

from .weakenings import (
    Resources,
    everything_allowed,
    nothing,
    nothing_allowed,
    nothing_denied,
    one_region,
    small,
    weakened,
)

TABLE = read_table()
CHANGES = {"may": nothing_allowed, "may not": everything_allowed, "is denied": nothing_denied}


@cache
def proved(change: Callable[[str, Resources], None]) -> Proof:
    return prove_access(weakened(change, small()))


def of_row(proof: Proof, where: Any) -> list[Finding]:
    return [each for each in proof.findings if each.problem.hint.endswith(f"{where}")]


def found_in(layer: str, change: Callable[[Resources], None]) -> list[str]:
    """Return what is found when the resources of one layer are changed: the rule, the place and the message."""
    world = weakened(lambda name, resources: change(resources) if name == layer else None, one_region())
    found = prove_access(world).findings
    return [f"{each.rule} {each.problem.where.path}: {each.problem.what}" for each in found]


def statements(resources: Resources, name: str, document: str = "PolicyDocument") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resources[name]["Properties"][document]["Statement"]
    return found


def drop(name: str, *sids: str, document: str = "PolicyDocument") -> Callable[[Resources], None]:
    """Take statements out of a policy."""

    def change(resources: Resources) -> None:
        found = statements(resources, name, document)
        kept = [each for each in found if each.get("Sid") not in sids]
        assert len(kept) == len(found) - len(sids)
        found[:] = kept

    return change


def add(
    name: str, effect: str, action: str, document: str = "PolicyDocument", **more: Any
) -> Callable[[Resources], None]:
    """Put a statement into a policy."""
    body = {"Sid": "Added", "Effect": effect, "Action": [action], "Resource": ["*"], **more}
    return lambda resources: statements(resources, name, document).append(body)


def without(name: str, key: str) -> Callable[[Resources], None]:
    """Take a property out of a resource."""
    return lambda resources: resources[name]["Properties"].pop(key)


def test_every_sentence_holds_for_the_templates_as_they_are():
    assert proved(nothing).findings == ()
    assert proved(nothing).facts_checked > 10_000


@pytest.mark.parametrize("row", TABLE.sentences, ids=lambda row: f"{row.where.line}-{row.who[0]}")
def test_every_sentence_is_violated_where_everything_it_hangs_on_is_gone(row):
    found = of_row(proved(CHANGES[row.verb]), row.where)
    assert found, row
    assert {each.rule for each in found} == {f"access.{row.verb.replace(' ', '-')}"}
    assert all(row.why in each.problem.what for each in found)


WEAKENINGS = [
    (
        "identity",
        drop("Boundary", "Documents"),
        "identity.EngineerRole may s3:getobject, by identity.EngineerPolicy Statement Objects",
        "of documents.DocumentsBucket. Nobody but the app tier reads or writes documents",
    ),
    (
        "identity",
        drop("Boundary", "Trail"),
        "identity.DatabaseAdministratorRole is not denied cloudtrail:stoplogging by any Statement",
        "Database administrators, and all whom the boundary binds, cannot touch the trail",
    ),
    (
        "identity",
        without("DatabaseAdministratorRole", "PermissionsBoundary"),
        "identity.DatabaseAdministratorRole is not denied cloudtrail:stoplogging",
        "cannot touch the trail",
    ),
    (
        "identity",
        drop("NeverReadPolicy", "NeverRead"),
        "identity.MonitorS3Role is not denied s3:getobject by any Statement",
        "Monitors read no patient data, whatever they are given",
    ),
    (
        "identity",
        drop("OwnMfaPolicy", "NothingElseWithoutMfa"),
        "identity.SystemAdministrators is not denied kms:decrypt by any Statement",
        "Nobody without MFA does anything but enrol a device",
    ),
    (
        "documents",
        add("DocumentsBucketPolicy", "Allow", "s3:GetObject", Principal={"AWS": "*"}),
        "somebody with every right in another account may s3:getobject, by documents.DocumentsBucketPolicy",
        "Nobody from outside has anything to do with a bucket",
    ),
    (
        "users",
        lambda resources: statements(resources, "PatientPolicy")[0].update(
            Resource=[{"Fn::Sub": "${DocumentsBucketArn}/patients/*"}]
        ),
        "users.PatientRole may s3:getobject, by users.PatientPolicy Statement OwnDocuments",
        "Whoever signs in reaches what is below the prefix of their own identity",
    ),
    (
        "audit",
        drop("AuditArchivePolicy", "NobodyDeletes"),
        "is not denied s3:deleteobject by any Statement, of audit.AuditArchive",
        "The archive is emptied by nobody",
    ),
    (
        "audit",
        add("AuditKey", "Allow", "kms:*", "KeyPolicy", Principal={"AWS": "333333333333"}),
        "somebody with every right in an account that a policy names, 333333333333, may kms:decrypt, by audit.AuditKey",
        "Keys are the account's own",
    ),
    (
        "documents",
        add("DocumentsBucketPolicy", "Allow", "s3:Get*", Principal={"AWS": "arn:aws:iam::333333333333:role/partner"}),
        "an account that a policy names, 333333333333, may s3:getobject, by documents.DocumentsBucketPolicy",
        "Nobody from outside has anything to do with a bucket",
    ),
    (
        "backup",
        drop("BackupVault", "NobodyDeletes", document="AccessPolicy"),
        "is not denied backup:deleterecoverypoint by any Statement, of backup.BackupVault",
        "Ransomware deletes backups first",
    ),
    (
        "web",
        add("WebInstancePolicy", "Allow", "secretsmanager:GetSecretValue"),
        "web.WebInstanceRole may secretsmanager:getsecretvalue, by web.WebInstancePolicy Statement Added",
        "The web tier has nothing to ask the database",
    ),
    (
        "execution",
        add("ExecutionRole", "Allow", "sts:AssumeRole", "AssumeRolePolicyDocument", Principal="*"),
        "may sts:assumerole, by execution.ExecutionRole Statement Added",
        "StackSets alone makes what the templates describe",
    ),
    (
        "execution",
        drop("IdentityPolicy", "LeavesBootstrapAlone"),
        "execution.ExecutionRole is not denied iam:attachrolepolicy by any Statement, of execution.ExecutionRole",
        "It cannot change itself",
    ),
    (
        "execution",
        drop("DataPolicy", "Buckets"),
        "execution.ExecutionRole may not s3:CreateBucket (Action), which CloudFormation does to make AWS::S3::Bucket",
        "",
    ),
    (
        "documents",
        drop("DocumentsPolicy", "Keeps"),
        "app.AppInstanceRole may not s3:getobject, of documents.DocumentsBucket",
        "It serves patients their documents",
    ),
]


@pytest.mark.parametrize(("layer", "change", "what", "why"), WEAKENINGS)
def test_a_single_weakening_is_found_with_who_what_and_why(layer, change, what, why):
    found = found_in(layer, change)
    assert [each for each in found if what in each and why in each], found[:3]


CHOICES = (
    ["account"],
    ["detection"],
    ["account", "detection"],
    ["foundation"],
    ["account", "foundation", "service"],
    ["zone", "foundation", "service"],
    ["zone", "domain", "foundation", "service", "edge"],
)


@pytest.mark.parametrize("bundles", CHOICES, ids="+".join)
def test_no_sentence_fails_for_want_of_bundles_that_an_environment_does_not_deploy(bundles):
    chosen = replace(one_region(), bundles=tuple(bundles))
    assert prove_access(weakened(lambda *_: None, chosen)).findings == ()
