"""E9204: a distribution is behind a web ACL, and its bare name leads somewhere chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._distributions import CONFIG, DISTRIBUTION, parts
from cfngen.rules._settings import Setting, given, unmet

TABLE = (Setting(DISTRIBUTION, f"{CONFIG}.WebACLId", given, "must name a web ACL"),)
AT_REQUEST = ("viewer-request", "origin-request")


class CdnFirewallRule(CloudFormationLintRule):  # type: ignore[misc]
    """A bucket that is asked for nothing in particular lists what it has."""

    id = "E9204"
    shortdesc = "A distribution has a web ACL, and a default root object where a bucket answers"
    description = (
        "WebACLId is given; a default behavior whose origin is a bucket has a DefaultRootObject, or a function at its "
        "requests."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-1"
    tags: ClassVar[list[str]] = ["cfngen", "inspection", "edge"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each distribution that lets everything through, or shows what it has."""
        yield from unmet(cfn, TABLE)
        for name, leaf in parts(cfn):
            default = _values.mapping(_values.mapping(leaf.value).get("DefaultCacheBehavior"))
            root = _values.mapping(leaf.value).get("DefaultRootObject")
            listed = _is_bucket(cfn, leaf.value, default.get("TargetOriginId"))
            if listed and not given(root or "") and not _has_function(cfn, default):
                what = "DefaultRootObject must be given, or a function at viewer-request (FunctionAssociations)"
                yield RuleMatch(leaf.path, f"{name}: {what}")


def _is_bucket(cfn: Template, config: object, wanted: object) -> bool:
    """Whether the origin of an id may be a bucket: any origin that is not written as another kind."""
    found = [_values.mapping(leaf.value) for leaf in _values.values_at(cfn, config, ("Origins", "*"))]
    other = [each for each in found if {"CustomOriginConfig", "VpcOriginConfig"} & each.keys()]
    return len(other) < len(found) and not any(each.get("Id") == wanted for each in other)


def _has_function(cfn: Template, behavior: object) -> bool:
    return any(
        leaf.value in AT_REQUEST
        for key in ("FunctionAssociations", "LambdaFunctionAssociations")
        for leaf in _values.values_at(cfn, behavior, (key, "*", "EventType"))
    )
