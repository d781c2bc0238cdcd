"""E9146: an identity pool gives credentials to signed-in people only, each the role of their kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import condition_keys, statements
from cfngen.rules._settings import Setting, given, unmet
from cfngen.rules._values import is_false, is_true

POOL, ROLES = "AWS::Cognito::IdentityPool", "AWS::Cognito::IdentityPoolRoleAttachment"
IDENTITY = "cognito-identity.amazonaws.com"

TABLE = (
    Setting(POOL, "AllowUnauthenticatedIdentities", is_false, "must be false"),
    Setting(POOL, "AllowClassicFlow", is_false, "must be false"),
    Setting(POOL, "CognitoIdentityProviders", given, "must name the user pools"),
    Setting(POOL, "CognitoIdentityProviders.*.ServerSideTokenCheck", is_true, "must be true"),
    Setting(POOL, "CognitoIdentityProviders.*.ClientId", given, "must name the client"),
    Setting(POOL, "CognitoIdentityProviders.*.ProviderName", given, "must name the user pool"),
    Setting(ROLES, "Roles.authenticated", given, "must name the role of signed-in people"),
    Setting(ROLES, "RoleMappings", given, "must map each user pool to its role"),
)


class IdentityPoolsRule(CloudFormationLintRule):  # type: ignore[misc]
    """The classic flow lets a caller choose any role that trusts the pool."""

    id = "E9146"
    shortdesc = "An identity pool admits nobody who is not signed in"
    description = (
        "No unauthenticated identities, no classic flow, tokens are checked with the user pool; every provider has a "
        "mapping to one role by rules that deny what fits none; roles trust this pool's authenticated identities."
    )
    source_url = "https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html"
    tags: ClassVar[list[str]] = ["cfngen", "sign-in", "access"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each way to credentials that is too wide."""
        yield from unmet(cfn, TABLE)
        for name, leaf in _values.properties(cfn, ("CognitoIdentityProviders",), POOL):
            mapped = [
                pool
                for _, pool in _values.properties(cfn, ("IdentityPoolId",), ROLES)
                if _values.ref(pool.value) == name
            ]
            if not mapped:
                what = f"an IdentityPoolRoleAttachment ({ROLES}) must give it roles"
                yield RuleMatch(["Resources", name], f"{name}: {what}")
            yield from _every_provider(cfn, name, len(_values.as_list(leaf.value)))
        for name, leaf in _values.properties(cfn, ("RoleMappings",), ROLES):
            for title, mapping in _values.mapping(leaf.value).items():
                yield from _mapping(name, [*leaf.path, title], title, _values.mapping(mapping))
        yield from _trust(cfn)


def _every_provider(cfn: Template, pool: str, providers: int) -> Iterator[RuleMatch]:
    clients = len(list(_values.resources(cfn, "AWS::Cognito::UserPoolClient")))
    if 0 < providers < clients:
        path: list[str | int] = ["Resources", pool, "Properties", "CognitoIdentityProviders"]
        yield RuleMatch(path, f"{pool}: CognitoIdentityProviders must have all {clients} user pools' clients")
    for name, leaf in _values.properties(cfn, ("RoleMappings",), ROLES):
        if len(_values.mapping(leaf.value)) < providers:
            what = f"RoleMappings must have {providers} mappings, one for each provider"
            yield RuleMatch(leaf.path, f"{name}: {what}")


def _mapping(name: str, path: list[str | int], title: str, given_: Mapping[str, Any]) -> Iterator[RuleMatch]:
    where = f"{name}: RoleMappings.{title}"
    if given_.get("AmbiguousRoleResolution") != "Deny":
        yield RuleMatch(path, f"{where}.AmbiguousRoleResolution must be Deny")
    if given_.get("Type") != "Rules" or not given_.get("IdentityProvider"):
        yield RuleMatch(path, f"{where} must have Type Rules and an IdentityProvider")
    rules = _values.as_list(_values.mapping(given_.get("RulesConfiguration")).get("Rules"))
    wanted = {"MatchType": "Equals", "Claim": "aud"}
    for rule in rules or [{}]:
        found = _values.mapping(rule)
        exact = all(found.get(key) == value for key, value in wanted.items())
        if not exact or not _values.owner(found.get("RoleARN")) or not _values.owner(found.get("Value")):
            what = "RulesConfiguration.Rules must match Claim aud by MatchType Equals to a client (Value, RoleARN)"
            yield RuleMatch(path, f"{where}.{what}")


def _trust(cfn: Template) -> Iterator[RuleMatch]:
    """A role that trusts Cognito's identities names the pool and wants them signed in."""
    for statement in statements(cfn):
        principal = _values.mapping(statement.body.get("Principal")).get("Federated")
        if statement.is_trust and statement.allows and principal == IDENTITY:
            lacking = {f"{IDENTITY}:aud", f"{IDENTITY}:amr"} - condition_keys(statement)
            if lacking:
                what = f"Condition must name the pool and signed-in people ({', '.join(sorted(lacking))})"
                yield RuleMatch(statement.path, f"{statement.resource}: {what}")
