from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from troposphere import Template

from cfngen.catalog import BOOTSTRAP
from cfngen.layers import execution
from cfngen.parts import permissions
from cfngen.parts.people_policies import NEVER_READ
from cfngen.parts.permissions import FILE, READ_FILE, drift_actions, needed_actions, scopeless
from cfngen.parts.scopes import PASSED_TO, SCOPES, principals
from cfngen.parts.statements import named
from cfngen.templates import read_template
from cfngen.verify.iam.actions import covers
from cfngen.verify.iam.answers import NO
from cfngen.verify.needs import needed
from scripts.generated import by_service, rendered, shortened, types

TEMPLATES = Path(__file__).parents[2] / "templates_out"


@pytest.fixture(scope="module")
def resources():
    template = Template()
    execution.build(template)
    return template.to_dict()["Resources"]


def statements(resources, *policies):
    return [s for name in policies for s in resources[name]["Properties"]["PolicyDocument"]["Statement"]]


@pytest.fixture(scope="module")
def allowed(resources):
    attached = [arn["Ref"] for arn in resources["ExecutionRole"]["Properties"]["ManagedPolicyArns"]]
    return [s for s in statements(resources, *attached) if s["Effect"] == "Allow"]


def test_what_is_allowed_is_generated_from_the_looked_upof_the_layers_and_is_up_to_date():
    assert FILE.read_text() == rendered(by_service(types())), "run `make templates`"
    assert READ_FILE.read_text() == rendered(by_service(types(), ("read",))), "run `make templates`"


def test_every_needed_action_has_a_scope():
    assert scopeless(SCOPES, needed_actions()) == [], "say in `parts/scopes.py` where"


def test_a_new_type_brings_its_actions_and_a_service_without_a_scope_is_named():
    brought = by_service({"AWS::Route53::HostedZone", "AWS::GameLift::Alias"})
    actions = [action.JSONrepr() for each in permissions.statements("Edge", brought) for action in each.Action]
    assert "route53:CreateHostedZone" in actions
    assert "gamelift:CreateAlias" in scopeless(SCOPES, brought)


def test_a_pattern_that_is_needed_stands_for_what_it_covers():
    assert shortened({"describe*": "Describe*", "describetags": "DescribeTags", "run": "Run"}) == ["Describe*", "Run"]


def test_the_execution_role_may_do_what_the_templates_resource_looked_upneed(allowed):
    actions = " ".join(action for statement in allowed for action in statement["Action"]).lower()
    lacking = {kind: [each for each in needed(kind) if covers(actions, each.lower()) is NO] for kind in types()}

    assert {name: found for name, found in lacking.items() if found} == {}


def test_nothing_is_allowed_that_no_type_needs_but_what_is_said_beside_its_scope(allowed):
    listed = {f"{service}:{action}" for service, actions in needed_actions().items() for action in actions}
    beside = {action for scope in SCOPES for action in permissions.actions_of(scope, {})}
    assert {action for s in allowed for action in s["Action"]} - listed - beside == set()


def test_the_execution_role_trusts_the_administration_role_and_nobody_else(resources):
    (statement,) = resources["ExecutionRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    role = "arn:${AWS::Partition}:iam::${AdminAccount}:role/${Project}-${Environment}-stackset-administration"

    assert statement["Principal"] == {"AWS": {"Fn::Sub": role}}


def test_no_statement_allows_a_whole_service(allowed):
    assert [s["Sid"] for s in allowed if any(action.endswith(":*") or action == "*" for action in s["Action"])] == []


@pytest.mark.parametrize(
    "action",
    [
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
        "rds:DownloadDBLogFilePortion",
        "rds:ModifyDBSnapshotAttribute",
        "ec2:CreateVpcPeeringConnection",
        "ec2:GetPasswordData",
        "ssm:StartSession",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:PutUserPolicy",
        "iam:PutGroupPolicy",
        "iam:EnableMFADevice",
        "sts:AssumeRole",
    ],
)
def test_the_execution_role_may_not_read_data_open_sessions_or_sign_in_as_anybody(allowed, action):
    assert [s["Sid"] for s in allowed if any(fnmatchcase(action, pattern) for pattern in s["Action"])] == []


def test_a_secret_is_read_only_where_a_template_refers_to_its_value(allowed):
    readers = [s for s in allowed if any(fnmatchcase("secretsmanager:GetSecretValue", each) for each in s["Action"])]
    secret = "secretsmanager:${Edge}:${AWS::AccountId}:secret:${Project}-${Environment}-origin-*"
    values = {"Edge": "us-east-1"}
    assert [s["Resource"] for s in readers] == [[{"Fn::Sub": [f"arn:${{AWS::Partition}}:{secret}", values]}]]


def test_objects_are_read_from_the_template_bucket_alone(allowed):
    readers = [s for s in allowed if any(fnmatchcase("s3:GetObject", pattern) for pattern in s["Action"])]

    bucket = "arn:${AWS::Partition}:s3:::${Project}-${Environment}-cfn-${AdminAccount}-*/*"
    assert [s["Resource"] for s in readers] == [[{"Fn::Sub": bucket}]]


def test_the_execution_role_changes_only_roles_that_its_stacks_made_and_never_the_bootstrap_ones(resources, allowed):
    roles = next(s for s in allowed if s["Sid"] == "Roles")
    (denied,) = [s for s in statements(resources, "IdentityPolicy") if s["Effect"] == "Deny"]

    own = ("/StackSet-*", "role/people/${Project}-${Environment}-*")
    assert all(arn["Fn::Sub"].endswith(own) for arn in roles["Resource"])
    assert denied["Action"] == ["iam:*"]
    assert [arn["Fn::Sub"].rpartition("/")[2] for arn in denied["Resource"]] == [
        "${Project}-${Environment}-stackset-*",
        "${Project}-${Environment}-reader",
    ]


@pytest.mark.parametrize(
    ("action", "kind"), [("iam:CreateUser", "user"), ("iam:AddUserToGroup", "group"), ("iam:CreateGroup", "group")]
)
def test_people_are_made_at_their_own_path_and_by_the_names_of_this_environment(allowed, action, kind):
    (statement,) = [s for s in allowed if action in s["Action"]]
    name = "${Project}-${Environment}-*" if kind == "user" else "StackSet-*"

    assert statement["Resource"] == [
        {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{kind}/people/{name}"}
    ]


def test_functions_are_called_only_if_stacks_made_them(allowed):
    (statement,) = [s for s in allowed if "lambda:InvokeFunction" in s["Action"]]
    (arn,) = statement["Resource"]

    assert arn["Fn::Sub"].endswith(":function:StackSet-*")


def test_whoever_makes_the_source_of_a_log_may_have_its_resource_deliver_one(allowed):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-service-specific.html."""
    resources = [each for file in TEMPLATES.glob("*/*.yaml") for each in read_template(file).resources.values()]
    sources = [each["Properties"]["ResourceArn"] for each in resources if each["Type"] == "AWS::Logs::DeliverySource"]
    services = {str(arn["Fn::Sub"]).split(":")[4] for arn in sources}
    assert services == {"cloudfront"}

    for service in services:
        action = f"{service}:AllowVendedLogDeliveryForResource"
        (statement,) = [s for s in allowed if action in s["Action"]]
        (resource,) = statement["Resource"]
        assert all(fnmatchcase(arn["Fn::Sub"], resource["Fn::Sub"]) for arn in sources)


def test_roles_are_passed_only_to_the_services_that_the_templates_use(allowed):
    passing = [s for s in allowed if "iam:PassRole" in s["Action"]]
    passed = {s["Sid"]: s["Condition"]["StringEquals"]["iam:PassedToService"] for s in passing}

    assert passed == {"HandsRoles": principals(PASSED_TO), "HandsConfigItsRole": "config.amazonaws.com"}


def test_roles_are_handed_to_every_service_that_a_role_of_the_templates_trusts():
    files = [file for file in TEMPLATES.glob("*/*.yaml") if file.parent.name != BOOTSTRAP.name]
    trusted = {each for file in files for each in trusted_services(file)}
    assert trusted == set(principals(PASSED_TO))


def trusted_services(file):
    for resource in read_template(file).resources.values():
        if resource["Type"] == "AWS::IAM::Role":
            for statement in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
                for named in statement["Principal"].values():
                    listed = named if isinstance(named, list) else [named]
                    yield from (each for each in listed if isinstance(each, str))


def test_every_policy_fits_what_iam_accepts(resources):
    documents = [r["Properties"]["PolicyDocument"] for r in resources.values() if r["Type"].endswith("ManagedPolicy")]

    assert len(resources["ExecutionRole"]["Properties"]["ManagedPolicyArns"]) <= 10
    assert all(len("".join(str(document).split())) < 6144 for document in documents)


def test_the_reader_looks_at_stacks_and_own_parameters_and_changes_no_resource(resources):
    own = statements(resources, "ReaderPolicy")
    actions = [
        action for s in own for action in s["Action"] if s["Sid"] not in ("Previews", "Present", "ParameterTypes")
    ]
    actions = [action for action in actions if not action.startswith("cloudformation:Detect")]  # which changes nothing
    (previews,) = [s for s in own if s["Sid"] == "Previews"]
    (present,) = [s for s in own if s["Sid"] == "Present"]

    assert {action.partition(":")[0] for action in actions} == {"cloudformation", "ssm", "s3"}
    actions += present["Action"]  # what there is before a first deployment, whosever it is
    assert all(action.partition(":")[2].startswith(("Describe", "Get", "List")) for action in actions)
    assert {action.partition(":")[2] for action in previews["Action"]} == {
        "CreateChangeSet",
        "DeleteChangeSet",
        "DescribeChangeSet",
    }


def test_the_reader_may_look_up_what_a_preview_checks_parameters_by(resources):
    files = [read_template(file) for file in TEMPLATES.glob("*/*.yaml")]
    declared = " ".join(each["Type"] for file in files for each in file.parameters.values())
    kinds = {f"{kind}s" for kind in re.findall(r"AWS::EC2::(\w+)::Id", declared)}
    (looked_up,) = [s for s in statements(resources, "ReaderPolicy") if s["Sid"] == "ParameterTypes"]

    assert {action.lower() for action in looked_up["Action"]} == {f"ec2:describe{kind}".lower() for kind in kinds}


def test_the_reader_finds_drift_with_what_reading_the_templates_looked_uptakes(resources):
    """CloudFormation reads each resource with the rights of whoever asks for its drift."""
    attached = [arn["Ref"] for arn in resources["ReaderRole"]["Properties"]["ManagedPolicyArns"]]
    actions = [action for s in statements(resources, *attached) for action in s["Action"]]
    assert {*drift_actions(), "cloudformation:DetectStackDrift"} <= set(actions)

    allowed = " ".join(actions).lower()
    reads = {action for kind in types() for action in needed(kind, ("read",)) if covers(allowed, action.lower()) is NO}
    assert {action for action in reads if action.partition(":")[2].startswith(("Describe", "Get", "List"))} == {
        "cloudformation:GetStackPolicy",
        "cloudfront:GetDistribution",
        "cloudfront:GetDistributionConfig",
        "cognito-idp:DescribeUserPoolClient",
        "cognito-idp:ListUserPoolClientSecrets",
        "s3:ListBucket",
    }, "docs/limits.md says what drift cannot look at"


def test_looking_for_drift_reads_nothing_that_monitors_never_read_and_changes_nothing(resources):
    never = [action.JSONrepr() for action in named(NEVER_READ)]
    found = [action for s in statements(resources, "DriftPolicy") for action in s["Action"]]
    assert [action for action in found if any(fnmatchcase(action, each) for each in never)] == []
    assert {action.partition(":")[2][:3] for action in found} == {"Des", "Get", "Lis"}


def test_the_reader_previews_the_stacks_of_its_environment_with_its_templates_alone(resources):
    own = {s["Sid"]: s for s in statements(resources, "ReaderPolicy")}
    stack = "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stack/StackSet-${Project}-${Environment}-*/*"

    assert own["Previews"]["Resource"] == [{"Fn::Sub": stack}]
    assert own["Templates"]["Action"] == ["s3:GetObject"]
    assert own["Templates"]["Resource"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::${Project}-${Environment}-cfn-${AdminAccount}-*/*"}
    ]


def test_the_reader_reads_parameters_of_its_environment_and_public_ones_only(resources):
    (statement,) = [s for s in statements(resources, "ReaderPolicy") if s["Sid"] == "Parameters"]

    assert [arn["Fn::Sub"].partition(":parameter/")[2] for arn in statement["Resource"]] == [
        "${Project}/${Environment}/*",
        "aws/service/*",
    ]


def test_the_reader_trusts_the_admin_account(resources):
    (statement,) = resources["ReaderRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AdminAccount}:root"}}
