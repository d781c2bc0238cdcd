"""Who may do what: policies and boundary evaluated together, as IAM does."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from troposphere import Template

from cfngen.layers import identity, keys, operations
from cfngen.parts.people import GROUPS, ROLES, SLOTS

ACCOUNT, IDENTITY = "222222222222", "111111111111"
VALUES = {
    "Project": "medapp",
    "Environment": "prod",
    "AWS::Partition": "aws",
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": "eu-west-1",
    "AuditArchive": "stackset-archive",
    "AuditLogGroupArn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:StackSet-trail:*",
    "AuditTopicArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:audit",
    "TargetAccounts": [ACCOUNT, IDENTITY],
    "IdentityAccount": IDENTITY,
}
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/people/medapp-prod-boundary"
DATA_KEY = {"kms:ResourceAliases": ["alias/medapp-prod-data-key"]}
OTHER_KEY = {"kms:ResourceAliases": ["alias/releases"]}
ALARM = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:StackSet-medapp-prod-account-x"
CLOUDFORMATION = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
OBJECT = "arn:aws:s3:::medapp-prod-docs-222222222222-eu-west-1/patient.pdf"
DELEGATED = f"arn:aws:iam::{ACCOUNT}:role/delegated/new"
BOUNDED = {"iam:PermissionsBoundary": [BOUNDARY]}
MFA = {"aws:MultiFactorAuthPresent": ["true"]}
NO_MFA = {"aws:MultiFactorAuthPresent": ["false"]}
HUMAN = [role.title for role in ROLES]
ADMINISTRATORS = ("SystemAdministratorRole", "DatabaseAdministratorRole", "EngineerRole")
LOGGING_IN = ("SystemAdministratorRole", "EngineerRole", "BreakGlassRole")
MONITORS = tuple(title for title in HUMAN if title.startswith("Monitor"))


@pytest.fixture(scope="module")
def resources(deployed):
    return plain(deployed(identity, **VALUES)[0])


@pytest.fixture(scope="module")
def signing_in(deployed):
    """What there is in the identity account, with every slot filled."""
    people = {slot.name.title: slot.title for slot in SLOTS}
    return plain(deployed(identity, **VALUES | people | {"AWS::AccountId": IDENTITY})[0])


def plain(node):
    """Return resources with `Fn::Sub` and what else is left resolved."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"Fn::Sub"}:
        text, more = node["Fn::Sub"] if isinstance(node["Fn::Sub"], list) else (node["Fn::Sub"], {})
        known = VALUES | {name: plain(value) for name, value in more.items()}
        found = re.sub(r"\$\{([\w:]+)\}", lambda match: str(known.get(match[1], match[0])), text)
        return found.replace("${!", "${")
    if set(node) == {"Fn::Select"}:
        return node["Fn::Select"][1]["Fn::Split"][1].partition(":*")[0]
    return {name: plain(value) for name, value in node.items()}


def made(layer):
    template = Template()
    layer.build(template)
    return template.to_dict()["Resources"]


def sessions():
    found = made(operations).values()
    return [each for each in found if each["Properties"].get("DocumentType") == "Session"]


KEYS = made(keys)
SESSION_DOCUMENTS = [plain(each["Properties"]["Name"]) for each in sessions()]


def document(resources, title):
    return resources[title]["Properties"]["PolicyDocument"]["Statement"]


def holds(operator, key, wanted, context):
    wanted = [str(each).lower() if isinstance(each, bool) else str(each) for each in listed(wanted)]
    if operator.endswith("IfExists") and key not in context:
        return True
    operator = operator.removesuffix("IfExists")
    actual = context.get(key)
    if operator == "StringNotEquals":
        return actual is None or not set(actual) & set(wanted)
    if actual is None:
        return False
    if operator == "NumericLessThan":
        return float(actual[0]) < float(wanted[0])
    assert operator in ("Bool", "StringEquals", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike"), (
        operator
    )
    return any(fnmatchcase(each, pattern) for each in actual for pattern in wanted)


def listed(value):
    return value if isinstance(value, list) else [value]


def applies(statement, action, resource, context):
    service, name = action.lower().split(":")
    patterns = [each.lower() for each in statement.get("Action", statement.get("NotAction"))]
    named = any(fnmatchcase(f"{service}:{name}", pattern) for pattern in patterns)
    arns = statement.get("Resource", statement.get("NotResource"))
    there = any(fnmatchcase(resource, arn.replace("[", "[[]")) for arn in arns)
    conditions = [(o, k, v) for o, keys in statement.get("Condition", {}).items() for k, v in keys.items()]
    return (
        named == ("Action" in statement)
        and there == ("Resource" in statement)
        and all(holds(operator, key, wanted, context) for operator, key, wanted in conditions)
    )


def decides(statements, action, resource, context):
    effects = {s["Effect"] for s in statements if applies(s, action, resource, context)}
    return "Allow" in effects and "Deny" not in effects


def may(resources, role, action, resource="*", context=None):
    """Return whether a role may do something: its policies and its boundary must both allow it."""
    given = resources[role]["Properties"]
    statements = [s for arn in given["ManagedPolicyArns"] for s in document(resources, arn["Ref"])]
    bounded = "PermissionsBoundary" not in given or decides(
        document(resources, "Boundary"), action, resource, context or {}
    )
    return bounded and decides(statements, action, resource, context or {})


def group_may(resources, group, action, resource, context):
    arns = resources[group]["Properties"]["ManagedPolicyArns"]
    return decides([s for arn in arns for s in document(resources, arn["Ref"])], action, resource, context)


@pytest.mark.parametrize("role", HUMAN)
def test_people_enter_a_role_from_the_identity_account_with_mfa_only(resources, role):
    (statement,) = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{IDENTITY}:root"}
    assert statement["Condition"]["Bool"] == {"aws:MultiFactorAuthPresent": True}


def test_without_an_identity_account_people_come_from_each_account_itself(deployed):
    resources = plain(deployed(identity, **VALUES | {"IdentityAccount": ""})[0])
    (statement,) = resources["EngineerRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert "SystemAdministrators" in resources


@pytest.mark.parametrize("role", [title for title in HUMAN if title != "BreakGlassRole"])
def test_every_role_of_people_is_bounded_but_the_break_glass_one(resources, role):
    assert resources[role]["Properties"]["PermissionsBoundary"] == BOUNDARY


def test_the_break_glass_role_lasts_an_hour_and_wants_mfa_of_the_last_hour(resources):
    given = resources["BreakGlassRole"]["Properties"]
    (statement,) = given["AssumeRolePolicyDocument"]["Statement"]

    assert "PermissionsBoundary" not in given
    assert given["MaxSessionDuration"] == 3600
    assert statement["Condition"]["NumericLessThan"] == {"aws:MultiFactorAuthAge": "3600"}


def test_a_role_is_found_by_its_name_and_two_environments_do_not_collide(resources):
    names = [resources[role.title]["Properties"]["RoleName"] for role in ROLES]

    assert all(name.startswith("medapp-prod-") for name in names)
    assert "medapp-prod-read_write_s3_ec2" in names


@pytest.mark.parametrize("role", HUMAN)
def test_no_policy_allows_a_whole_service_or_everything(resources, role):
    arns = [arn["Ref"] for arn in resources[role]["Properties"]["ManagedPolicyArns"]]
    actions = [a for arn in arns for s in document(resources, arn) if s["Effect"] == "Allow" for a in s["Action"]]

    assert [each for each in actions if each in ("*", "*:*") or each.endswith(":*")] == []


@pytest.mark.parametrize("role", [*ADMINISTRATORS, *MONITORS])
@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("cloudtrail:StopLogging", f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/StackSet-x", {}),
        ("cloudtrail:DeleteTrail", f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/StackSet-x", {}),
        ("cloudtrail:PutEventSelectors", f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/StackSet-x", {}),
        ("s3:GetObject", "arn:aws:s3:::stackset-archive/AWSLogs/x", {}),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::stackset-archive/AWSLogs/x", {}),
        ("s3:PutBucketPolicy", "arn:aws:s3:::stackset-archive", {}),
        ("s3:PutLifecycleConfiguration", "arn:aws:s3:::stackset-archive", {}),
        ("s3:DeleteObject", "arn:aws:s3:::stackset-medapp-accesslogsbucket-x/log", {}),
        ("logs:DeleteLogGroup", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:StackSet-trail", {}),
        ("logs:DeleteMetricFilter", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:StackSet-trail:*", {}),
        ("logs:PutRetentionPolicy", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:StackSet-trail:*", {}),
        ("sns:DeleteTopic", f"arn:aws:sns:eu-west-1:{ACCOUNT}:audit", {}),
        ("sns:Unsubscribe", f"arn:aws:sns:eu-west-1:{ACCOUNT}:audit", {}),
        ("cloudwatch:DeleteAlarms", ALARM, {}),
        ("cloudwatch:DisableAlarmActions", ALARM, {}),
        ("kms:Decrypt", KEY, DATA_KEY),
        ("kms:GenerateDataKey", KEY, DATA_KEY),
        ("kms:CreateGrant", KEY, DATA_KEY),
        ("kms:PutKeyPolicy", KEY, DATA_KEY),
        ("kms:ScheduleKeyDeletion", KEY, DATA_KEY),
        ("kms:DeleteAlias", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/medapp-prod-data-key", {}),
        ("s3:GetObject", OBJECT, {}),
        ("s3:PutObject", OBJECT, {}),
        ("s3:ListBucket", "arn:aws:s3:::medapp-prod-docs-222222222222-eu-west-1", {}),
        ("secretsmanager:GetSecretValue", "*", {}),
        ("rds:DownloadDBLogFilePortion", "*", {}),
        ("cloudfront:GetDistributionConfig", "*", {}),
        ("cognito-idp:ListUsers", "*", {}),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/people/medapp-prod-break-glass", MFA),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/medapp-prod-stackset-execution", {}),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/StackSet-medapp-prod-service-App-Role", {}),
        ("cloudformation:UpdateStack", f"{CLOUDFORMATION}:stack/StackSet-medapp-prod-x/1", {}),
        ("cloudformation:UpdateStackSet", f"{CLOUDFORMATION}:stackset/medapp-prod-account:1", {}),
        ("s3:PutObject", "arn:aws:s3:::medapp-prod-cfn-111111111111-us-east-1/account/root.yaml", {}),
    ],
)
def test_nobody_who_is_bounded_reaches_audit_patients_or_the_deployment(resources, role, action, resource, context):
    assert not may(resources, role, action, resource, context)


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("cloudtrail:StopLogging", "arn:aws:cloudtrail:eu-west-1:222222222222:trail/x", {}),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::stackset-archive/AWSLogs/x", {}),
        ("kms:Decrypt", KEY, DATA_KEY),
        ("kms:Decrypt", KEY, {"kms:ResourceAliases": ["alias/medapp-prod-audit-key"]}),
        ("iam:CreatePolicyVersion", BOUNDARY, {}),
        ("iam:DeletePolicy", BOUNDARY, {}),
        ("iam:SetDefaultPolicyVersion", BOUNDARY, {}),
        ("iam:DeleteRolePermissionsBoundary", DELEGATED, BOUNDED),
        ("iam:DeleteUserPermissionsBoundary", "arn:aws:iam::222222222222:user/delegated/x", BOUNDED),
        ("iam:CreateRole", DELEGATED, {}),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/new", BOUNDED),
        ("iam:CreateUser", "arn:aws:iam::222222222222:user/delegated/x", {"iam:PermissionsBoundary": ["other"]}),
        ("iam:AttachUserPolicy", "arn:aws:iam::222222222222:user/people/medapp-prod-jane", {}),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/people/medapp-prod-break-glass", {}),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/StackSet-medapp-prod-Role", {}),
        ("iam:CreateAccessKey", "arn:aws:iam::222222222222:user/people/medapp-prod-jane", {}),
        ("iam:UpdateAccountPasswordPolicy", "*", {}),
        ("iam:CreateServiceLinkedRole", "arn:aws:iam::222222222222:role/aws-service-role/x/y", {}),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/people/medapp-prod-break-glass", {}),
        ("cloudfront:GetDistribution", "*", {}),
        ("secretsmanager:GetSecretValue", "*", {}),
    ],
)
def test_the_boundary_denies_it_whatever_an_administrators_policy_says(resources, action, resource, context):
    everything = {"Effect": "Allow", "Action": ["*:*"], "Resource": ["*"]}

    assert decides([everything], action, resource, context)
    assert not decides(document(resources, "Boundary"), action, resource, context)


@pytest.mark.parametrize(
    ("role", "action", "resource", "context"),
    [
        ("SystemAdministratorRole", "ec2:StartInstances", "*", {}),
        ("SystemAdministratorRole", "ec2:AuthorizeSecurityGroupIngress", "*", {}),
        ("SystemAdministratorRole", "autoscaling:SetDesiredCapacity", "*", {}),
        ("SystemAdministratorRole", "cloudwatch:PutMetricAlarm", "arn:aws:cloudwatch:eu-west-1:2:alarm:mine", {}),
        ("SystemAdministratorRole", "iam:CreateRole", DELEGATED, BOUNDED),
        ("SystemAdministratorRole", "iam:AttachRolePolicy", DELEGATED, BOUNDED),
        ("SystemAdministratorRole", "iam:PassRole", DELEGATED, {}),
        ("SystemAdministratorRole", "iam:CreateLoginProfile", f"arn:aws:iam::{ACCOUNT}:user/people/jane", {}),
        ("SystemAdministratorRole", "iam:AddUserToGroup", f"arn:aws:iam::{ACCOUNT}:group/people/Monitors", {}),
        ("SystemAdministratorRole", "cloudtrail:LookupEvents", "*", {}),
        ("DatabaseAdministratorRole", "rds:ModifyDBInstance", "*", {}),
        ("DatabaseAdministratorRole", "rds:CreateDBSnapshot", "*", {}),
        ("EngineerRole", "ec2:RunInstances", "*", {}),
        ("EngineerRole", "autoscaling:UpdateAutoScalingGroup", "*", {}),
        ("EngineerRole", "s3:GetObject", "arn:aws:s3:::releases/app.zip", {}),
        ("EngineerRole", "s3:PutObject", "arn:aws:s3:::releases/app.zip", {}),
        ("EngineerRole", "kms:Decrypt", KEY, OTHER_KEY | {"kms:ViaService": ["s3.eu-west-1.amazonaws.com"]}),
        ("MonitorEc2Role", "ec2:DescribeInstances", "*", {}),
        ("MonitorEc2Role", "autoscaling:DescribeAutoScalingGroups", "*", {}),
        ("MonitorS3Role", "s3:GetBucketPolicy", "arn:aws:s3:::medapp-prod-docs-222222222222-eu-west-1", {}),
        ("MonitorS3Role", "s3:GetLifecycleConfiguration", "arn:aws:s3:::stackset-archive", {}),
        ("MonitorRdsRole", "rds:DescribeDBInstances", "*", {}),
        ("MonitorSupervisorRole", "ec2:DescribeInstances", "*", {}),
        ("MonitorSupervisorRole", "s3:GetBucketPolicy", "arn:aws:s3:::stackset-archive", {}),
        ("MonitorSupervisorRole", "rds:DescribeDBInstances", "*", {}),
        ("MonitorSupervisorRole", "cloudtrail:GetTrailStatus", "*", {}),
        ("BreakGlassRole", "cloudtrail:StartLogging", "*", {}),
        ("BreakGlassRole", "kms:PutKeyPolicy", KEY, DATA_KEY),
        ("BreakGlassRole", "iam:CreatePolicyVersion", BOUNDARY, {}),
        ("BreakGlassRole", "cloudformation:ContinueUpdateRollback", "*", {}),
    ],
)
def test_everybody_may_do_their_work(resources, role, action, resource, context):
    assert may(resources, role, action, resource, context)


@pytest.mark.parametrize(
    ("role", "action"),
    [
        ("MonitorEc2Role", "rds:DescribeDBInstances"),
        ("MonitorEc2Role", "s3:GetBucketPolicy"),
        ("MonitorS3Role", "ec2:DescribeInstances"),
        ("MonitorRdsRole", "ec2:DescribeInstances"),
        ("MonitorEc2Role", "ec2:StopInstances"),
        ("MonitorSupervisorRole", "ec2:StopInstances"),
        ("MonitorSupervisorRole", "wafv2:GetSampledRequests"),
        ("MonitorRdsRole", "rds:ModifyDBInstance"),
        ("MonitorRdsRole", "pi:GetDimensionKeyDetails"),
        ("DatabaseAdministratorRole", "ec2:StopInstances"),
        ("EngineerRole", "ec2:AuthorizeSecurityGroupIngress"),
        ("EngineerRole", "iam:CreateRole"),
        ("SystemAdministratorRole", "s3:GetObject"),
    ],
)
def test_nobody_may_do_what_is_anothers_work(resources, role, action):
    assert not may(resources, role, action, "*", BOUNDED)


@pytest.mark.parametrize("role", MONITORS)
@pytest.mark.parametrize(
    "action",
    [
        "s3:GetObject",
        "secretsmanager:GetSecretValue",
        "rds-data:ExecuteStatement",
        "cloudfront:GetDistributionConfig",
        "cloudfront:ListDistributions",
        "logs:GetLogEvents",
        "logs:StartQuery",
        "kms:Decrypt",
        "ec2:GetPasswordData",
        "config:GetResourceConfigHistory",
        "ssm:GetParameter",
        "dynamodb:Scan",
        "cognito-idp:ListUsers",
    ],
)
def test_what_a_monitor_must_not_read_is_denied_and_not_only_not_allowed(resources, role, action):
    assert {"Ref": "NeverReadPolicy"} in resources[role]["Properties"]["ManagedPolicyArns"]
    (statement,) = document(resources, "NeverReadPolicy")
    assert statement["Effect"] == "Deny"
    assert applies(statement, action, "*", {})


def test_sessions_on_instances_are_for_those_of_the_environment_alone(resources):
    instance = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"
    own = {"aws:ResourceTag/Project": ["medapp"], "aws:ResourceTag/Environment": ["prod"]}

    assert may(resources, "EngineerRole", "ssm:StartSession", instance, own)
    assert not may(resources, "EngineerRole", "ssm:StartSession", instance, own | {"aws:ResourceTag/Project": ["x"]})


def test_groups_and_users_are_in_the_identity_account_alone(resources, signing_in):
    kinds = {"AWS::IAM::Group", "AWS::IAM::User"}

    assert [name for name, each in resources.items() if each["Type"] in kinds] == []
    assert len([name for name, each in signing_in.items() if each["Type"] == "AWS::IAM::User"]) == len(SLOTS) == 8
    assert len([name for name, each in signing_in.items() if each["Type"] == "AWS::IAM::Group"]) == len(GROUPS)


def test_no_user_is_made_unless_its_slot_is_filled(deployed):
    found, _ = deployed(identity, **VALUES | {"AWS::AccountId": IDENTITY, "SystemAdmin1Name": "System-admin-1"})

    (user,) = [each["Properties"] for each in found.values() if each["Type"] == "AWS::IAM::User"]
    assert user["UserName"] == {"Fn::Sub": "${Project}-${Environment}-${SystemAdmin1Name}"}
    assert user["Groups"] == [{"Ref": "SystemAdministrators"}]


@pytest.mark.parametrize("slot", SLOTS, ids=lambda slot: slot.title)
def test_a_user_has_groups_and_neither_policies_nor_credentials(signing_in, slot):
    given = signing_in[slot.title]["Properties"]

    assert given["Groups"] == [{"Ref": title} for title in slot.groups]
    assert not {"Policies", "ManagedPolicyArns", "LoginProfile"} & set(given)


def test_no_template_makes_access_keys(signing_in):
    assert {"AWS::IAM::AccessKey", "AWS::IAM::UserPolicy"} & {each["Type"] for each in signing_in.values()} == set()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
@pytest.mark.parametrize(
    "action", ["iam:EnableMFADevice", "iam:ListMFADevices", "iam:GetUser", "iam:CreateVirtualMFADevice"]
)
def test_whoever_signs_in_without_mfa_may_add_it(signing_in, group, action):
    kind = "mfa/phone" if action == "iam:CreateVirtualMFADevice" else "user/people/${aws:username}"

    assert group_may(signing_in, group.title, action, f"arn:aws:iam::{ACCOUNT}:{kind}", NO_MFA)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:ChangePassword", "user/people/${aws:username}"),
        ("iam:CreateAccessKey", "user/people/${aws:username}"),
        ("iam:DeactivateMFADevice", "user/people/${aws:username}"),
        ("iam:EnableMFADevice", "user/people/another"),
        ("sts:AssumeRole", "role/people/medapp-prod-system-administrator"),
        ("ec2:DescribeInstances", "*"),
    ],
)
def test_and_nothing_else_until_then(signing_in, group, action, resource):
    arn = resource if resource == "*" else f"arn:aws:iam::{ACCOUNT}:{resource}"

    assert not group_may(signing_in, group.title, action, arn, NO_MFA | {"aws:ResourceAccount": [ACCOUNT]})


def test_another_policy_does_not_help_without_mfa(signing_in):
    everything = {"Effect": "Allow", "Action": ["*:*"], "Resource": ["*"]}
    statements = [everything, *document(signing_in, "OwnMfaPolicy")]

    assert not decides(statements, "ec2:DescribeInstances", "*", NO_MFA)
    assert not decides(statements, "s3:GetObject", "*", NO_MFA)
    assert decides(statements, "ec2:DescribeInstances", "*", MFA)


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("codedeploy:RegisterApplicationRevision", "application:{}"),
        ("codedeploy:CreateDeployment", "deploymentgroup:{}/{}"),
        ("codedeploy:GetDeployment", "deploymentgroup:{}/{}"),
    ],
)
def test_engineers_release_what_the_environments_stacks_made_and_nothing_else(resources, action, name):
    ours, others = "StackSet-medapp-prod-service-1-Operations-2-WebApplication-3", "StackSet-other-service-1"
    arn = f"arn:aws:codedeploy:eu-west-1:{ACCOUNT}:{name}"
    assert [title for title in HUMAN if may(resources, title, action, arn.format(ours, ours))] == ["EngineerRole"]
    assert not may(resources, "EngineerRole", action, arn.format(others, others))


def test_engineers_release_at_any_pace_and_see_each_instance_take_it(resources):
    pace = f"arn:aws:codedeploy:eu-west-1:{ACCOUNT}:deploymentconfig:CodeDeployDefault.OneAtATime"
    assert may(resources, "EngineerRole", "codedeploy:GetDeploymentConfig", pace)
    assert may(resources, "EngineerRole", "codedeploy:ListDeploymentTargets")


@pytest.mark.parametrize("document", SESSION_DOCUMENTS)
def test_each_document_of_sessions_that_a_layer_makes_is_started_by_who_may_log_in(resources, document):
    arn = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/{document}"
    assert [title for title in HUMAN if may(resources, title, "ssm:StartSession", arn)] == list(LOGGING_IN)


@pytest.mark.parametrize("role", LOGGING_IN)
def test_who_starts_a_session_makes_its_key_and_opens_its_channel(resources, role):
    alias = plain({"Fn::Sub": KEYS["OperationsKeyAlias"]["Properties"]["AliasName"]["Fn::Sub"]})
    encrypts_with = {each["Properties"]["Content"]["inputs"]["kmsKeyId"]["Ref"] for each in sessions()}
    assert encrypts_with == {keys.OPERATIONS_KEY_ARN.name}

    assert may(resources, role, "kms:GenerateDataKey", KEY, {"kms:ResourceAliases": [alias]})
    assert not may(resources, role, "kms:GenerateDataKey", KEY, OTHER_KEY)
    assert not may(resources, role, "kms:Decrypt", KEY, {"kms:ResourceAliases": [alias]})
    assert may(resources, role, "ssmmessages:OpenDataChannel")


def test_who_has_access_keys_may_ask_for_a_session_with_mfa(signing_in):
    everything = {"Effect": "Allow", "Action": ["*:*"], "Resource": ["*"]}
    statements = [everything, *document(signing_in, "OwnMfaPolicy")]

    assert decides(statements, "sts:GetSessionToken", "*", NO_MFA)


@pytest.mark.parametrize(
    ("group", "role"), [(group.title, role) for group in GROUPS for role in group.roles], ids=lambda each: each
)
def test_with_mfa_a_group_enters_its_roles_in_every_account_of_the_environment_and_no_others(signing_in, group, role):
    def enters(name, account):
        arn = f"arn:aws:iam::{account}:role/people/medapp-prod-{name}"
        return group_may(signing_in, group, "sts:AssumeRole", arn, MFA | {"aws:ResourceAccount": [account]})

    own = next(each.roles for each in GROUPS if each.title == group)
    assert enters(role, ACCOUNT)
    assert not enters(role, "999999999999")
    assert [each.name for each in ROLES if each.name not in own and enters(each.name, ACCOUNT)] == []


def test_the_groups_and_roles_of_the_reference_are_there(signing_in):
    whys = [signing_in[group.title]["Metadata"]["com.aws.cloudformation.Context"]["why"] for group in GROUPS]

    assert {"System Administrator", "Database Administrator"} < set(whys)
    assert [group.title for group in GROUPS if group.programs] == [
        "SystemAdministrators",
        "DatabaseAdministrators",
        "Engineers",
    ]
    assert [slot.groups[0] for slot in SLOTS].count("Monitors") == 4
