from __future__ import annotations

from cfngen.verify.access import prove_access
from cfngen.verify.needs import needed

from .weakenings import Resources, one_region, weakened


def test_a_type_needs_what_its_handlers_do_without_what_no_template_uses():
    found = needed("AWS::S3::Bucket")
    assert {"s3:CreateBucket", "s3:PutEncryptionConfiguration"} <= set(found)
    assert not [each for each in found if "Object" in each or "Inventory" in each]


def test_needs_are_told_by_what_is_done():
    assert "sns:DeleteTopic" in needed("AWS::SNS::Topic", ("delete",))
    assert "sns:DeleteTopic" not in needed("AWS::SNS::Topic", ("create",))


def test_names_of_apis_that_are_no_actions_are_not_needed():
    assert "s3:PutBucketReplication" not in needed("AWS::S3::Bucket")


def test_a_custom_resource_needs_nothing_that_a_schema_would_list():
    assert needed("Custom::PasswordPolicy") == ()


def test_an_action_that_the_execution_role_lacks_is_named_with_the_type_that_needs_it():
    def weaken(layer: str, resources: Resources) -> None:
        if layer == "execution":
            for each in resources["ServicePolicy"]["Properties"]["PolicyDocument"]["Statement"]:
                each["Action"] = [action for action in each["Action"] if action != "sns:CreateTopic"]

    found = prove_access(weakened(weaken, one_region())).findings
    assert {each.rule for each in found} == {"access.needs"}
    said = [each.problem.what for each in found]
    assert any(
        "may not sns:CreateTopic (Action), which CloudFormation does to make AWS::SNS::Topic" in each for each in said
    )
    assert all(each.problem.where.path.endswith("ExecutionRole.Properties.ManagedPolicyArns") for each in found)
