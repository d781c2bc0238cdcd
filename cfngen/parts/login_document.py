"""The document of Systems Manager that makes the application's own database login.

It starts one instance that exists for minutes, in the app tier's network and with a role of its own: the only
principal that ever reads the master secret. The app's own role never may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from awacs.aws import ArnLike, Bool, PolicyDocument, Statement, StringEquals
from troposphere import AWSHelperFn, GetAtt, If, Ref, Sub, Tags, Template, ec2, iam, ssm

from .database_login import VIA_SECRETS_MANAGER
from .instance import systems_manager
from .login_scripts import POSTGRES, SQL_SERVER
from .metadata import context, suppress
from .patching import automation_role
from .statements import ANYTHING, allow
from .tags import name_tag
from .trust import trust_service

INSTANCE_TYPE = "t3.medium"
ONLINE_SECONDS = 1800
VOLUME_GIB = 60
OF_ACCOUNT = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:"


@dataclass(frozen=True)
class Login:
    """What the document needs to know; `condition` says where there is a database, `postgres` which engine it has."""

    condition: str
    postgres: str
    host: AWSHelperFn
    port: AWSHelperFn
    master_secret: AWSHelperFn
    app_secret: AWSHelperFn
    data_key: AWSHelperFn
    volume_key: AWSHelperFn
    security_group: AWSHelperFn
    subnet: AWSHelperFn
    linux_image: AWSHelperFn
    windows_image: AWSHelperFn


def login_document(template: Template, login: Login) -> ssm.Document:
    """Add the document, the role that runs it and the instance that it starts."""
    inside = _instance_role(template, login)
    machine = _launch_template(template, login, _profile(template, login, inside))
    role = automation_role(template, "DatabaseLogin", _statements(login, machine, inside), "Makes the app's login.")
    for name in ("DatabaseLoginRole", "DatabaseLoginPolicy"):
        template.resources[name].resource["Condition"] = login.condition
    return template.add_resource(
        ssm.Document(
            "DatabaseLoginDocument",
            Condition=login.condition,
            Name=Sub("${Project}-${Environment}-database-login"),
            DocumentType="Automation",
            DocumentFormat="JSON",
            UpdateMethod="NewVersion",
            Content={
                "schemaVersion": "0.3",
                "description": "Make the application's login and database, or give the login its secret's password.",
                "assumeRole": GetAtt(role, "Arn"),
                "mainSteps": _steps(login, machine),
            },
            Tags=name_tag(template, "database-login"),
            Metadata=context(
                "Run once after the database was made, and again after a new password was put into the secret.",
                must=("End the instance whatever happens.", "Print no secret."),
                mutable="review-required",
            ),
        )
    )


INSTANCE = "{{ Start.InstanceId }}"
ENDS_ANYWAY = {"onFailure": "step:End", "onCancel": "step:End"}


def _steps(login: Login, machine: ec2.LaunchTemplate) -> list[dict[str, Any]]:
    shell = If(login.postgres, "AWS-RunShellScript", "AWS-RunPowerShellScript")
    script = {"DocumentName": shell, "InstanceIds": [INSTANCE], "Parameters": {"commands": [_script(login)]}}
    end = {"Service": "ec2", "Api": "TerminateInstances", "InstanceIds": [INSTANCE]}
    return [
        _start(login, machine),
        _online(),
        {"name": "Login", "action": "aws:runCommand", **ENDS_ANYWAY, "inputs": script},
        {"name": "End", "action": "aws:executeAwsApi", "isEnd": True, "inputs": end},
    ]


def _start(login: Login, machine: ec2.LaunchTemplate) -> dict[str, Any]:
    return {
        "name": "Start",
        "action": "aws:executeAwsApi",
        "inputs": {
            "Service": "ec2",
            "Api": "RunInstances",
            "MinCount": 1,
            "MaxCount": 1,
            "SubnetId": login.subnet,
            "LaunchTemplate": {"LaunchTemplateId": Ref(machine), "Version": GetAtt(machine, "LatestVersionNumber")},
        },
        "outputs": [{"Name": "InstanceId", "Selector": "$.Instances[0].InstanceId", "Type": "String"}],
    }


def _online() -> dict[str, Any]:
    return {
        "name": "Online",
        "action": "aws:waitForAwsResourceProperty",
        "timeoutSeconds": ONLINE_SECONDS,
        **ENDS_ANYWAY,
        "inputs": {
            "Service": "ssm",
            "Api": "DescribeInstanceInformation",
            "InstanceInformationFilterList": [{"key": "InstanceIds", "valueSet": [INSTANCE]}],
            "PropertySelector": "$.InstanceInformationList[0].PingStatus",
            "DesiredValues": ["Online"],
        },
    }


def _script(login: Login) -> If:
    known = {"Host": login.host, "Port": login.port, "Master": login.master_secret, "App": login.app_secret}
    return If(login.postgres, Sub(POSTGRES, **known), Sub(SQL_SERVER, **known))


def _instance_role(template: Template, login: Login) -> iam.Role:
    via = StringEquals({"kms:ViaService": Sub(VIA_SECRETS_MANAGER)})
    policy = iam.ManagedPolicy(
        "LoginInstancePolicy",
        Condition=login.condition,
        Description="Read the master secret and the app's, on the instance that makes the login.",
        PolicyDocument=PolicyDocument(
            Version="2012-10-17",
            Statement=[
                systems_manager(),
                allow("ReadsSecrets", "secretsmanager:GetSecretValue", login.master_secret, login.app_secret),
                allow("Decrypts", "kms:Decrypt", login.data_key, when=[via]),
            ],
        ),
        Metadata=context("Two secrets and their key.", mutable="review-required"),
    )
    suppress(policy, "Systems Manager's agent knows no resource.", checkov=("CKV_AWS_111",), nag=("AwsSolutions-IAM5",))
    return template.add_resource(
        iam.Role(
            "LoginInstanceRole",
            Condition=login.condition,
            AssumeRolePolicyDocument=trust_service("ec2.amazonaws.com"),
            ManagedPolicyArns=[Ref(template.add_resource(policy))],
            Metadata=context(
                "The only principal that reads the master secret, and it exists for minutes.",
                must=("No fleet has this role.",),
                mutable="review-required",
            ),
        )
    )


def _profile(template: Template, login: Login, role: iam.Role) -> iam.InstanceProfile:
    return template.add_resource(
        iam.InstanceProfile(
            "LoginInstanceProfile",
            Condition=login.condition,
            Roles=[Ref(role)],
            Metadata=context("Hands the role to the instance that the document starts."),
        )
    )


def _launch_template(template: Template, login: Login, profile: iam.InstanceProfile) -> ec2.LaunchTemplate:
    tags = Tags(Name=Sub("${Environment}-database-login"), Project=Ref("Project"), Environment=Ref("Environment"))
    volume = ec2.EBSBlockDevice(
        VolumeType="gp3", VolumeSize=VOLUME_GIB, Encrypted=True, KmsKeyId=login.volume_key, DeleteOnTermination=True
    )
    device = If(login.postgres, "/dev/xvda", "/dev/sda1")
    return template.add_resource(
        ec2.LaunchTemplate(
            "LoginLaunchTemplate",
            Condition=login.condition,
            LaunchTemplateData=ec2.LaunchTemplateData(
                BlockDeviceMappings=[ec2.LaunchTemplateBlockDeviceMapping(DeviceName=device, Ebs=volume)],
                EbsOptimized=True,
                IamInstanceProfile=ec2.IamInstanceProfile(Arn=GetAtt(profile, "Arn")),
                ImageId=If(login.postgres, login.linux_image, login.windows_image),
                InstanceInitiatedShutdownBehavior="terminate",
                InstanceType=INSTANCE_TYPE,
                MetadataOptions=ec2.MetadataOptions(
                    HttpEndpoint="enabled", HttpTokens="required", HttpPutResponseHopLimit=1
                ),
                Monitoring=ec2.Monitoring(Enabled=True),
                SecurityGroupIds=[login.security_group],
                TagSpecifications=[
                    ec2.TagSpecifications(ResourceType=kind, Tags=tags) for kind in ("instance", "volume")
                ],
            ),
            Metadata=context(
                "In the app tier's network, because the database admits nobody else.",
                must=("Metadata only by IMDSv2, one hop.", "No key pair."),
                mutable="review-required",
            ),
        )
    )


def _statements(login: Login, machine: ec2.LaunchTemplate, inside: iam.Role) -> list[Statement]:
    """Return what the automation may: start that one machine, speak to it and end it."""
    from_template = ArnLike({"ec2:LaunchTemplate": Sub(f"{OF_ACCOUNT}launch-template/${{{machine.title}}}")})
    own = Sub("${Environment}-database-login")
    documents = "arn:${AWS::Partition}:ssm:${AWS::Region}::document/AWS-Run"
    return [
        allow("Starts", "ec2:RunInstances", ANYTHING, when=[from_template]),
        allow(
            "TagsWhatItStarts",
            "ec2:CreateTags",
            OF_ACCOUNT + "instance/*",
            OF_ACCOUNT + "volume/*",
            when=[StringEquals({"ec2:CreateAction": "RunInstances"})],
        ),
        allow(
            "Ends",
            "ec2:TerminateInstances",
            OF_ACCOUNT + "instance/*",
            when=[StringEquals({"ec2:ResourceTag/Name": own})],
        ),
        allow(
            "HandsRole",
            "iam:PassRole",
            GetAtt(inside, "Arn"),
            when=[StringEquals({"iam:PassedToService": "ec2.amazonaws.com"})],
        ),
        allow("Scripts", "ssm:SendCommand", documents + "ShellScript", documents + "PowerShellScript"),
        allow(
            "OnIts",
            "ssm:SendCommand",
            OF_ACCOUNT + "instance/*",
            when=[StringEquals({"ssm:resourceTag/Name": own})],
        ),
        allow("Looks", "ssm:DescribeInstanceInformation ListCommandInvocations ListCommands", ANYTHING),
        *_volume_statements(login.volume_key),
    ]


def _volume_statements(key: AWSHelperFn) -> list[Statement]:
    via = StringEquals({"kms:ViaService": Sub("ec2.${AWS::Region}.amazonaws.com")})
    return [
        allow(
            "EncryptsVolume",
            "kms:Decrypt DescribeKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo",
            key,
            when=[via],
        ),
        allow("LendsVolumeKey", "kms:CreateGrant", key, when=[via, Bool({"kms:GrantIsForAWSResource": True})]),
    ]
