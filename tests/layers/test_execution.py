from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from troposphere import Template

from cfngen.bundle import compose
from cfngen.catalog import BOOTSTRAP
from cfngen.layers import execution

UNUSED_FEATURES = {
    # Members of resource types that no template of ours sets.
    "AWS::EC2::VPC": "CreateVpcEncryptionControl",
    "AWS::EC2::Subnet": "*SubnetCidrBlock",
    "AWS::EC2::VPCGatewayAttachment": "*VpnGateway",
    "AWS::EC2::NatGateway": "*PrivateNatGatewayAddress",
    "AWS::EC2::EIP": "AcceptAddressTransfer",
    "AWS::IAM::ManagedPolicy": "*UserPolicy *GroupPolicy",
    "AWS::RDS::DBInstance": "ListRoles *RoleToDBInstance *RoleFromDBInstance *ReadReplica *BackupsReplication",
    "AWS::Logs::LogGroup": "*DataProtectionPolicy *IndexPolicy PutBearer* *DeletionProtection TagDelivery* REST*",
    "AWS::S3::Bucket": "*Metadata* *Cors *Analytics* *Accelerate* *Inventory* *Object* "
    "DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketMetrics* DeleteBucketReplication",
    "AWS::AutoScaling::AutoScalingGroup": "Get*",
    "AWS::SecretsManager::Secret": "GetRandomPassword GetSecretValue *Regions UntagResource",
}
UNUSED_SERVICES = ("vpc-lattice", "vpce", "managed-fleets", "cognito-idp", "s3tables")


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


def needed_types():
    templates = compose()
    bodies = [body for bundle, files in templates.items() if bundle != BOOTSTRAP.name for body in files.values()]
    return sorted({resource["Type"] for body in bodies for resource in body["Resources"].values()})


def missing(resource_type, actions):
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type).schema.get("handlers", {})
    unused = UNUSED_FEATURES.get(resource_type, "").split()
    needed = {action for kind in ("create", "read", "update", "delete") for action in permissions(handlers, kind)}
    return sorted(
        f"{service}:{action}"
        for service, action in needed
        if service not in UNUSED_SERVICES
        and not any(fnmatchcase(action, pattern) for pattern in unused)
        and not any(fnmatchcase(f"{service}:{action}".lower(), pattern.lower()) for pattern in actions)
    )


def permissions(handlers, kind):
    return [tuple(permission.split(":")) for permission in handlers.get(kind, {}).get("permissions", ())]


def test_the_execution_role_may_do_what_the_templates_resource_types_need(allowed):
    actions = [action for statement in allowed for action in statement["Action"]]
    lacking = {name: missing(name, actions) for name in needed_types()}

    assert {name: found for name, found in lacking.items() if found} == {}


def test_the_execution_role_trusts_the_administration_role_and_nobody_else(resources):
    (statement,) = resources["ExecutionRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    role = "arn:${AWS::Partition}:iam::${AdminAccount}:role/${Project}-${Environment}-stackset-administration"

    assert statement["Principal"] == {"AWS": {"Fn::Sub": role}}


def test_no_statement_allows_a_whole_service(allowed):
    assert [s["Sid"] for s in allowed if any(action.endswith(":*") or action == "*" for action in s["Action"])] == []


@pytest.mark.parametrize(
    "action",
    [
        "secretsmanager:GetSecretValue",
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
        "rds:DownloadDBLogFilePortion",
        "rds:ModifyDBSnapshotAttribute",
        "ec2:CreateVpcPeeringConnection",
        "ec2:GetPasswordData",
        "ssm:StartSession",
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "sts:AssumeRole",
    ],
)
def test_the_execution_role_may_not_read_data_open_sessions_or_make_users(allowed, action):
    assert [s["Sid"] for s in allowed if any(fnmatchcase(action, pattern) for pattern in s["Action"])] == []


def test_objects_are_read_from_the_template_bucket_alone(allowed):
    readers = [s for s in allowed if any(fnmatchcase("s3:GetObject", pattern) for pattern in s["Action"])]

    bucket = "arn:${AWS::Partition}:s3:::${Project}-${Environment}-cfn-${AdminAccount}-*/*"
    assert [s["Resource"] for s in readers] == [[{"Fn::Sub": bucket}]]


def test_the_execution_role_changes_only_roles_that_its_stacks_made_and_never_the_bootstrap_ones(resources, allowed):
    roles = next(s for s in allowed if s["Sid"] == "Roles")
    (denied,) = [s for s in statements(resources, "StacksPolicy") if s["Effect"] == "Deny"]

    assert all("/StackSet-*" in arn["Fn::Sub"] for arn in roles["Resource"])
    assert denied["Action"] == ["iam:*"]
    assert [arn["Fn::Sub"].rpartition("/")[2] for arn in denied["Resource"]] == [
        "${Project}-${Environment}-stackset-*",
        "${Project}-${Environment}-reader",
    ]


def test_roles_are_passed_only_to_the_services_that_the_templates_use(allowed):
    passing = next(s for s in allowed if "iam:PassRole" in s["Action"])

    services = passing["Condition"]["StringEquals"]["iam:PassedToService"]
    assert services == ["ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com", "monitoring.rds.amazonaws.com"]


def test_every_policy_fits_what_iam_accepts(resources):
    documents = [r["Properties"]["PolicyDocument"] for r in resources.values() if r["Type"].endswith("ManagedPolicy")]

    assert len(documents) == 4
    assert all(len("".join(str(document).split())) < 6144 for document in documents)


def test_the_reader_looks_at_stacks_and_own_parameters_and_changes_nothing(resources):
    actions = [action for s in statements(resources, "ReaderPolicy") for action in s["Action"]]

    assert {action.partition(":")[0] for action in actions} == {"cloudformation", "ssm"}
    assert all(action.partition(":")[2].startswith(("Describe", "Get", "List")) for action in actions)


def test_the_reader_reads_parameters_of_its_environment_and_public_ones_only(resources):
    (statement,) = [s for s in statements(resources, "ReaderPolicy") if s["Sid"] == "Parameters"]

    assert [arn["Fn::Sub"].partition(":parameter/")[2] for arn in statement["Resource"]] == [
        "${Project}/${Environment}/*",
        "aws/service/*",
    ]


def test_the_reader_trusts_the_admin_account(resources):
    (statement,) = resources["ReaderRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AdminAccount}:root"}}
