"""A fleet: a launch template and an Auto Scaling group that replaces, scales and rolls instances.

Made for each tier by its layer. An instance counts only once it has signalled (`user_data`), a fleet
keeps its minimum in service while it rolls, and a standby region's fleets are at zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from troposphere import AWSHelperFn, Equals, GetAtt, If, Parameter, Ref, Sub, Tags, Template, autoscaling, ec2, iam
from troposphere.policies import (
    AutoScalingRollingUpdate,
    AutoScalingScheduledAction,
    CreationPolicy,
    ResourceSignal,
    UpdatePolicy,
)

from .. import facts
from ..layer import Classification, setting
from .metadata import context, suppress

IMAGE = "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"
INSTANCE_TYPES = ("t3.medium", "t3.large", "t3.xlarge", "m6i.large", "m6i.xlarge", "m6i.2xlarge", "m6i.4xlarge")

OPERATING_SYSTEM = Parameter(
    "OperatingSystem",
    Type="String",
    Default="windows",
    AllowedValues=["windows", "linux"],
    Description="Windows Server with IIS, or Amazon Linux with nginx.",
)
WINDOWS_IMAGE = Parameter(
    "WindowsImage",
    Type=IMAGE,
    Default="/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
    Description="SSM parameter with the Windows image; looked up at every update, `:version` pins one of your own.",
)
LINUX_IMAGE = Parameter(
    "LinuxImage",
    Type=IMAGE,
    Default="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    Description="SSM parameter with the Linux image; looked up at every update, `:version` pins one of your own.",
)

PATCH_GROUP = "${Project}-${Environment}"
"""Patch Manager's name of the environment's fleets, in their tag `PatchGroup`."""

IS_WINDOWS = "IsWindows"
IS_ACTIVE = "IsActive"

BOOT_TIMEOUT = "PT30M"
"""Windows with IIS takes 10 to 20 minutes before it signals."""

VOLUME_GIB = 60
CPU_TARGET_PERCENT = 60
SUSPENDED = ("AlarmNotification", "AZRebalance", "HealthCheck", "ReplaceUnhealthy", "ScheduledActions")
"""What must rest while CloudFormation rolls a fleet, or it would undo the update's own steps.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""


@dataclass(frozen=True)
class Fleet:
    """A tier's fleet: the prefix of its logical ids, and the settings that a person may give it."""

    prefix: str
    instance_type: Parameter
    min_size: Parameter
    max_size: Parameter
    desired_capacity: Parameter

    @property
    def group(self) -> str:
        """Logical id of the Auto Scaling group, which instances signal."""
        return f"{self.prefix}Fleet"


def fleet(prefix: str, instance_type: str) -> Fleet:
    """Declare a fleet's settings; it runs two instances and may double."""
    return Fleet(
        prefix,
        instance_type=Parameter(
            f"{prefix}InstanceType",
            Type="String",
            Default=instance_type,
            AllowedValues=list(INSTANCE_TYPES),
            Description="Size of each instance.",
        ),
        min_size=_size(f"{prefix}MinSize", 2, "Instances that always run, spread over the zones."),
        max_size=_size(f"{prefix}MaxSize", 4, "Most instances; at least twice the running size."),
        desired_capacity=_size(f"{prefix}DesiredCapacity", 2, "Instances to start with; scaling decides later."),
    )


def add_conditions(template: Template) -> None:
    """Declare the conditions that fleets depend on: the system, and whether the region is active."""
    template.add_condition(IS_WINDOWS, Equals(setting(template, OPERATING_SYSTEM), "windows"))
    template.add_condition(IS_ACTIVE, Equals(setting(template, facts.REGION_ROLE), "active"))


def launch_template(
    template: Template,
    what: Fleet,
    *,
    profile: iam.InstanceProfile,
    security_group: AWSHelperFn,
    volume_key: AWSHelperFn,
    user_data: AWSHelperFn,
) -> ec2.LaunchTemplate:
    """Add what each instance is started from."""
    return template.add_resource(
        ec2.LaunchTemplate(
            f"{what.prefix}LaunchTemplate",
            LaunchTemplateData=ec2.LaunchTemplateData(
                ImageId=If(IS_WINDOWS, setting(template, WINDOWS_IMAGE), setting(template, LINUX_IMAGE)),
                InstanceType=setting(template, what.instance_type),
                IamInstanceProfile=ec2.IamInstanceProfile(Arn=GetAtt(profile, "Arn")),
                SecurityGroupIds=[security_group],
                MetadataOptions=ec2.MetadataOptions(
                    HttpEndpoint="enabled", HttpTokens="required", HttpPutResponseHopLimit=1
                ),
                Monitoring=ec2.Monitoring(Enabled=True),
                EbsOptimized=True,
                BlockDeviceMappings=[_root_volume(volume_key)],
                TagSpecifications=[ec2.TagSpecifications(ResourceType="volume", Tags=Tags(**_tags(template, what)))],
                UserData=user_data,
            ),
            Metadata=context(
                "No key pair and no open port for people: Session Manager is the only way in.",
                must=("Metadata only by IMDSv2, one hop.", "The volume is encrypted with the region's volume key."),
                mutable="review-required",
            ),
        )
    )


def auto_scaling_group(
    template: Template, what: Fleet, started_from: ec2.LaunchTemplate, subnets: AWSHelperFn
) -> autoscaling.AutoScalingGroup:
    """Add the group; the layer registers it with its balancer."""
    group = autoscaling.AutoScalingGroup(
        what.group,
        LaunchTemplate=autoscaling.LaunchTemplateSpecification(
            LaunchTemplateId=Ref(started_from), Version=GetAtt(started_from, "LatestVersionNumber")
        ),
        VPCZoneIdentifier=subnets,
        MinSize=_while_active(template, what.min_size),
        MaxSize=setting(template, what.max_size),
        DesiredCapacity=_while_active(template, what.desired_capacity),
        HealthCheckType="ELB",
        HealthCheckGracePeriod=If(IS_WINDOWS, 1200, 300),
        DefaultInstanceWarmup=If(IS_WINDOWS, 600, 120),
        MetricsCollection=[autoscaling.MetricsCollection(Granularity="1Minute")],
        Tags=autoscaling.Tags(**_tags(template, what)),
        CreationPolicy=CreationPolicy(
            ResourceSignal=ResourceSignal(Count=_while_active(template, what.desired_capacity), Timeout=BOOT_TIMEOUT)
        ),
        UpdatePolicy=_rolling(template, what),
        Metadata=context(
            "A standby region has the group at zero, so that promotion only raises it.",
            must=("In at least two zones.", "Max is at least twice the running size."),
            mutable="free-to-tune",
        ),
    )
    suppress(
        group,
        "Group metrics are published each minute; who is notified is decided by alarms on them, not by each event.",
        nag=("AwsSolutions-AS3",),
    )
    return template.add_resource(group)


def scale_on_cpu(template: Template, what: Fleet, group: autoscaling.AutoScalingGroup) -> autoscaling.ScalingPolicy:
    """Keep the fleet's mean CPU use near `CPU_TARGET_PERCENT`."""
    return scaling_policy(
        template,
        f"{what.prefix}CpuScaling",
        group,
        autoscaling.PredefinedMetricSpecification(PredefinedMetricType="ASGAverageCPUUtilization"),
        CPU_TARGET_PERCENT,
    )


def scaling_policy(
    template: Template,
    title: str,
    group: autoscaling.AutoScalingGroup,
    metric: autoscaling.PredefinedMetricSpecification,
    target: float,
) -> autoscaling.ScalingPolicy:
    """Add a policy that tracks one metric."""
    return template.add_resource(
        autoscaling.ScalingPolicy(
            title,
            AutoScalingGroupName=Ref(group),
            PolicyType="TargetTrackingScaling",
            TargetTrackingConfiguration=autoscaling.TargetTrackingConfiguration(
                PredefinedMetricSpecification=metric, TargetValue=target
            ),
            Metadata=context("Leaves room for a zone's loss before the next instance has booted."),
        )
    )


def _size(title: str, default: int, description: str) -> Parameter:
    return Parameter(title, Type="Number", Default=str(default), MinValue=1, MaxValue=100, Description=description)


def _while_active(template: Template, size: Parameter) -> If:
    return If(IS_ACTIVE, setting(template, size), 0)


def _root_volume(key: AWSHelperFn) -> ec2.LaunchTemplateBlockDeviceMapping:
    return ec2.LaunchTemplateBlockDeviceMapping(
        DeviceName=If(IS_WINDOWS, "/dev/sda1", "/dev/xvda"),
        Ebs=ec2.EBSBlockDevice(
            VolumeType="gp3", VolumeSize=VOLUME_GIB, Encrypted=True, KmsKeyId=key, DeleteOnTermination=True
        ),
    )


def _rolling(template: Template, what: Fleet) -> UpdatePolicy:
    return UpdatePolicy(
        AutoScalingRollingUpdate=AutoScalingRollingUpdate(
            MaxBatchSize=1,
            MinInstancesInService=_while_active(template, what.min_size),
            PauseTime=BOOT_TIMEOUT,
            SuspendProcesses=list(SUSPENDED),
            WaitOnResourceSignals=True,
        ),
        AutoScalingScheduledAction=AutoScalingScheduledAction(IgnoreUnmodifiedGroupSizeProperties=True),
    )


def _tags(template: Template, what: Fleet) -> dict[str, AWSHelperFn | str]:
    """Return the tags of instances and volumes: a stack's tags stop at the group and its launch template."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT, facts.GEOGRAPHY):
        setting(template, fact)
    layer = what.prefix.lower()
    return {
        "Name": f"{layer}-tier",
        "Project": Ref(facts.PROJECT),
        "Environment": Ref(facts.ENVIRONMENT),
        "Geography": Ref(facts.GEOGRAPHY),
        "Layer": layer,
        "DataClassification": Classification.PHI.value,
        "PatchGroup": Sub(PATCH_GROUP),
    }
