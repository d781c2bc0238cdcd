"""E9215: what lets a service write logs names the groups it may write into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import listed, statements

POLICY = "AWS::Logs::ResourcePolicy"
EVERY_GROUP = re.compile(r"\*|.*:log-group:\*(:\*)?")


class LogWritersRule(CloudFormationLintRule):  # type: ignore[misc]
    """A policy of a region's logs holds for all groups of the account: those of the audit trail are among them."""

    id = "E9215"
    shortdesc = "A resource policy of logs names its log groups"
    description = "No statement of an AWS::Logs::ResourcePolicy allows writing into every log group."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html"
    tags: ClassVar[list[str]] = ["cfngen", "access", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each statement without a group's name."""
        for statement in statements(cfn):
            if statement.type != POLICY or not statement.allows:
                continue
            for leaf in listed(cfn, statement, "Resource"):
                if EVERY_GROUP.fullmatch(_values.text_of(leaf.value)):
                    what = f"{statement.resource}: Resource must name the log groups that may be written"
                    yield RuleMatch(leaf.path, what)
