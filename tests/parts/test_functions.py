from __future__ import annotations

import ast
import pkgutil

import pytest
from troposphere import Template

from cfngen import functions
from cfngen.parts.functions import LONGEST_CODE, Code, inline_function, source
from cfngen.parts.statements import ANYTHING, allow

MODULES = [info.name for info in pkgutil.iter_modules(functions.__path__)]


@pytest.fixture
def resources():
    template = Template()
    code = Code("Helper", "password_policy", "Helps.", timeout=30)
    inline_function(template, code, "arn:key", [allow("Own", "iam:GetAccountPasswordPolicy", ANYTHING)])
    return template.to_dict()["Resources"]


@pytest.mark.parametrize("module", MODULES)
def test_every_function_fits_into_a_template_and_uses_nothing_that_lambda_lacks(module):
    code = source(module)
    tree = ast.parse(code)
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert len(code) <= LONGEST_CODE
    assert {name.split(".")[0] for name in names} <= {
        "__future__", "boto3", "botocore", "collections", "json", "time", "typing", "urllib",
    }  # fmt: skip


def test_a_function_has_a_role_a_policy_and_an_encrypted_log_of_its_own(resources):
    assert set(resources) == {"Helper", "HelperRole", "HelperPolicy", "HelperLogs"}
    assert resources["Helper"]["Properties"]["Role"] == {"Fn::GetAtt": ["HelperRole", "Arn"]}
    assert resources["Helper"]["Properties"]["LoggingConfig"] == {"LogGroup": {"Ref": "HelperLogs"}}
    assert resources["HelperLogs"]["Properties"]["KmsKeyId"] == "arn:key"
    assert resources["Helper"]["Properties"]["Timeout"] == 30


def test_a_function_may_write_its_own_log_and_do_what_it_is_given(resources):
    log, own = resources["HelperPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert log["Resource"] == [{"Fn::GetAtt": ["HelperLogs", "Arn"]}]
    assert own["Action"] == ["iam:GetAccountPasswordPolicy"]


def test_the_role_is_lambdas(resources):
    (statement,) = resources["HelperRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
