"""Readers of the main resource types: what drifts most and matters most.

Types that are not here are told as NOT_CHECKED, as AWS does with types that it cannot check:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from .api import is_gone, tag_map, text
from .handler import Request
from .reader import Neighbour, Pairs, Reader
from .reading_network import NETWORK


def chosen(r: Request, actual: Mapping[str, Any], *names: str) -> dict[str, tuple[Any, Any]]:
    """Return those of `names` that the template gives, beside what a service tells under the same names, as text."""
    return {name: (text(r.properties[name]), text(actual.get(name, ""))) for name in names if name in r.properties}


def document(value: Any) -> Any:
    """Return a policy document in one form, however it was given or told."""
    return json.loads(unquote(value)) if isinstance(value, str) else json.loads(json.dumps(value))


def _found(items: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return items[0] if items else None


_PUBLIC_ACCESS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def _bucket(r: Request, _: Sequence[Neighbour]) -> Pairs:
    s3, name, given = r.clients("s3"), r.physical_id, r.properties
    pairs: dict[str, tuple[Any, Any]] = {}
    s3.head_bucket(Bucket=name)
    if "VersioningConfiguration" in given:
        found = s3.get_bucket_versioning(Bucket=name)
        pairs["VersioningConfiguration"] = (given["VersioningConfiguration"]["Status"], found.get("Status", ""))
    if "BucketEncryption" in given:
        pairs["BucketEncryption"] = (_wanted_encryption(given["BucketEncryption"]), _encryption(s3, name))
    if "PublicAccessBlockConfiguration" in given:
        block = given["PublicAccessBlockConfiguration"]
        expected = {name: text(block.get(name, "false")) for name in _PUBLIC_ACCESS}
        pairs["PublicAccessBlockConfiguration"] = (expected, _public_access(s3, name))
    return pairs


def _wanted_encryption(given: Mapping[str, Any]) -> list[str]:
    rules = given["ServerSideEncryptionConfiguration"]
    return [rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in rules]


def _encryption(s3: Any, name: str) -> list[str]:
    try:
        rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    except s3.exceptions.ClientError:
        return []
    return [rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in rules]


def _public_access(s3: Any, name: str) -> dict[str, str]:
    try:
        found = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    except s3.exceptions.ClientError:
        return {}
    return {name: text(found.get(name, False)) for name in _PUBLIC_ACCESS}


def _bucket_policy(r: Request, _: Sequence[Neighbour]) -> Pairs:
    found = r.clients("s3").get_bucket_policy(Bucket=r.properties["Bucket"])["Policy"]
    return {"PolicyDocument": (document(r.properties["PolicyDocument"]), document(found))}


def _role(r: Request, neighbours: Sequence[Neighbour]) -> Pairs:
    iam, name = r.clients("iam"), r.physical_id
    role = iam.get_role(RoleName=name)["Role"]
    attached = {row["PolicyArn"] for row in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}
    theirs = {each.physical_id for each in neighbours if name in each.properties.get("Roles", ())}
    expected = set(r.properties.get("ManagedPolicyArns", ()))
    trust = document(r.properties["AssumeRolePolicyDocument"])
    return {
        "AssumeRolePolicyDocument": (trust, document(role["AssumeRolePolicyDocument"])),
        "ManagedPolicyArns": (sorted(expected), sorted(attached - (theirs - expected))),
    }


def _managed_policy(r: Request, _: Sequence[Neighbour]) -> Pairs:
    iam = r.clients("iam")
    version = iam.get_policy(PolicyArn=r.physical_id)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=r.physical_id, VersionId=version)["PolicyVersion"]["Document"]
    return {"PolicyDocument": (document(r.properties["PolicyDocument"]), document(found))}


def _role_policy(r: Request, _: Sequence[Neighbour]) -> Pairs:
    name = r.properties["PolicyName"]
    roles = r.properties.get("Roles") or [r.properties[key] for key in ("RoleName",) if key in r.properties]
    found = [r.clients("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for role in roles]
    wanted = document(r.properties["PolicyDocument"])
    return {"PolicyDocument": ([wanted] * len(found), [document(each) for each in found])}


def _instance_profile(r: Request, _: Sequence[Neighbour]) -> Pairs:
    found = r.clients("iam").get_instance_profile(InstanceProfileName=r.physical_id)["InstanceProfile"]
    return {"Roles": (list(r.properties.get("Roles", ())), [role["RoleName"] for role in found["Roles"]])}


def _parameter(r: Request, _: Sequence[Neighbour]) -> Pairs:
    return chosen(r, r.clients("ssm").get_parameter(Name=r.physical_id)["Parameter"], "Value", "Type")


def _key(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    kms = r.clients("kms")
    found = kms.describe_key(KeyId=r.physical_id)["KeyMetadata"]
    if found["KeyState"] == "PendingDeletion":
        return None
    policy = kms.get_key_policy(KeyId=r.physical_id, PolicyName="default")["Policy"]
    rotates = text(kms.get_key_rotation_status(KeyId=r.physical_id)["KeyRotationEnabled"])
    pairs = chosen(r, found, "Description") | chosen(r, {"EnableKeyRotation": rotates}, "EnableKeyRotation")
    return pairs | {"KeyPolicy": (document(r.properties["KeyPolicy"]), document(policy))}


def _log_group(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    rows = r.clients("logs").describe_log_groups(logGroupNamePrefix=r.physical_id)["logGroups"]
    found = _found([row for row in rows if row["logGroupName"] == r.physical_id])
    return (
        None if found is None else chosen(r, {"RetentionInDays": found.get("retentionInDays", "")}, "RetentionInDays")
    )


def _database(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    found = _found(r.clients("rds").describe_db_instances(DBInstanceIdentifier=r.physical_id)["DBInstances"])
    names = ("DBInstanceClass", "DeletionProtection", "PubliclyAccessible", "StorageEncrypted")
    return None if found is None else chosen(r, found, *names)


def _fleet(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    groups = r.clients("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[r.physical_id])
    found = _found(groups["AutoScalingGroups"])
    return None if found is None else chosen(r, found, "MinSize", "MaxSize")


def _balancer(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    found = _found(r.clients("elbv2").describe_load_balancers(LoadBalancerArns=[r.physical_id])["LoadBalancers"])
    return None if found is None else chosen(r, found, "Scheme", "Type")


def _target_group(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    found = _found(r.clients("elbv2").describe_target_groups(TargetGroupArns=[r.physical_id])["TargetGroups"])
    return None if found is None else chosen(r, found, "Port", "Protocol", "HealthCheckPath")


def _classic_balancer(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    names = [r.physical_id]
    found = _found(r.clients("elb").describe_load_balancers(LoadBalancerNames=names)["LoadBalancerDescriptions"])
    return None if found is None else chosen(r, found, "Scheme")


def _topic(r: Request, _: Sequence[Neighbour]) -> Pairs:
    found = r.clients("sns").get_topic_attributes(TopicArn=r.physical_id)["Attributes"]
    return chosen(r, found, "DisplayName", "KmsMasterKeyId")


def _secret(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    found = r.clients("secretsmanager").describe_secret(SecretId=r.physical_id)
    if found.get("DeletedDate"):
        return None
    tags = {row["Key"]: row["Value"] for row in found.get("Tags", ())}
    return chosen(r, found, "Description") | {"Tags": (tag_map(r.properties), tags)}


def _alarm(r: Request, _: Sequence[Neighbour]) -> Pairs | None:
    found = _found(r.clients("cloudwatch").describe_alarms(AlarmNames=[r.physical_id])["MetricAlarms"])
    return None if found is None else chosen(r, found, "MetricName", "ComparisonOperator")


_READERS: Mapping[str, Reader] = {
    **NETWORK,
    "AWS::AutoScaling::AutoScalingGroup": _fleet,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::ElasticLoadBalancing::LoadBalancer": _classic_balancer,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
    "AWS::IAM::InstanceProfile": _instance_profile,
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Policy": _role_policy,
    "AWS::IAM::Role": _role,
    "AWS::IAM::RolePolicy": _role_policy,
    "AWS::KMS::Key": _key,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::RDS::DBInstance": _database,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SNS::Topic": _topic,
    "AWS::SSM::Parameter": _parameter,
    "AWS::SecretsManager::Secret": _secret,
}


def _forgiving(reader: Reader) -> Reader:
    """Return the reader that takes a service's own "not found" for what it is: the resource is gone."""

    def read(r: Request, neighbours: Sequence[Neighbour]) -> Pairs | None:
        try:
            return reader(r, neighbours)
        except ClientError as error:
            if is_gone(error):
                return None
            raise

    return read


READERS: Mapping[str, Reader] = {name: _forgiving(reader) for name, reader in _READERS.items()}
"""How a resource of each type is read back, None when it is gone."""
