"""ARNs: what a resource will be called, as far as its template and its stack say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ... import names
from ...expressions.values import Reference, Text, Unknown, Value, pieces
from ..world import Located, Site
from .matching import literal, token

FORMATS: Mapping[str, str] = {
    "AWS::Backup::BackupVault": "arn:{p}:backup:{r}:{a}:backup-vault:{n}",
    "AWS::CloudTrail::Trail": "arn:{p}:cloudtrail:{r}:{a}:trail/{n}",
    "AWS::CloudWatch::Alarm": "arn:{p}:cloudwatch:{r}:{a}:alarm:{n}",
    "AWS::Cognito::UserPool": "arn:{p}:cognito-idp:{r}:{a}:userpool/{n}",
    "AWS::Config::ConfigurationRecorder": "arn:{p}:config:{r}:{a}:configuration-recorder/{n}",
    "AWS::DynamoDB::Table": "arn:{p}:dynamodb:{r}:{a}:table/{n}",
    "AWS::GuardDuty::Detector": "arn:{p}:guardduty:{r}:{a}:detector/{n}",
    "AWS::IAM::Group": "arn:{p}:iam::{a}:group{path}{n}",
    "AWS::IAM::InstanceProfile": "arn:{p}:iam::{a}:instance-profile{path}{n}",
    "AWS::IAM::ManagedPolicy": "arn:{p}:iam::{a}:policy{path}{n}",
    "AWS::IAM::Role": "arn:{p}:iam::{a}:role{path}{n}",
    "AWS::IAM::User": "arn:{p}:iam::{a}:user{path}{n}",
    "AWS::KMS::Alias": "arn:{p}:kms:{r}:{a}:{n}",
    "AWS::KMS::Key": "arn:{p}:kms:{r}:{a}:key/{n}",
    "AWS::Lambda::Function": "arn:{p}:lambda:{r}:{a}:function:{n}",
    "AWS::Logs::LogGroup": "arn:{p}:logs:{r}:{a}:log-group:{n}",
    "AWS::RDS::DBInstance": "arn:{p}:rds:{r}:{a}:db:{n}",
    "AWS::Route53::HostedZone": "arn:{p}:route53:::hostedzone/{n}",
    "AWS::S3::Bucket": "arn:{p}:s3:::{n}",
    "AWS::SNS::Topic": "arn:{p}:sns:{r}:{a}:{n}",
    "AWS::SSM::Document": "arn:{p}:ssm:{r}:{a}:document/{n}",
    "AWS::SSM::Parameter": "arn:{p}:ssm:{r}:{a}:parameter{n}",
    "AWS::SQS::Queue": "arn:{p}:sqs:{r}:{a}:{n}",
    "AWS::SecretsManager::Secret": "arn:{p}:secretsmanager:{r}:{a}:secret:{n}",
    "AWS::EC2::Instance": "arn:{p}:ec2:{r}:{a}:instance/{n}",
}
"""ARN by type. https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"""

NAMED = {
    "AWS::Backup::BackupVault": "BackupVaultName",
    "AWS::CloudTrail::Trail": "TrailName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
}
"""The property that names a resource, where it is not `Name`."""

ASSIGNED = frozenset({"AWS::KMS::Key", "AWS::GuardDuty::Detector", "AWS::Cognito::UserPool", "AWS::EC2::Instance"})
"""Types whose ids have nothing of a name in them."""

LOWER = frozenset({"AWS::S3::Bucket", "AWS::RDS::DBInstance"})
"""Types whose names are in lower case."""

WITH_SUFFIX = frozenset({"AWS::SecretsManager::Secret"})
"""Types to whose names AWS adds six characters."""


MASTER = "MasterUserSecret.SecretArn"
"""Attribute of a database: the secret that RDS makes, whose name begins with `rds!db-`."""

_ARNS = ("Arn", "TopicArn", "BackupVaultArn", "LoadBalancerArn", "SecretArn")
_FORMS = {"TargetGroupFullName": "targetgroup", "LoadBalancerFullName": "loadbalancer"}
_REF_IS_ARN = ("AWS::IAM::ManagedPolicy", "AWS::SNS::Topic", "AWS::SecretsManager::Secret")


@dataclass(frozen=True, eq=False)
class Names:
    """What the resources of some sites are called, by stack and logical id."""

    known: Mapping[tuple[str, str], tuple[Site, Located]]
    stacks: Mapping[str, Site]

    @cached_property
    def policies(self) -> Mapping[str, tuple[str, str]]:
        """The managed policies of templates by ARN: those that name each other are attached by it."""
        found = (each for each in self.known.values() if each[1].resource.type == "AWS::IAM::ManagedPolicy")
        return {self.arn_of(site, located): located.resource.reference.resource for site, located in found}

    def text(self, value: Value) -> str:
        """Return a text in which ARNs and names are spelled out as far as they are known."""
        return value if isinstance(value, str) else "".join(self._piece(piece) for piece in pieces(value))

    def texts(self, value: Value) -> tuple[str, ...]:
        """Return each of a list of texts, or the one that is no list."""
        return tuple(self.text(each) for each in value) if isinstance(value, list) else (self.text(value),)

    def spelled(self, value: Value) -> Value:
        """Return a structure with every text in it spelled out."""
        if isinstance(value, Mapping):
            return {key: self.spelled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.spelled(each) for each in value]
        return self.text(value) if isinstance(value, Reference | Text | Unknown) else value

    def arn_of(self, site: Site, located: Located) -> str:
        """Return the ARN of a resource; of a type that is not listed, private characters of its own."""
        kind, path = located.resource.type, located.resource.properties.get("Path", "/")
        if kind not in FORMATS:
            return token(*located.resource.reference.resource, "Arn")
        return FORMATS[kind].format(
            p=names.partition(site.region),
            r=site.region,
            a=site.account,
            n=self.name_of(located),
            path=path if isinstance(path, str) else "/",
        )

    def name_of(self, located: Located) -> str:
        """Return what a resource is called: as it says, else as CloudFormation does, by its stack and logical id."""
        kind, given = located.resource.type, located.resource.properties
        stack, logical_id = located.resource.reference.resource
        suffix = f"-{token(stack, logical_id, 'suffix')}" if kind in WITH_SUFFIX else ""
        written = given.get(NAMED.get(kind, "Name"))
        if kind in ASSIGNED:
            return token(stack, logical_id, "id")
        if written is not None:
            return self.text(written) + suffix
        name = f"{self._stack_name(stack)}-{logical_id}-{token(stack, logical_id, 'random')}"
        return (name.lower() if kind in LOWER else name) + suffix

    def _piece(self, piece: str | Reference | Unknown) -> str:
        if not isinstance(piece, Reference):
            return literal(piece)
        if piece.logical_id == "AWS::StackName":
            return self._stack_name(piece.stack)
        if piece.resource not in self.known:
            return literal(piece)
        site, located = self.known[piece.resource]
        kind = located.resource.type
        if piece.attribute == MASTER:
            name = f"secret:rds!db-{token(*piece.resource)}"
            return f"arn:{names.partition(site.region)}:secretsmanager:{site.region}:{site.account}:{name}"
        if piece.attribute in _FORMS:
            return f"{_FORMS[piece.attribute]}/{token(*piece.resource)}"
        if piece.attribute in _ARNS or (piece.attribute == "Ref" and kind in _REF_IS_ARN):
            return self.arn_of(site, located) + (":*" if kind == "AWS::Logs::LogGroup" else "")
        return self.name_of(located) if piece.attribute == "Ref" else literal(piece)

    def _stack_name(self, stack: str) -> str:
        """Return what a stack is called: as bootstrap calls it, or as StackSets and nested stacks do."""
        site = self.stacks.get(stack)
        if site is None:
            return token(stack)
        project, environment = site.environment.project, site.environment.name
        if site.target is None:
            return names.bootstrap_stack(project, environment, stack.rpartition("/")[2])
        bundle = stack.rpartition("/")[0].rpartition("/")[2]
        return f"StackSet-{names.stack_set(project, environment, bundle)}-{token(stack)}"


def read_names(sites: Sequence[Site]) -> Names:
    """Return what the resources of some sites are called."""
    everywhere = [(site, located) for site in sites for located in site.resources()]
    known = {located.resource.reference.resource: (site, located) for site, located in everywhere}
    return Names(known, {stack.frame.stack: site for site in sites for stack in site.stacks})
