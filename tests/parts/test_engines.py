from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.parts.engines import DATABASE_ENGINE, ENGINES, engine_value, uses_postgres


def test_every_engine_that_can_be_chosen_says_the_same_things():
    assert set(ENGINES) == set(DATABASE_ENGINE.AllowedValues)
    assert len({frozenset(row) for row in ENGINES.values()}) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_the_parameter_family_is_that_of_the_version(engine):
    major = str(ENGINES[engine]["Version"]).split(".")[0]

    assert major in str(ENGINES[engine]["Family"])


def test_a_template_gets_only_the_values_that_it_asked_for():
    template = Template()

    assert engine_value(template, "Port").to_dict() == {
        "Fn::FindInMap": ["DatabaseEngines", {"Ref": "DatabaseEngine"}, "Port"]
    }
    assert template.to_dict()["Mappings"] == {
        "DatabaseEngines": {"sqlserver-se": {"Port": "1433"}, "postgres": {"Port": "5432"}}
    }


def test_asking_twice_changes_nothing():
    once, twice = Template(), Template()
    for template, times in ((once, 1), (twice, 2)):
        for _ in range(times):
            engine_value(template, "Version")
            uses_postgres(template)

    assert once.to_dict() == twice.to_dict()
