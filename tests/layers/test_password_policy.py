from __future__ import annotations

import ast
from fnmatch import fnmatchcase

import pytest

from cfngen.layers import password_policy
from cfngen.parts.functions import LONGEST_CODE, source


@pytest.fixture
def resources(deployed):
    return deployed(password_policy)[0]


def test_the_policy_is_the_companys(resources):
    given = resources["PasswordPolicy"]["Properties"]

    assert resources["PasswordPolicy"]["Type"] == "Custom::PasswordPolicy"
    assert (given["MinimumPasswordLength"], given["MaxPasswordAge"], given["PasswordReusePrevention"]) == ("16", 90, 3)
    required = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols")
    assert {given[name] for name in required} == {True}


def test_a_password_of_less_than_eight_characters_cannot_be_asked_for():
    assert (password_policy.PASSWORD_LENGTH.MinValue, password_policy.PASSWORD_LENGTH.Default) == (8, "16")


def test_the_function_is_inline_and_fits(resources):
    function = resources["PasswordPolicyFunction"]["Properties"]

    assert function["Code"]["ZipFile"] == source("password_policy")
    assert len(function["Code"]["ZipFile"]) <= LONGEST_CODE
    assert function["Handler"] == "index.handler"
    assert function["Timeout"] < resources["PasswordPolicy"]["Properties"]["ServiceTimeout"]


def test_the_function_needs_nothing_but_the_standard_library_and_boto3(resources):
    tree = ast.parse(resources["PasswordPolicyFunction"]["Properties"]["Code"]["ZipFile"])
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert modules == {"__future__", "json", "time", "typing", "urllib.request", "boto3", "botocore.exceptions"}


def test_the_functions_role_is_for_lambda_alone_and_has_one_policy(resources):
    (statement,) = resources["PasswordPolicyFunctionRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert resources["PasswordPolicyFunctionRole"]["Properties"]["ManagedPolicyArns"] == [
        {"Ref": "PasswordPolicyFunctionPolicy"}
    ]


def test_the_function_may_do_what_its_code_calls_and_no_more(resources):
    statements = resources["PasswordPolicyFunctionPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = {action for statement in statements for action in statement["Action"]}

    code = source("password_policy")
    called = {word for word in dir_of(code) if word.endswith(("_policy", "_parameter"))}
    words = {f"{'ssm' if w.endswith('parameter') else 'iam'}:{w.title().replace('_', '')}" for w in called}
    assert allowed == words | {"logs:CreateLogStream", "logs:PutLogEvents"}


def dir_of(code):
    """Return the attributes of clients that the code names."""
    names = {node.attr for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute)}
    return {name for name in names if fnmatchcase(name, "*_*")}


def test_the_function_keeps_the_policy_that_was_there_in_a_parameter_of_its_environment_alone(resources):
    statements = resources["PasswordPolicyFunctionPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (statement,) = [each for each in statements if "ssm:PutParameter" in each["Action"]]
    path = resources["PasswordPolicy"]["Properties"]["PreviousPolicyParameter"]["Fn::Sub"]

    (arn,) = statement["Resource"]
    assert arn["Fn::Sub"].endswith(":parameter" + path)
    assert path == "/${Project}/${Environment}/account/PreviousPasswordPolicy"


def test_its_log_is_encrypted_kept_and_the_functions_own(resources):
    group = resources["PasswordPolicyFunctionLogs"]

    assert group["Properties"]["KmsKeyId"] == {"Ref": "AuditKeyArn"}
    assert group["Properties"]["RetentionInDays"] == "3653"
    assert group["DeletionPolicy"] == "RetainExceptOnCreate"
    function = resources["PasswordPolicyFunction"]["Properties"]
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": "PasswordPolicyFunctionLogs"}}
