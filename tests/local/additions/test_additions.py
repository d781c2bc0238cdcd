"""Operations that moto lacks, asked as any client would: by AWS's own models, over the services' application."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from cfngen.local.additions import OPERATIONS
from cfngen.local.clients import Clients, clients, session
from cfngen.local.services import forget_everything, services_app
from cfngen.local.settings import Settings

ADMIN, OTHER = "720000000001", "720000000002"


@pytest.fixture
def aws() -> Clients:
    return clients(services_app(Settings(ADMIN, ())), ADMIN, "eu-west-1")


def test_every_operation_is_one_of_its_service():
    unknown = {
        f"{service}:{name}"
        for service, operations in OPERATIONS.items()
        for name in operations
        if name not in session().client(service, region_name="us-east-1").meta.service_model.operation_names
    }
    assert unknown == set()


def test_an_analyzer_is_there_until_it_is_deleted(aws):
    analyzer = aws("accessanalyzer")
    arn = analyzer.create_analyzer(analyzerName="outside", type="ACCOUNT", tags={"Layer": "detectors"})["arn"]

    found = analyzer.get_analyzer(analyzerName="outside")["analyzer"]
    assert (found["arn"], found["status"], found["type"]) == (arn, "ACTIVE", "ACCOUNT")
    assert [each["name"] for each in analyzer.list_analyzers()["analyzers"]] == ["outside"]
    analyzer.tag_resource(resourceArn=arn, tags={"Name": "prod"})
    analyzer.untag_resource(resourceArn=arn, tagKeys=["Layer"])
    assert analyzer.list_tags_for_resource(resourceArn=arn)["tags"] == {"Name": "prod"}
    analyzer.delete_analyzer(analyzerName="outside")
    with pytest.raises(analyzer.exceptions.ResourceNotFoundException):
        analyzer.get_analyzer(analyzerName="outside")


def test_a_second_analyzer_of_an_account_is_refused(aws):
    aws("accessanalyzer").create_analyzer(analyzerName="first", type="ACCOUNT")
    try:
        with pytest.raises(ClientError, match="has an analyzer of type ACCOUNT already") as refused:
            aws("accessanalyzer").create_analyzer(analyzerName="second", type="ACCOUNT")
    finally:
        aws("accessanalyzer").delete_analyzer(analyzerName="first")
    assert refused.value.response["Error"]["Code"] == "ServiceQuotaExceededException"


def test_what_is_kept_is_kept_by_account_and_region(aws):
    app = services_app(Settings(ADMIN, ()))
    aws("accessanalyzer").create_analyzer(analyzerName="mine", type="ACCOUNT")
    try:
        assert clients(app, OTHER, "eu-west-1")("accessanalyzer").list_analyzers()["analyzers"] == []
        assert clients(app, ADMIN, "eu-central-1")("accessanalyzer").list_analyzers()["analyzers"] == []
    finally:
        aws("accessanalyzer").delete_analyzer(analyzerName="mine")


def test_everything_is_forgotten_with_the_rest_of_the_world():
    app = services_app(Settings(ADMIN, ()))
    analyzer = clients(app, ADMIN, "us-west-2")("accessanalyzer")
    analyzer.create_analyzer(analyzerName="mine", type="ACCOUNT")
    forget_everything()
    assert analyzer.list_analyzers()["analyzers"] == []


def test_standards_need_a_hub_and_a_new_hub_has_none(aws):
    hub, arn = aws("securityhub"), "arn:aws:securityhub:eu-west-1::standards/cis-aws-foundations-benchmark/v/3.0.0"
    with pytest.raises(hub.exceptions.InvalidAccessException):
        hub.get_enabled_standards()
    hub.enable_security_hub(EnableDefaultStandards=False)
    hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": arn}])
    (found,) = hub.get_enabled_standards()["StandardsSubscriptions"]
    assert (found["StandardsArn"], found["StandardsStatus"]) == (arn, "READY")
    hub.disable_security_hub()
    hub.enable_security_hub(EnableDefaultStandards=False)
    assert hub.get_enabled_standards()["StandardsSubscriptions"] == []
    hub.disable_security_hub()


def test_a_pool_without_answers_to_risks_has_none(aws):
    users = aws("cognito-idp")
    pool = users.create_user_pool(PoolName="patients")["UserPool"]["Id"]
    blocked = {"Actions": {"EventAction": "BLOCK"}}
    users.set_risk_configuration(UserPoolId=pool, CompromisedCredentialsRiskConfiguration=blocked)

    found = users.describe_risk_configuration(UserPoolId=pool)["RiskConfiguration"]
    assert found["CompromisedCredentialsRiskConfiguration"] == blocked
    users.set_risk_configuration(UserPoolId=pool)
    found = users.describe_risk_configuration(UserPoolId=pool)["RiskConfiguration"]
    assert "CompromisedCredentialsRiskConfiguration" not in found


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("cognito-idp", "describe_risk_configuration", {"UserPoolId": "eu-west-1_none"}),
        ("cognito-identity", "get_identity_pool_roles", {"IdentityPoolId": "eu-west-1:none"}),
        ("backup", "get_backup_selection", {"BackupPlanId": "none", "SelectionId": "none"}),
        ("backup", "get_backup_vault_access_policy", {"BackupVaultName": "none"}),
        ("backup", "get_restore_testing_plan", {"RestoreTestingPlanName": "none"}),
    ],
)
def test_what_is_not_there_is_not_found(aws, service, operation, given):
    with pytest.raises(ClientError) as refused:
        getattr(aws(service), operation)(**given)
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_plan_is_updated_in_place(aws):
    backup = aws("backup")
    rule = {"RuleName": "daily", "TargetBackupVaultName": "backups"}
    plan = backup.create_backup_plan(BackupPlan={"BackupPlanName": "updated", "Rules": [rule]})["BackupPlanId"]
    backup.update_backup_plan(
        BackupPlanId=plan, BackupPlan={"BackupPlanName": "updated", "Rules": [{**rule, "RuleName": "hourly"}]}
    )

    assert backup.get_backup_plan(BackupPlanId=plan)["BackupPlan"]["Rules"][0]["RuleName"] == "hourly"
    backup.delete_backup_plan(BackupPlanId=plan)
    assert plan not in {each["BackupPlanId"] for each in backup.list_backup_plans()["BackupPlansList"]}
