from __future__ import annotations

import pytest

from cfngen import names

PROJECT, ENVIRONMENT, ACCOUNT, REGION = "p" * 16, "e" * 12, "1" * 12, "ap-southeast-1"


def test_the_longest_role_names_fit_what_iam_accepts():
    made = (names.administration_role, names.execution_role, names.reader_role)

    assert max(len(name(PROJECT, ENVIRONMENT)) for name in made) <= 64


def test_the_longest_bucket_name_fits_what_s3_accepts():
    assert len(names.template_bucket(PROJECT, ENVIRONMENT, ACCOUNT, REGION)) <= 63
    assert len(names.documents_bucket(PROJECT, ENVIRONMENT, ACCOUNT, REGION, "b")) <= 63


def test_the_longest_sign_in_domain_and_vault_fit_what_cognito_and_backup_accept():
    assert max(len(names.sign_in_domain(PROJECT, ENVIRONMENT, ACCOUNT, who)) for who in ("doctors", "patients")) <= 63
    assert len(names.backup_vault(PROJECT, ENVIRONMENT, "b")) <= 50


def test_a_name_is_also_a_sub_string_of_a_template():
    assert names.execution_role("${Project}", "${Environment}") == "${Project}-${Environment}-stackset-execution"


def test_a_stack_of_a_stack_set_begins_with_what_its_name_promises():
    assert names.instance_stack("medapp", "prod", "service") == "StackSet-medapp-prod-service"


def test_the_names_of_two_environments_never_meet():
    def made(environment: str) -> set[str]:
        return {
            names.administration_role("medapp", environment),
            names.execution_role("medapp", environment),
            names.reader_role("medapp", environment),
            names.template_bucket("medapp", environment, ACCOUNT, REGION),
            names.stack_set("medapp", environment, "service"),
            names.bootstrap_stack("medapp", environment, "execution"),
        }

    assert len(made("dev")) == 6
    assert made("dev").isdisjoint(made("prod"))


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("ap-northeast-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_a_region_belongs_to_its_partition(region, partition):
    assert names.partition(region) == partition
