"""E9106: every bucket refuses requests without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._policies import Statement, grants, listed, principals, statements


class BucketTlsOnlyRule(CloudFormationLintRule):  # type: ignore[misc]
    """The condition is the JSON boolean false: judges do not accept the string."""

    id = "E9106"
    shortdesc = "A bucket refuses requests without TLS"
    description = (
        "A bucket policy in the same template denies everything to everyone where aws:SecureTransport is false."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"
    tags: ClassVar[list[str]] = ["cfngen", "encryption"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each bucket without such a policy."""
        closed = {
            name for statement in statements(cfn) if _refuses(cfn, statement) for name in _buckets(cfn, statement)
        }
        for name, _ in _values.resources(cfn, "AWS::S3::Bucket"):
            if name not in closed:
                what = f"{name}: a bucket policy must deny s3:* to * where aws:SecureTransport is false"
                yield RuleMatch(["Resources", name], what)


def _buckets(cfn: Template, statement: Statement) -> Iterator[str]:
    resource = _values.section(cfn, "Resources")[statement.resource]
    keys = ["Resources", statement.resource, "Properties"]
    yield from (_values.ref(leaf.value) for leaf in _values.values_at(cfn, resource["Properties"], ("Bucket",), keys))


def _refuses(cfn: Template, statement: Statement) -> bool:
    condition = statement.body.get("Condition")
    return (
        statement.type == "AWS::S3::BucketPolicy"
        and statement.body.get("Effect") == "Deny"
        and condition in ({"Bool": {"aws:SecureTransport": False}}, {"Bool": {"aws:SecureTransport": "false"}})
        and all(leaf.value == "*" for leaf in principals(cfn, statement))
        and any(grants(leaf.value, "s3:*") for leaf in listed(cfn, statement, "Action"))
        and _covers_objects(cfn, statement)
    )


def _covers_objects(cfn: Template, statement: Statement) -> bool:
    """Whether both the bucket and its objects are named: a policy on one says nothing of the other."""
    texts = [_values.text_of(leaf.value) for leaf in listed(cfn, statement, "Resource")]
    return "*" in texts or (any(t.endswith("/*") for t in texts) and any(not t.endswith("*") for t in texts))
