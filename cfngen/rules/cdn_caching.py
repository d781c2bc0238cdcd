"""E9206: no patient is sent what CloudFront kept of another's session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._distributions import behaviors
from cfngen.rules._settings import given
from cfngen.rules._values import ABSENT, Leaf

DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""AWS's own policy that keeps nothing: Managed-CachingDisabled.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
"""

WITHOUT_SESSIONS = (
    "acba4595-bd28-49b8-b9fe-13317c0390fa",
    "59781a5b-3903-41f3-afcb-af62929ccde1",
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
)
"""Origin request policies of AWS's that send no cookies: UserAgentRefererHeaders, CORS-CustomOrigin, CORS-S3Origin."""

LEGACY = ("ForwardedValues", "DefaultTTL", "MaxTTL", "MinTTL")
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
POLICY, REQUESTS = "AWS::CloudFront::CachePolicy", "AWS::CloudFront::OriginRequestPolicy"


class CdnCachingRule(CloudFormationLintRule):  # type: ignore[misc]
    """Sessions that reach the origin, but are no part of the cache's key, make one person's answer everybody's."""

    id = "E9206"
    shortdesc = "A behavior that forwards sessions keeps nothing"
    description = (
        "Every behavior has a CachePolicyId and none of the legacy settings; where methods that change things are "
        "allowed, or cookies are forwarded, nothing is cached: Managed-CachingDisabled, or a policy whose MaxTTL is 0."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html#add-origin-custom-headers-forward-authorization"
    tags: ClassVar[list[str]] = ["cfngen", "access", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each behavior whose answers may reach somebody else."""
        for name, behavior in behaviors(cfn):
            written = _values.mapping(behavior.value)
            for key in LEGACY:
                if key in written:
                    yield RuleMatch([*behavior.path, key], f"{name}: {key} must not be given: name a CachePolicyId")
            personal = _is_personal(cfn, behavior)
            for leaf in _values.values_at(cfn, behavior.value, ("CachePolicyId",), behavior.path):
                if not given(leaf.value):
                    yield RuleMatch(leaf.path, f"{name}: CachePolicyId must be given")
                elif personal and not _keeps_nothing(cfn, leaf.value):
                    what = f"CachePolicyId must keep nothing where {personal}: {DISABLED}, or a policy with MaxTTL 0"
                    yield RuleMatch(leaf.path, f"{name}: {what}")


def _is_personal(cfn: Template, behavior: Leaf) -> str:
    """Say why answers of a behavior may be one person's; nothing where they are everybody's."""
    methods = {str(leaf.value) for leaf in _values.values_at(cfn, behavior.value, ("AllowedMethods", "*"))}
    if methods & CHANGES:
        return f"AllowedMethods has {', '.join(sorted(methods & CHANGES))}"
    policies = [leaf.value for leaf in _values.values_at(cfn, behavior.value, ("OriginRequestPolicyId",))]
    if any(_forwards_sessions(cfn, each) for each in policies if each is not ABSENT):
        return "OriginRequestPolicyId forwards cookies"
    return ""


def _forwards_sessions(cfn: Template, policy: object) -> bool:
    """Whether a policy sends cookies or every header on; one that nobody here knows is taken to."""
    if policy in WITHOUT_SESSIONS:
        return False
    keys = ("OriginRequestPolicyConfig", "CookiesConfig", "CookieBehavior")
    cookies = [leaf.value for name, leaf in _values.properties(cfn, keys, REQUESTS) if name == _values.owner(policy)]
    keys = ("OriginRequestPolicyConfig", "HeadersConfig", "HeaderBehavior")
    headers = [leaf.value for name, leaf in _values.properties(cfn, keys, REQUESTS) if name == _values.owner(policy)]
    return not cookies or set(cookies) != {"none"} or bool(set(headers) - {"none", "whitelist"})


def _keeps_nothing(cfn: Template, policy: object) -> bool:
    kept = [
        _values.number(leaf.value)
        for name, leaf in _values.properties(cfn, ("CachePolicyConfig", "MaxTTL"), POLICY)
        if name == _values.owner(policy)
    ]
    return policy == DISABLED or (bool(kept) and set(kept) == {0})
