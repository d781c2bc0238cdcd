"""E9166: what is patched is all that matters to security, of each system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfngen.rules import _values
from cfngen.rules._settings import Setting, given, items, one_of, unmet

BASELINE, RULES = "AWS::SSM::PatchBaseline", "ApprovalRules.PatchRules"

WANTED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "WINDOWS": {
        "CLASSIFICATION": frozenset({"CriticalUpdates", "SecurityUpdates"}),
        "MSRC_SEVERITY": frozenset({"Critical", "Important", "Moderate"}),
    },
    "AMAZON_LINUX_2023": {
        "CLASSIFICATION": frozenset({"Security", "Bugfix"}),
        "SEVERITY": frozenset({"Critical", "Important", "Medium"}),
    },
}
"""Values that the filters of a system must have.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
"""

TABLE = (
    Setting(BASELINE, f"{RULES}.*.ComplianceLevel", one_of("CRITICAL", "HIGH"), "must be CRITICAL or HIGH"),
    Setting(BASELINE, "PatchGroups", given, "must name the instances' patch group"),
)


class PatchBaselinesRule(CloudFormationLintRule):  # type: ignore[misc]
    """A baseline that approves critical patches only leaves the important ones to whoever reads about them."""

    id = "E9166"
    shortdesc = "A patch baseline approves security patches of all grave severities"
    description = (
        "Classification and severity of each system's filters, a level that counts as not compliant, and a baseline "
        f"for each system of the fleets ({', '.join(WANTED)}): else AWS's default decides."
    )
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/ssm-controls.html"
    tags: ClassVar[list[str]] = ["cfngen", "compute"]

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """Yield a match for each kind of patch that is left out."""
        yield from unmet(cfn, TABLE)
        systems = {name: str(leaf.value) for name, leaf in _values.properties(cfn, ("OperatingSystem",), BASELINE)}
        for system in WANTED.keys() - set(systems.values()) if systems else ():
            yield RuleMatch(["Resources"], f"a PatchBaseline ({BASELINE}) must have the OperatingSystem {system}")
        for name, leaf, rules in items(cfn, BASELINE, RULES):
            for key, values in WANTED.get(systems[name], {}).items():
                if not any(values <= _values_of(rule, key) for rule in rules):
                    what = f"{RULES} must have PatchFilterGroup.PatchFilters with Key {key}, Values {sorted(values)}"
                    yield RuleMatch(leaf.path, f"{name}: {what}")


def _values_of(rule: Any, key: str) -> set[str]:
    filters = _values.as_list(_values.mapping(_values.mapping(rule).get("PatchFilterGroup")).get("PatchFilters"))
    found = [each for each in map(_values.mapping, filters) if each.get("Key") == key]
    return {str(value) for each in found for value in _values.as_list(each.get("Values"))}
