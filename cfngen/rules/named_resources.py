"""E9192: a policy names what its actions are allowed on, wherever AWS lets it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, listed, statements

NAMED_BY_AWS = frozenset(
    {
        "access-analyzer",
        "autoscaling",
        "backup",
        "codedeploy",
        "cloudwatch",
        "cognito-identity",
        "cognito-idp",
        "config",
        "ec2",
        "elasticloadbalancing",
        "guardduty",
        "pi",
        "rds",
        "securityhub",
        "wafv2",
    }
)
"""Services whose resources AWS or CloudFormation names when they are made, so that nobody can name them before."""

LOOKS = re.compile("(batch)?(describe|get|list|generate|simulate|search|check|count|view)")
"""Beginnings of actions that change nothing."""

CONTENTS = (
    "cloudformation:describestackinstance",
    "cloudformation:describestackset",
    "cloudformation:gettemplate",
    "dynamodb:get*",
    "dynamodb:batchget*",
    "ecr:getauthorizationtoken",
    "kms:generate*",
    "lambda:getfunction",
    "logs:getlog*",
    "logs:getquery*",
    "s3:getobject*",
    "s3:listbucket*",
    "secretsmanager:*getsecretvalue",
    "sqs:get*",
    "ssm:getparameter*",
    "ssm:getcommandinvocation",
    "sts:get*token",
)
"""Looks that give what is in something, not only what it is."""

UNNAMED = (
    "ssm:*association*",
    "ssm:*maintenancewindow*",
    "ssm:*patchbaseline*",
    "ssm:*tags*resource",
    "ssm:putcomplianceitems",
    "ssm:putinventory",
    "ssm:updateinstanceinformation",
)
"""What Systems Manager names itself, and what its agent says about an instance whose id nobody knows before."""


class NamedResourcesRule(CloudFormationLintRule):  # type: ignore[misc]
    """Which actions can name a resource is AWS's own list, of which cfn-lint has a copy."""

    id = "E9192"
    shortdesc = "An action that can name its resource does"
    description = (
        "No Allow on Resource * of an action that AWS limits to resources, except looks that show no contents and "
        "services that name their resources themselves."
    )
    source_url = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"
    tags: ClassVar[list[str]] = ["cfngen", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each action that is allowed on everything, though it need not be."""
        for statement in statements(cfn):
            if not statement.allows or statement.has_principal or statement.type == "AWS::EC2::VPCEndpoint":
                continue
            if "*" in [leaf.value for leaf in listed(cfn, statement, "Resource")] and not _is_boundary(cfn, statement):
                yield from _statement(cfn, statement)


def _statement(cfn: Template, statement: Statement) -> Iterator[RuleMatch]:
    for leaf in listed(cfn, statement, "Action"):
        action = str(leaf.value).lower()
        if not _is_tolerated(action) and any(_names_resources(action)):
            what = f"Resource must name what {leaf.value} is allowed on, not *"
            yield RuleMatch(leaf.path, f"{statement.resource}: {what}")


def _is_boundary(cfn: Template, statement: Statement) -> bool:
    """Whether a policy is a permissions boundary, which gives nothing; its name says so."""
    given = _values.mapping(_values.section(cfn, "Resources")[statement.resource].get("Properties"))
    return _values.text_of(given.get("ManagedPolicyName")).endswith("-boundary")


def _is_tolerated(action: str) -> bool:
    service, _, name = action.partition(":")
    look = LOOKS.match(name) and not any(fnmatchcase(action, pattern) for pattern in CONTENTS)
    unnamed = any(fnmatchcase(action, pattern) for pattern in UNNAMED)
    return service in NAMED_BY_AWS or bool(look) or unnamed


def _names_resources(action: str) -> Iterator[str]:
    """Yield the actions that a pattern covers and that AWS limits to resources."""
    service, _, pattern = action.partition(":")
    for name, about in _actions(service).items():
        if fnmatchcase(name, pattern) and about.get("Resources") and not _is_tolerated(f"{service}:{name}"):
            yield name


@cache
def _actions(service: str) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = _services().get(service, {}).get("Actions", {})
    return found


@cache
def _services() -> Mapping[str, Mapping[str, Any]]:
    services: Mapping[str, Mapping[str, Any]] = json.loads(
        files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_bytes()
    )
    return services
