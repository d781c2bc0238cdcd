"""Releases: a bucket that they come from, and CodeDeploy that brings them to a fleet, one instance after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from awacs.aws import PolicyDocument, Statement, StringLike
from troposphere import AWSHelperFn, GetAtt, Ref, Sub, Template, codedeploy, iam, s3

from . import buckets
from .metadata import context, suppress
from .statements import ANYTHING, allow
from .tags import name_tag
from .trust import trust_service

KEPT_DAYS = 365
"""How long a release that was replaced can be rolled back to."""

AGENT_PACKAGE = "AWSCodeDeployAgent"


@dataclass(frozen=True)
class Tier:
    """A fleet that releases go to: the group, what stops a release, and how CodeDeploy reaches its balancer.

    `targets` are ARNs below `elasticloadbalancing:<region>:<account>:`, as `Sub` strings.
    """

    prefix: str
    group: AWSHelperFn
    role: AWSHelperFn
    alarm: AWSHelperFn
    balancer: codedeploy.LoadBalancerInfo
    targets: str

    @property
    def folder(self) -> str:
        """The prefix of the tier's releases in the bucket."""
        return self.prefix.lower()


def release_bucket(template: Template, key: AWSHelperFn, access_logs: AWSHelperFn) -> s3.Bucket:
    """Add the bucket of releases, a folder per tier."""
    old = s3.NoncurrentVersionExpiration(NoncurrentDays=KEPT_DAYS)
    unfinished = s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=buckets.ABORT_UPLOADS_DAYS)
    rule = s3.LifecycleRule(
        Id="expire", Status="Enabled", NoncurrentVersionExpiration=old, AbortIncompleteMultipartUpload=unfinished
    )
    bucket = buckets.closed_bucket(
        template,
        "ReleaseBucket",
        "releases",
        "What the fleets run; whoever can write here decides what that is.",
        must=("be encrypted with the operations key", "keep versions"),
        key=key,
        lifecycle=s3.LifecycleConfiguration(Rules=[rule]),
        LoggingConfiguration=s3.LoggingConfiguration(DestinationBucketName=access_logs, LogFilePrefix="releases/"),
    )
    suppress(
        bucket,
        "A release is put into each region's own bucket; it can be built again from its commit.",
        nag=("HIPAA.Security-S3BucketReplicationEnabled", "NIST.800.53.R5-S3BucketReplicationEnabled"),
    )
    buckets.bucket_policy(template, bucket)
    return bucket


def release_statements(bucket: s3.Bucket, tier: Tier) -> list[Statement]:
    """Return what an instance needs to fetch its tier's releases and no other's."""
    below = StringLike({"s3:prefix": [f"{tier.folder}/*"]})
    return [
        allow("FetchesReleases", "s3:GetObject GetObjectVersion", buckets.bucket_arn(bucket, f"/{tier.folder}/*")),
        allow("FindsReleases", "s3:ListBucket", GetAtt(bucket, "Arn"), when=[below]),
    ]


def deployment(template: Template, tier: Tier, configuration: AWSHelperFn) -> codedeploy.DeploymentGroup:
    """Add a tier's application and the group that takes releases of it."""
    application = template.add_resource(
        codedeploy.Application(
            f"{tier.prefix}Application",
            ComputePlatform="Server",
            Tags=name_tag(template, f"{tier.folder}-tier"),
            Metadata=context(f"What the {tier.folder} fleet runs, release by release."),
        )
    )
    return template.add_resource(
        codedeploy.DeploymentGroup(
            f"{tier.prefix}Deployments",
            ApplicationName=Ref(application),
            AutoScalingGroups=[tier.group],
            ServiceRoleArn=GetAtt(_role(template, tier), "Arn"),
            DeploymentConfigName=configuration,
            LoadBalancerInfo=tier.balancer,
            Tags=name_tag(template, f"{tier.folder}-tier"),
            Metadata=context(
                "New instances get the last release before they serve; a failing one is taken back.",
                must=("Roll back on failure and on the tier's alarm.", "Take instances from the balancer meanwhile."),
                mutable="review-required",
            ),
            **_caution(tier),
        )
    )


def _caution(tier: Tier) -> dict[str, Any]:
    events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
    return {
        "AlarmConfiguration": codedeploy.AlarmConfiguration(
            Alarms=[codedeploy.Alarm(Name=tier.alarm)], Enabled=True, IgnorePollAlarmFailure=False
        ),
        "AutoRollbackConfiguration": codedeploy.AutoRollbackConfiguration(Enabled=True, Events=events),
        "DeploymentStyle": codedeploy.DeploymentStyle(
            DeploymentOption="WITH_TRAFFIC_CONTROL", DeploymentType="IN_PLACE"
        ),
        "OutdatedInstancesStrategy": "UPDATE",
    }


def _role(template: Template, tier: Tier) -> iam.Role:
    policy = iam.ManagedPolicy(
        f"{tier.prefix}DeploymentPolicy",
        Description=f"CodeDeploy to the {tier.folder} fleet, in place.",
        PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=_deploys(tier)),
        Metadata=context(
            "Narrower than AWSCodeDeployRole, which may end any instance.",
            must=("One fleet and its balancer.",),
            mutable="review-required",
        ),
    )
    suppress(
        policy,
        "What only looks knows no resource; what changes anything names the fleet and its balancer.",
        checkov=("CKV_AWS_111",),
        nag=("AwsSolutions-IAM5",),
    )
    return template.add_resource(
        iam.Role(
            f"{tier.prefix}DeploymentRole",
            AssumeRolePolicyDocument=trust_service("codedeploy.amazonaws.com"),
            ManagedPolicyArns=[Ref(template.add_resource(policy))],
            Metadata=context("A role for each tier, so that a release of one cannot touch the other."),
        )
    )


def _deploys(tier: Tier) -> list[Statement]:
    """Return AWSCodeDeployRole's permissions as far as deployments in place use them.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRole.html
    """
    group = Sub(
        "arn:${AWS::Partition}:autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*"
        ":autoScalingGroupName/${Group}",
        Group=tier.group,
    )
    balancing = "arn:${AWS::Partition}:elasticloadbalancing:${AWS::Region}:${AWS::AccountId}:" + tier.targets
    return [
        allow(
            "Fleet",
            "autoscaling:CompleteLifecycleAction DeleteLifecycleHook PutLifecycleHook RecordLifecycleActionHeartbeat "
            "ResumeProcesses SuspendProcesses",
            group,
        ),
        allow(
            "Balancer",
            "elasticloadbalancing:DeregisterInstancesFromLoadBalancer DeregisterTargets "
            "RegisterInstancesWithLoadBalancer RegisterTargets",
            balancing,
        ),
        allow(
            "Looks",
            "autoscaling:DescribeAutoScalingGroups DescribeLifecycleHooks ec2:DescribeInstances DescribeInstanceStatus "
            "elasticloadbalancing:DescribeInstanceHealth DescribeLoadBalancers DescribeTargetGroupAttributes "
            "DescribeTargetGroups DescribeTargetHealth cloudwatch:DescribeAlarms tag:GetResources",
            ANYTHING,
        ),
    ]
