"""E9112: a database has no public address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values


class DatabasePrivateRule(CloudFormationLintRule):  # type: ignore[misc]
    """PubliclyAccessible is true by default in a VPC with an internet gateway and no subnet group."""

    id = "E9112"
    shortdesc = "A database is not publicly accessible"
    description = "PubliclyAccessible is false, in so many words."
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
    tags: ClassVar[list[str]] = ["cfngen", "database", "public"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each database that may get a public address."""
        for kind, keys in (
            ("AWS::RDS::DBInstance", ("PubliclyAccessible",)),
            ("AWS::DMS::ReplicationInstance", ("PubliclyAccessible",)),
        ):
            yield from _values.require(cfn, kind, keys, _values.is_false, "must be false")
