"""E9127: every bucket says who read what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import principals, statements
from cfngen.rules._values import ABSENT

DELIVERY = "logging.s3.amazonaws.com"


class BucketLogsRule(CloudFormationLintRule):  # type: ignore[misc]
    """The bucket that receives the logs of the others cannot log into itself without end."""

    id = "E9127"
    shortdesc = "A bucket writes access logs"
    description = (
        "LoggingConfiguration names a bucket for access logs and a prefix, except in a bucket that S3 delivers such "
        "logs to."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html"
    tags: ClassVar[list[str]] = ["cfngen", "audit"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each bucket without access logs."""
        receiving = set(_receivers(cfn))
        for name, leaf in _values.properties(cfn, ("LoggingConfiguration",), "AWS::S3::Bucket"):
            if leaf.value is ABSENT and name not in receiving:
                yield RuleMatch(leaf.path, f"{name}: LoggingConfiguration must name a bucket for access logs")
            for key in ("DestinationBucketName", "LogFilePrefix") if leaf.value is not ABSENT else ():
                if not _values.mapping(leaf.value).get(key):
                    yield RuleMatch(leaf.path, f"{name}: LoggingConfiguration.{key} must be given")


def _receivers(cfn: Template) -> Iterator[str]:
    """Yield the buckets whose policy lets S3 deliver access logs."""
    for statement in statements(cfn):
        if any(_values.text_of(leaf.value) == DELIVERY for leaf in principals(cfn, statement)):
            resource = _values.section(cfn, "Resources")[statement.resource]
            yield _values.ref(_values.mapping(resource.get("Properties")).get("Bucket"))
