"""CloudFront distributions as a rule sees them: every cache behavior and every origin."""

from __future__ import annotations

from collections.abc import Iterator

from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._values import ABSENT, Leaf

DISTRIBUTION = "AWS::CloudFront::Distribution"
CONFIG = "DistributionConfig"


def parts(cfn: Template, *keys: str) -> Iterator[tuple[str, Leaf]]:
    """Yield the logical id of a distribution and each part of it at a path, if there is one."""
    for name, leaf in _values.properties(cfn, (CONFIG, *keys), DISTRIBUTION):
        if leaf.value is not ABSENT:
            yield name, leaf


def behaviors(cfn: Template) -> Iterator[tuple[str, Leaf]]:
    """Yield each behavior of each distribution, the default one first."""
    yield from parts(cfn, "DefaultCacheBehavior")
    yield from parts(cfn, "CacheBehaviors", "*")
