from __future__ import annotations

from collections.abc import Callable

import pytest
from cfnlint.decode import decode_str
from cfnlint.rules import CloudFormationLintRule
from cfnlint.template import Template

Matches = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def matches() -> Matches:
    """Return a function that runs one rule over a template and gives its matches as (path, message)."""

    def run(rule: CloudFormationLintRule, text: str, filename: str = "template.yaml") -> list[tuple[str, str]]:
        body, errors = decode_str(text)
        assert not errors
        found = rule.match(Template(filename, body, ["us-east-1"]))
        return [(".".join(map(str, match.path)), match.message) for match in found]

    return run
