from __future__ import annotations

from functools import partial

import pytest

from cfngen.verify import placement

prove_placement = partial(placement.prove_placement, one_manager=())

NETWORK = "out/foundation/network.yaml"
SAME_ACCOUNT = ("params/dev.yaml", "555555555555", "222222222222")


def with_resource(text: str) -> tuple[str, str, str]:
    return NETWORK, "\nOutputs:", f"\n  New: {text}\nOutputs:"


def test_a_world_without_collisions_is_proved(prove):
    proof = prove(prove_placement)
    assert proof.findings == ()
    assert proof.facts_checked == 4, "one SSM parameter at each of four targets"


def test_two_environments_may_share_an_account(prove):
    assert prove(prove_placement, SAME_ACCOUNT).findings == ()


def test_a_named_role_collides_with_itself_in_a_second_region(prove):
    proof = prove(prove_placement, with_resource("{Type: AWS::IAM::Role, Properties: {RoleName: engineers}}"))
    (finding,) = proof.findings
    assert finding.rule == "placement.name"
    assert "AWS::IAM::Role engineers can exist once" in finding.problem.what
    assert "prod us/us-east-1 (network.New), prod us/us-west-2 (network.New)" in finding.problem.what
    assert finding.problem.where.path == "Resources.New"
    assert finding.problem.where.line > 0


def test_a_role_named_after_its_region_does_not_collide(prove):
    role = '{Type: AWS::IAM::Role, Properties: {RoleName: !Sub "engineers-${AWS::Region}"}}'
    assert prove(prove_placement, with_resource(role)).findings == ()


@pytest.mark.parametrize(
    ("resource", "what"),
    [
        ("{Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /app}}", "AWS::Logs::LogGroup /app"),
        ("{Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateName: web}}", "AWS::EC2::LaunchTemplate web"),
        ("{Type: AWS::SNS::Topic, Properties: {TopicName: alarms}}", "AWS::SNS::Topic alarms"),
    ],
)
def test_names_of_two_environments_collide_in_one_account_and_region(prove, resource, what):
    assert prove(prove_placement, with_resource(resource)).findings == ()
    (finding,) = prove(prove_placement, with_resource(resource), SAME_ACCOUNT).findings
    assert what in finding.problem.what
    assert "dev us/us-east-1" in finding.problem.what


def test_a_sign_in_domain_is_unique_over_all_accounts_of_a_region(prove):
    domain = "{Type: AWS::Cognito::UserPoolDomain, Properties: {UserPoolId: p, Domain: doctors}}"
    assert prove(prove_placement, with_resource(domain)).findings != ()
    own = '{Type: AWS::Cognito::UserPoolDomain, Properties: {UserPoolId: p, Domain: !Sub "d-${AWS::AccountId}"}}'
    assert prove(prove_placement, with_resource(own)).findings == ()


def test_a_bucket_name_is_unique_over_all_accounts(prove):
    proof = prove(prove_placement, with_resource("{Type: AWS::S3::Bucket, Properties: {BucketName: documents}}"))
    (finding,) = proof.findings
    assert finding.problem.what.count("network.New") == 4


def test_a_name_with_a_reference_in_it_is_the_stacks_own(prove):
    bucket = '{Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "documents-${Vpc}"}}'
    assert prove(prove_placement, with_resource(bucket)).findings == ()


def test_a_second_recorder_in_a_region_is_found(prove):
    resource = with_resource("{Type: AWS::Config::ConfigurationRecorder}")
    assert prove(prove_placement, resource).findings == ()
    (finding,) = prove(prove_placement, resource, SAME_ACCOUNT).findings
    assert finding.rule == "placement.once"
    assert "AWS::Config::ConfigurationRecorder in 222222222222/us-east-1" in finding.problem.what


def test_a_service_linked_role_is_once_per_account_and_service(prove):
    role = "{Type: AWS::IAM::ServiceLinkedRole, Properties: {AWSServiceName: autoscaling.amazonaws.com}}"
    (finding,) = prove(prove_placement, with_resource(role)).findings
    assert "AWS::IAM::ServiceLinkedRole autoscaling.amazonaws.com in 222222222222" in finding.problem.what


def test_a_web_acl_of_cloudfront_outside_us_east_1_is_found(prove):
    acl = "{Type: AWS::WAFv2::WebACL, Properties: {Scope: CLOUDFRONT}}"
    proof = prove(prove_placement, with_resource(acl))
    assert {finding.rule for finding in proof.findings} == {"placement.us-east-1"}
    assert [finding.problem.what.rpartition(", but ")[2] for finding in proof.findings] == [
        "prod us/us-west-2 has it",
        "prod eu/eu-west-1 has it",
    ]


def test_a_regional_web_acl_may_be_anywhere(prove):
    acl = "{Type: AWS::WAFv2::WebACL, Properties: {Scope: REGIONAL}}"
    assert prove(prove_placement, with_resource(acl)).findings == ()


@pytest.mark.parametrize(
    ("bundles", "what"),
    [
        ("[foundation, service]", "dev and prod manages foundation in account 222222222222"),
        ("[service]", ""),
    ],
)
def test_exactly_one_environment_manages_what_is_once_per_account(surveyed, bundles, what):
    world = surveyed(SAME_ACCOUNT, ("params/dev.yaml", "[foundation, service]", bundles))
    facts = list(placement.managers(world, ("foundation",)))
    found = [fact.finding.problem.what for fact in facts if fact.finding]
    assert found == ([what] if what else [])
    assert len(facts) == 2, "one for each account"


def test_an_account_that_no_environment_manages_is_found(surveyed):
    world = surveyed()
    (first, *_) = [fact.finding for fact in placement.managers(world, ("detection",)) if fact.finding]
    assert "no environment manages detection in account 222222222222" in first.problem.what
