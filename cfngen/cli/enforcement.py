"""Enforcement: what StackSets may do on the local AWS is what the execution role allows, as it is there.

CloudFormation takes, in the role's name, the actions that AWS's schema lists for what it does to a resource. Whether
the role's policies allow each of them is decided as the proof of access decides it; on which resource, and under which
condition, is not known before the call, so what might be allowed is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..local.resources.handler import Request
from ..verify.iam.answers import NO
from ..verify.iam.arns import Names
from ..verify.iam.decide import Case, decide
from ..verify.iam.matching import ANY
from ..verify.iam.policies import Statement, read_policy
from ..verify.iam.principals import Principal, Thing
from ..verify.needs import needed

SUFFIX = "-stackset-execution"
UNKNOWN = {"kms:ViaService": (ANY,)}
"""Keys that a request of ours never has, and one that a service makes in our name has."""


@dataclass(frozen=True)
class Enforcement:
    """A judge of the local AWS; stacks that no stack set made are made by people, who may do everything."""

    _roles: dict[tuple[str, str], Principal | None] = field(default_factory=dict)
    """The execution role by account and stack: read anew for each stack, for it may have been changed."""

    def __call__(self, request: Request, kind: str, deed: str) -> tuple[str, str]:
        """Return who acts, and the first action that they may not take, or ''."""
        role = self._role(request)
        if role is None:
            return "", ""
        case = Case(role, Thing("anything", "", request.account, ANY), UNKNOWN)
        actions = needed(kind, (deed, "read"))
        return role.arn, next((each for each in actions if decide(case, each.lower()).allowed is NO), "")

    def _role(self, request: Request) -> Principal | None:
        key = (request.account, request.stack_id)
        if key not in self._roles:
            self._roles[key] = execution_role(request) if request.stack_name.startswith("StackSet-") else None
        return self._roles[key]


def execution_role(request: Request) -> Principal | None:
    """Return the execution role of a stack's environment with the policies that it has, or None if there is none."""
    iam = request.clients("iam")
    for role in _all(iam.list_roles, "Roles"):
        name = role["RoleName"]
        if name.endswith(SUFFIX) and request.stack_name.startswith(f"StackSet-{name.removesuffix(SUFFIX)}-"):
            attached = _all(iam.list_attached_role_policies, "AttachedPolicies", RoleName=name)
            held = [each for policy in attached for each in _statements(iam, policy["PolicyArn"])]
            return Principal(name, "role", request.account, role["Arn"], statements=tuple(held))
    return None


def _statements(iam: Any, arn: str) -> list[Statement]:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return read_policy(None, (), document, Names({}, {}))


def _all(call: Callable[..., Any], key: str, **arguments: str) -> list[Any]:
    found: list[Any] = []
    more: dict[str, str] = {}
    while True:
        page = call(**arguments, **more)
        found += page[key]
        if not page.get("IsTruncated"):
            return found
        more = {"Marker": page["Marker"]}
