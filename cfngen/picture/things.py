"""What is drawn of a site: its members as nodes, and what else it has as counted services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ..expressions.values import Value, as_text, is_literal, references
from ..verify.network.members import Member
from ..verify.subnets import FLEET, number
from ..verify.world import Located, Site
from .drawing import Node

SERVICES: Mapping[str, tuple[str, str]] = {
    "AWS::CloudFront::Distribution": ("CDN", "CDNs"),
    "AWS::WAFv2::WebACL": ("web ACL", "web ACLs"),
    "AWS::Route53::HostedZone": ("zone", "zones"),
    "AWS::CertificateManager::Certificate": ("certificate", "certificates"),
    "AWS::Cognito::UserPool": ("user pool", "user pools"),
    "AWS::S3::Bucket": ("bucket", "buckets"),
    "AWS::Backup::BackupVault": ("backup vault", "backup vaults"),
    "AWS::KMS::Key": ("key", "keys"),
    "AWS::SecretsManager::Secret": ("secret", "secrets"),
    "AWS::SNS::Topic": ("topic", "topics"),
    "AWS::CloudWatch::Alarm": ("alarm", "alarms"),
    "AWS::Logs::LogGroup": ("log group", "log groups"),
    "AWS::Lambda::Function": ("function", "functions"),
    "AWS::IAM::Role": ("role", "roles"),
    "AWS::CloudTrail::Trail": ("audit trail", "audit trails"),
    "AWS::Config::ConfigurationRecorder": ("recorder", "recorders"),
    "AWS::GuardDuty::Detector": ("threat detector", "threat detectors"),
    "AWS::SecurityHub::Hub": ("security hub", "security hubs"),
    "AWS::AccessAnalyzer::Analyzer": ("access analyzer", "access analyzers"),
}
"""Types outside of networks that are drawn, with their names for one and for several."""


def service_nodes(site: Site, home: str) -> tuple[Node, ...]:
    """Return a node for each type of `SERVICES` that a site has, with how many; `home` begins their ids."""
    count = Counter(located.resource.type for located in site.resources(*SERVICES))
    return tuple(
        Node(f"{home}/{kind}", kind, (f"{count[kind]} {SERVICES[kind][count[kind] > 1]}",))
        for kind in SERVICES
        if count[kind]
    )


def title(member: Member) -> str:
    """Return what a person calls a member: `Web fleet`."""
    layer, _, kind = member.role.partition(" ")
    words = kind if layer in ("data", "network") else member.role
    return words[:1].upper() + words[1:]


def lines(site: Site, member: Member) -> tuple[str, ...]:
    """Return what stands below the icon of a member: its name, and what matters about it."""
    if member.located is None:
        return (title(member),)
    return (title(member), *filter(None, _details(site, member.located)))


def kind(member: Member) -> str:
    """Return the resource type of a member."""
    return member.located.resource.type if member.located else "users"


def is_multi_zone(member: Member) -> bool:
    """Whether a database keeps a standby in another zone."""
    given = member.located.resource.properties.get("MultiAZ") if member.located else None
    return _word(given) == "true"


def runs_nothing(member: Member) -> bool:
    """Whether a fleet is at zero, as in a standby region."""
    given = member.located.resource.properties if member.located else {}
    return kind(member) == FLEET and not number(given.get("DesiredCapacity")) and not number(given.get("MinSize"))


def _details(site: Site, located: Located) -> Iterator[str]:
    given = located.resource.properties
    match located.resource.type:
        case "AWS::AutoScaling::AutoScalingGroup":
            yield _size(given)
            yield _instance_type(site, given)
        case "AWS::RDS::DBInstance":
            yield _word(given.get("Engine"))
            yield _word(given.get("DBInstanceClass"))
        case "AWS::Backup::RestoreTestingSelection":
            yield "for hours, to try a restore"
        case "AWS::ElasticLoadBalancing::LoadBalancer":
            yield f"Classic, {_word(given.get('Scheme')) or 'internet-facing'}"
        case "AWS::ElasticLoadBalancingV2::LoadBalancer":
            kind = _word(given.get("Type")) or "application"
            yield f"{kind.capitalize()}, {_word(given.get('Scheme')) or 'internet-facing'}"


def _size(given: Mapping[str, Value]) -> str:
    now, most = (_word(given.get(name)) for name in ("DesiredCapacity", "MaxSize"))
    return f"{now or '?'} of at most {most or '?'}" if most != "0" else "at zero"


def _instance_type(site: Site, given: Mapping[str, Value]) -> str:
    for each in references(given.get("LaunchTemplate")):
        found = site.find(each)
        data = found.resource.properties.get("LaunchTemplateData") if found else None
        if isinstance(data, Mapping):
            return _word(data.get("InstanceType"))
    return ""


def _word(value: Value) -> str:
    return as_text(value) if is_literal(value) else ""
