from __future__ import annotations

import pytest

from cfngen.layers import users

POOLS = ("Doctor", "Patient")


@pytest.fixture
def resources(deployed):
    return deployed(users)[0]


def pool(resources, who):
    return resources[f"{who}Pool"]["Properties"]


def test_doctors_are_invited_and_patients_sign_up_themselves(resources):
    assert pool(resources, "Doctor")["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool(resources, "Patient")["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}


def test_doctors_have_mfa_and_patients_at_least_the_choice(deployed, resources):
    assert pool(resources, "Doctor")["MfaConfiguration"] == "ON"
    assert pool(resources, "Patient")["MfaConfiguration"] == "OPTIONAL"
    assert pool(deployed(users, PatientMfa="ON")[0], "Patient")["MfaConfiguration"] == "ON"
    assert "OFF" not in users.PATIENT_MFA.AllowedValues


@pytest.mark.parametrize("who", POOLS)
def test_mfa_is_by_app_because_messages_need_a_number_first(resources, who):
    assert pool(resources, who)["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


@pytest.mark.parametrize(("who", "length"), [("Doctor", 16), ("Patient", 12)])
def test_passwords_are_long_and_of_every_kind(resources, who, length):
    rules = pool(resources, who)["Policies"]["PasswordPolicy"]

    assert rules["MinimumLength"] == length
    assert all(rules[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    assert rules["TemporaryPasswordValidityDays"] == 1


@pytest.mark.parametrize("who", POOLS)
def test_leaked_passwords_and_sure_attacks_are_blocked(resources, who):
    risks = resources[f"{who}Risks"]["Properties"]

    assert pool(resources, who)["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}
    assert pool(resources, who)["UserPoolTier"] == "PLUS"
    assert risks["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] == "BLOCK"
    assert risks["CompromisedCredentialsRiskConfiguration"]["Actions"] == {"EventAction": "BLOCK"}
    assert (risks["UserPoolId"], risks["ClientId"]) == ({"Ref": f"{who}Pool"}, "ALL")


@pytest.mark.parametrize("who", POOLS)
def test_without_threat_protection_the_cheaper_tier_is_enough(deployed, who):
    found, _ = deployed(users, ThreatProtection="OFF")

    assert pool(found, who)["UserPoolTier"] == "ESSENTIALS"
    assert f"{who}Risks" not in found
    assert [log["EventSource"] for log in found[f"{who}Records"]["Properties"]["LogConfigurations"]] == [
        "userNotification"
    ]


@pytest.mark.parametrize("who", POOLS)
def test_every_sign_in_is_recorded_encrypted_and_kept(resources, who):
    records = resources[f"{who}Records"]["Properties"]["LogConfigurations"]
    group = resources[f"{who}Logs"]

    assert {log["EventSource"] for log in records} == {"userAuthEvents", "userNotification"}
    arn = {"Fn::GetAtt": [f"{who}Logs", "Arn"]}
    assert {str(log["CloudWatchLogsConfiguration"]["LogGroupArn"]) for log in records} == {str(arn)}
    assert group["Properties"]["KmsKeyId"] == {"Ref": "LogsKeyArn"}
    assert group["DeletionPolicy"] == "RetainExceptOnCreate"


@pytest.mark.parametrize("who", POOLS)
def test_a_pool_outlives_its_stack_and_takes_two_steps_to_delete(resources, who):
    found = resources[f"{who}Pool"]

    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert found["Properties"]["DeletionProtection"] == "ACTIVE"


@pytest.mark.parametrize("who", POOLS)
def test_a_pool_has_no_attributes_that_could_never_be_changed(resources, who):
    assert "Schema" not in pool(resources, who)


@pytest.mark.parametrize("who", POOLS)
def test_a_client_keeps_a_secret_returns_to_our_pages_and_gives_short_tokens(resources, who):
    client = resources[f"{who}Client"]["Properties"]

    assert client["GenerateSecret"] is True
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
    assert (client["PreventUserExistenceErrors"], client["EnableTokenRevocation"]) == ("ENABLED", True)
    assert (client["AccessTokenValidity"], client["TokenValidityUnits"]["AccessToken"]) == (15, "minutes")
    urls = [*client["CallbackURLs"], *client["LogoutURLs"]]
    assert all(url["Fn::Sub"].startswith("https://${Geography}.${DomainName}/") for url in urls)


@pytest.mark.parametrize(("who", "name"), [("Doctor", "doctors"), ("Patient", "patients")])
def test_a_sign_in_domain_carries_the_account_because_it_is_unique_over_all_customers(resources, who, name):
    assert resources[f"{who}Domain"]["Properties"]["Domain"] == {
        "Fn::Sub": f"${{Project}}-${{Environment}}-{name}-${{AWS::AccountId}}"
    }


def test_mail_comes_from_ses_once_there_is_an_identity(deployed, resources):
    identity = "arn:aws:ses:eu-west-1:333333333333:identity/app.example.com"
    mail = pool(deployed(users, EmailIdentityArn=identity)[0], "Doctor")["EmailConfiguration"]

    assert "EmailConfiguration" not in pool(resources, "Doctor")
    assert (mail["EmailSendingAccount"], mail["SourceArn"]) == ("DEVELOPER", identity)


def test_the_identity_pool_admits_no_guests_and_checks_that_a_token_still_holds(resources):
    found = resources["IdentityPool"]["Properties"]

    assert (found["AllowUnauthenticatedIdentities"], found["AllowClassicFlow"]) == (False, False)
    assert [provider["ServerSideTokenCheck"] for provider in found["CognitoIdentityProviders"]] == [True, True]


def test_a_token_leads_to_the_role_of_its_own_pool_or_to_none(resources):
    mappings = resources["IdentityPoolRoles"]["Properties"]["RoleMappings"]

    assert {each["AmbiguousRoleResolution"] for each in mappings.values()} == {"Deny"}
    for who, mapping in zip(POOLS, mappings.values(), strict=True):
        (rule,) = mapping["RulesConfiguration"]["Rules"]
        assert (rule["Claim"], rule["MatchType"]) == ("aud", "Equals")
        assert rule["Value"] == {"Ref": f"{who}Client"}
        assert rule["RoleARN"] == {"Fn::GetAtt": [f"{who}Role", "Arn"]}


@pytest.mark.parametrize("who", POOLS)
def test_only_who_signed_in_to_this_pool_gets_a_role(resources, who):
    (trust,) = resources[f"{who}Role"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Federated": "cognito-identity.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"cognito-identity.amazonaws.com:aud": {"Ref": "IdentityPool"}}
    assert trust["Condition"]["ForAnyValue:StringLike"] == {"cognito-identity.amazonaws.com:amr": "authenticated"}


@pytest.mark.parametrize(("who", "prefix"), [("Doctor", "doctors"), ("Patient", "patients")])
def test_a_person_reaches_their_own_uploads_and_nothing_else(resources, who, prefix):
    documents, key = resources[f"{who}Policy"]["Properties"]["PolicyDocument"]["Statement"]

    own = f"${{DocumentsBucketArn}}/{prefix}/${{!cognito-identity.amazonaws.com:sub}}/*"
    assert (documents["Action"], documents["Resource"]) == (["s3:GetObject", "s3:PutObject"], [{"Fn::Sub": own}])
    assert key["Resource"] == [{"Ref": "DataKeyArn"}]
    assert key["Condition"] == {"StringEquals": {"kms:ViaService": {"Fn::Sub": "s3.${AWS::Region}.amazonaws.com"}}}
