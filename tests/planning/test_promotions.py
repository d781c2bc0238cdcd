"""The promotion stop: no region begins with an empty or a stale database unless somebody says so."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cfngen.errors import Problem
from cfngen.layers import data
from cfngen.planning import promotions
from cfngen.planning.promotions import check_promotions
from tests.bundles import US, deployed, root, stack_set

BACKUP = "arn:aws:rds:us-east-1:222222222222:auto-backup:ab-1"
DECLARED = """{RegionRole: {Type: String}, KeepDatabase: {Type: String, Default: "false"},
  DatabaseBackup: {Type: String, Default: ""}, DatabaseSnapshot: {Type: String, Default: ""}}"""
LAYERS = {"root": root("data", parameters=DECLARED), "data": "Resources: {Topic: {Type: AWS::SNS::Topic}}"}


def changed(before: Mapping[str, str] | None, after: Mapping[str, str], *named: str) -> list[Problem]:
    wanted = stack_set("foundation", LAYERS, {US: after})
    there = deployed(stack_set("foundation", LAYERS, {US: before})) if before else {}
    return check_promotions([wanted], there, named)


def standby(**values: str) -> Mapping[str, str]:
    return {"RegionRole": "standby", **values}


def active(**values: str) -> Mapping[str, str]:
    return {"RegionRole": "active", **values}


def test_a_promotion_without_a_backup_is_refused_with_what_to_give():
    (found,) = changed(standby(), active())
    assert found.what == "is promoted with an empty database"
    assert found.hint.startswith("give DatabaseBackup or DatabaseSnapshot, see docs/how-to/promote-a-standby.md")
    assert "--replace Database" in found.hint


@pytest.mark.parametrize("source", [{"DatabaseBackup": BACKUP}, {"DatabaseSnapshot": "last"}])
def test_a_promotion_that_restores_goes_ahead(source):
    assert changed(standby(), active(**source)) == []


def test_a_promotion_onto_a_database_that_was_kept_is_refused_as_old_whatever_it_was_restored_from():
    (found,) = changed(standby(KeepDatabase="true"), active(DatabaseBackup=BACKUP))
    assert "nothing of what was written elsewhere since" in found.what
    assert "KeepDatabase: false" in found.hint


def test_keeping_a_database_that_a_standby_never_had_is_refused_in_a_new_region_too():
    for before in (None, standby()):
        (found,) = changed(before, standby(KeepDatabase="true"))
        assert "new, empty database in a standby" in found.what


def test_a_region_that_was_active_may_keep_its_database_and_goes_on_keeping_it():
    assert changed(active(), standby(KeepDatabase="true")) == []
    assert changed(standby(KeepDatabase="true"), standby(KeepDatabase="true")) == []


def test_a_first_deployment_and_one_that_changes_no_role_are_nobodys_promotion():
    assert changed(None, active()) == []
    assert changed(active(), active()) == []


def test_naming_the_database_allows_each_of_them():
    assert changed(standby(), active(), "Database") == []
    assert changed(standby(KeepDatabase="true"), active(), "Database") == []


def test_two_sources_are_one_too_many_even_when_named():
    (found,) = changed(standby(), active(DatabaseBackup=BACKUP, DatabaseSnapshot="last"), "Database")
    assert "both given" in found.what


def test_the_settings_are_those_of_the_layer():
    declared = {data.KEEP_DATABASE.title, data.DATABASE_BACKUP.title, data.DATABASE_SNAPSHOT.title}
    assert declared == {promotions.KEEP, promotions.BACKUP, promotions.SNAPSHOT}
