"""Every single weakening of the templates makes lint or verify fail, with a message that names the property.

What is weakened, and what is not and why, is in tests/mutation/properties.yaml; docs/mutants.md counts it.
`make mutants` prints the score.
"""

from __future__ import annotations

import pytest
import yaml

from cfngen.lint import lint
from cfngen.templates import TemplateFile

from .mutation.judge import Judge
from .mutation.mutants import is_used, mutants, unclassified
from .mutation.page import PAGE, page
from .mutation.report import files, judge, outcomes, survivors
from .mutation.table import read_table

FILES = {f"{file.path.parent.name}/{file.name}": file for file in files()}
TABLE = read_table()


@pytest.fixture(scope="module")
def shared() -> Judge:
    """Return the judge: rules and world are read once."""
    return judge()


def test_there_is_nothing_to_be_found_in_the_templates_themselves(shared):
    assert sorted(shared.known) == []


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_every_weakening_is_caught_and_named(file: TemplateFile, shared: Judge, record_property):
    found = list(outcomes(file, shared))
    record_property("weakenings", len(found))
    assert survivors(found) == []


def test_the_judge_finds_what_the_command_finds(shared, tmp_path):
    mutant = next(each for each in mutants(FILES["service/firewall"], TABLE) if each.what == "drop")
    verdict = shared.judge(mutant)
    (tmp_path / "firewall.yaml").write_text(yaml.safe_dump(mutant.body), encoding="utf-8")
    found = lint(tmp_path, ("us-east-1",), processes=1)
    assert verdict.message in [f"{each.problem.where.path}: {each.problem.what}" for each in found]
    assert verdict.rule in {each.rule for each in found if each.level == "error"}


def test_every_property_that_is_used_counts_or_has_a_reason_not_to():
    assert sorted({found for file in FILES.values() for found in unclassified(file, TABLE)}) == []


def test_every_type_that_nothing_refers_to_may_be_lost_or_has_a_reason_not_to_matter():
    lone = {
        resource["Type"]
        for file in FILES.values()
        for name, resource in file.resources.items()
        if not is_used(file, name)
    }
    assert sorted(lone - TABLE.drop.keys() - TABLE.keep.keys()) == []
    assert sorted(TABLE.drop.keys() & TABLE.keep.keys()) == []


def test_every_resource_type_is_weakened_unless_nothing_of_it_counts():
    used = {resource["Type"]: file for file in FILES.values() for resource in file.resources.values()}
    weakened = {mutant.type for file in FILES.values() for mutant in mutants(file, TABLE)}
    counted = {
        kind
        for file in FILES.values()
        for resource in file.resources.values()
        for kind in [resource["Type"]]
        if kind in TABLE.drop or any(TABLE.class_of(kind, name) for name in resource.get("Properties", {}))
    }
    assert len(weakened) > 40
    assert {kind for kind in used if kind in counted} - weakened == set()


def test_weakenings_are_many_and_of_every_class():
    found = [mutant for file in FILES.values() for mutant in mutants(file, TABLE)]
    assert len(found) > 2000
    used = {resource["Type"] for file in FILES.values() for resource in file.resources.values()}
    lost = {found for kind, found in TABLE.drop.items() if kind in used}
    given = {
        TABLE.class_of(resource["Type"], name)
        for file in FILES.values()
        for resource in file.resources.values()
        for name in resource.get("Properties", {})
    }
    classes = {*filter(None, given), *lost, *TABLE.attributes}
    assert classes - {mutant.property_class for mutant in found} == set()


def test_an_empty_list_of_weakenings_is_no_score():
    assert all(
        list(mutants(file, TABLE)) for name, file in FILES.items() if name in ("foundation/network", "service/web")
    )


def test_the_page_of_weakenings_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
