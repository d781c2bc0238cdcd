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
    "AWS::CloudTrail::Trail": "DescribeOrganization ListAWSServiceAccessForOrganization",
    "AWS::IAM::Group": "PutGroupPolicy",
    "AWS::IAM::ManagedPolicy": "*UserPolicy *GroupPolicy",
    "AWS::IAM::User": "AttachUserPolicy PutUserPolicy CreateLoginProfile UpdateLoginProfile *Boundary",
    "AWS::Lambda::Function": "*MountTargets Encrypt AssociateRuntimeAlias *CodeSigningConfig *Concurrency "
    "GetLayerVersion PassCapacityProvider PublishVersion",
    "AWS::RDS::DBInstance": "ListRoles *RoleToDBInstance *RoleFromDBInstance *ReadReplica",
    "AWS::Logs::LogGroup": "*DataProtectionPolicy *IndexPolicy PutBearer* *DeletionProtection TagDelivery* REST*",
    "AWS::S3::Bucket": "*Metadata* *Analytics* *Accelerate* *Inventory* *Object* "
    "DeleteBucketCors DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketMetrics* DeleteBucketReplication",
    "AWS::AccessAnalyzer::Analyzer": "ListAWSServiceAccessForOrganization ListDelegatedAdministrators",
    "AWS::Cognito::IdentityPool": "SetCognitoEvents SetIdentityPoolConfiguration",
    "AWS::Cognito::LogDeliveryConfiguration": "TagDeliveryStream PutObject",
    "AWS::Cognito::UserPool": "Encrypt GenerateDataKeyWithoutPlaintext ReEncrypt*",
    "AWS::Cognito::UserPoolDomain": "updateDistribution Encrypt GenerateDataKeyWithoutPlaintext ReEncrypt*",
    "AWS::AutoScaling::AutoScalingGroup": "Get*",
    "AWS::WAFv2::WebACL": "GetConnectedAccount",
    "AWS::WAFv2::WebACLAssociation": "*VerifiedAccess* *PermissionPolicy",
    "AWS::WAFv2::LoggingConfiguration": "ListDeliveryStreams DescribeOrganization",
    "AWS::CodeDeploy::DeploymentGroup": "CreateDeployment *ApplicationRevision *OnPremisesInstance StopDeployment",
    "AWS::SSM::Association": "DescribeInstanceStatus GetCalendarState",
    "AWS::SSM::Document": "GetObject",
    "AWS::SSM::PatchBaseline": "RegisterDefaultPatchBaseline",
    "AWS::CertificateManager::Certificate": "IssueCertificate GetCertificate",
    "AWS::Logs::DeliverySource": "AllowVendedLogDeliveryForResource",
    "AWS::Route53::HealthCheck": "DescribeRoutingControl",
    "AWS::Route53::HostedZone": "*VPC* DescribeVpcs",
    "AWS::SNS::Topic": "PutDataProtectionPolicy",
    "AWS::SecretsManager::Secret": "GetSecretValue *Regions*",
}
UNUSED_SERVICES = (
    *("vpc-lattice", "vpce", "managed-fleets", "s3tables", "amplify", "apigateway", "apprunner"),
    *("appsync", "bedrock-agentcore", "resource-groups"),
)


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
    types = {resource["Type"] for body in bodies for resource in body["Resources"].values()}
    return sorted(name for name in types if name.startswith("AWS::"))


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

    secret = "arn:${AWS::Partition}:secretsmanager:${Edge}:${AWS::AccountId}:secret:${Project}-${Environment}-origin-*"
    assert [s["Resource"] for s in readers] == [[{"Fn::Sub": [secret, {"Edge": "us-east-1"}]}]]


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


@pytest.mark.parametrize(
    ("action", "kind"), [("iam:CreateUser", "user"), ("iam:AddUserToGroup", "group"), ("iam:CreateGroup", "group")]
)
def test_people_are_made_at_their_own_path_and_by_the_names_of_this_environment(allowed, action, kind):
    (statement,) = [s for s in allowed if action in s["Action"]]
    name = "${Project}-${Environment}-*" if kind == "user" else "StackSet-*"

    assert statement["Resource"] == [
        {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{kind}/people/{name}"}
    ]


def test_roles_that_people_enter_are_the_environments_own_and_never_the_bootstrap_ones(allowed):
    (statement,) = [s for s in allowed if s["Sid"] == "HumanRoles"]
    (arn,) = statement["Resource"]

    assert arn["Fn::Sub"].endswith(":role/people/${Project}-${Environment}-*")


def test_functions_are_called_only_if_stacks_made_them(allowed):
    (statement,) = [s for s in allowed if "lambda:InvokeFunction" in s["Action"]]
    (arn,) = statement["Resource"]

    assert arn["Fn::Sub"].endswith(":function:StackSet-*")


def test_roles_are_passed_only_to_the_services_that_the_templates_use(allowed):
    passing = [s for s in allowed if "iam:PassRole" in s["Action"]]
    passed = {s["Sid"]: s["Condition"]["StringEquals"]["iam:PassedToService"] for s in passing}

    assert passed["HandsRoles"] == ["ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com", "monitoring.rds.amazonaws.com"]
    assert passed["HandsRolesOfService"] == ["codedeploy.amazonaws.com", "ssm.amazonaws.com"]
    assert passed["HandsRolesOfProtection"] == [
        "s3.amazonaws.com",
        "backup.amazonaws.com",
        "cognito-identity.amazonaws.com",
    ]
    assert passed["HandsConfigItsRole"] == "config.amazonaws.com"


def test_every_policy_fits_what_iam_accepts(resources):
    documents = [r["Properties"]["PolicyDocument"] for r in resources.values() if r["Type"].endswith("ManagedPolicy")]

    assert len(resources["ExecutionRole"]["Properties"]["ManagedPolicyArns"]) <= 10
    assert all(len("".join(str(document).split())) < 6144 for document in documents)


def test_the_reader_looks_at_stacks_and_own_parameters_and_changes_no_resource(resources):
    own = statements(resources, "ReaderPolicy")
    actions = [action for s in own for action in s["Action"] if s["Sid"] != "Previews"]
    (previews,) = [s for s in own if s["Sid"] == "Previews"]

    assert {action.partition(":")[0] for action in actions} == {"cloudformation", "ssm", "s3"}
    assert all(action.partition(":")[2].startswith(("Describe", "Get", "List")) for action in actions)
    assert {action.partition(":")[2] for action in previews["Action"]} == {
        "CreateChangeSet",
        "DeleteChangeSet",
        "DescribeChangeSet",
    }


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
