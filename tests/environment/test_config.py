from __future__ import annotations

import json
import random
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfngen import facts, names
from cfngen.catalog import NAMES, Scope
from cfngen.environment.config import (
    NAME,
    Admin,
    Edge,
    Rollout,
    Target,
    environment_names,
    load_environment,
    load_environments,
)
from cfngen.environment.shape import DOMAIN, PROJECT
from cfngen.errors import CfngenError, Where
from cfngen.regions import usable

PARAMS = Path(__file__).parent.parent.parent / "params"

EUROPEAN = "eu-central-1, eu-north-1, eu-west-1 or eu-west-3"

GOOD = """\
project: medapp
domain: app.example.com
bundles: [foundation, service]
permission_model: SELF_MANAGED
admin: {account: "111111111111", region: us-east-1}
edge: {account: "999999999999"}
rollout: {canary: eu/eu-west-1, max_concurrent_percentage: 50, failure_tolerance_count: 1}
parameters: {Size: 1.10, Flag: yes, Zones: [a, 08]}
geographies:
  us: {account: "222222222222", active: us-east-1, standby: us-west-2, parameters: {VpcCidr: 10.0.0.0/16}}
  eu: {account: "333333333333", active: eu-west-1, standby: eu-central-1}
  apac: {account: "444444444444", active: ap-southeast-1}
overrides:
  us/us-west-2: {VpcCidr: 10.1.0.0/16}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "prod.yaml").write_text(GOOD)
    return tmp_path


@pytest.fixture
def refused(folder):
    """Change the good file; return the problems as (line, path, what, hint)."""

    def refused(old, new):
        assert GOOD.count(old) == 1
        (folder / "prod.yaml").write_text(GOOD.replace(old, new))
        with pytest.raises(CfngenError) as caught:
            load_environment(folder, "prod")
        problems = caught.value.problems
        assert {each.where.file for each in problems} == {str(folder / "prod.yaml")}
        assert all(each.hint for each in problems)
        return [(each.where.line, each.where.path, each.what, each.hint) for each in problems]

    return refused


# What a good file says.


def test_an_environment_has_what_its_file_says(folder):
    prod = load_environment(folder, "prod")
    assert (prod.name, prod.file) == ("prod", str(folder / "prod.yaml"))
    assert (prod.project, prod.domain, prod.permission_model) == ("medapp", "app.example.com", "SELF_MANAGED")
    assert prod.bundles == ("foundation", "service")
    assert prod.admin == Admin(account="111111111111", region="us-east-1", entry_role="OrganizationAccountAccessRole")
    assert prod.edge == Edge(account="999999999999")
    assert prod.rollout == Rollout(
        canary=Target("eu", "eu-west-1"), max_concurrent_percentage=50, failure_tolerance_count=1
    )


def test_targets_are_in_slot_order_with_the_active_region_first(folder):
    path = folder / "prod.yaml"
    lines = GOOD.splitlines(keepends=True)
    path.write_text("".join([*lines[:9], lines[11], lines[10], lines[9], *lines[12:]]))
    targets = load_environment(folder, "prod").targets
    assert " ".join(map(str, targets)) == ("us/us-east-1 us/us-west-2 eu/eu-west-1 eu/eu-central-1 apac/ap-southeast-1")


def test_a_target_knows_its_account_and_role(folder):
    prod = load_environment(folder, "prod")
    target = Target("eu", "eu-central-1")
    assert (prod.account(target), prod.region_role(target)) == ("333333333333", "standby")
    assert prod.region_role(Target("eu", "eu-west-1")) == "active"


def test_a_targets_peer_is_the_other_region_of_its_geography(folder):
    prod = load_environment(folder, "prod")
    assert prod.peer_region(Target("eu", "eu-west-1")) == "eu-central-1"
    assert prod.peer_region(Target("eu", "eu-central-1")) == "eu-west-1"
    assert prod.peer_region(Target("apac", "ap-southeast-1")) == "none"
    assert prod.peer_region(Target("edge", "us-east-1")) == "none"


def test_the_accounts_are_those_of_the_geographies_while_no_bundle_needs_the_edge(folder):
    assert load_environment(folder, "prod").accounts == ("222222222222", "333333333333", "444444444444")


def test_a_value_is_the_text_that_was_written(folder):
    values = load_environment(folder, "prod").parameters
    assert {name: each.value for name, each in values.items()} == {"Size": "1.10", "Flag": "yes", "Zones": "a,08"}
    assert [each.is_list for each in values.values()] == [False, False, True]


def test_a_value_knows_where_it_was_written(folder):
    prod = load_environment(folder, "prod")
    override = prod.overrides[Target("us", "us-west-2")]["VpcCidr"]
    assert override.where == Where(prod.file, 14, "overrides.us/us-west-2.VpcCidr")
    assert str(prod.geographies["us"].parameters["VpcCidr"].where).endswith(
        "prod.yaml:10 geographies.us.parameters.VpcCidr"
    )


def test_what_may_be_left_out_may_also_be_left_empty(folder):
    lines = GOOD.splitlines(keepends=True)
    short = ["edge:\n", "rollout:\n", "parameters:\n", *lines[8:12], "overrides:\n"]
    (folder / "prod.yaml").write_text("".join([*lines[:5], *short]))
    prod = load_environment(folder, "prod")
    assert (prod.edge, prod.rollout, prod.parameters, prod.overrides) == (None, Rollout(), {}, {})


def test_names_have_the_syntax_that_templates_expect():
    assert f"^{facts.PROJECT.AllowedPattern}$" == PROJECT
    assert NAME.pattern == facts.ENVIRONMENT.AllowedPattern


def test_the_longest_names_still_make_a_bucket():
    region = max(usable(), key=len)
    assert len(names.template_bucket("p" * 16, "e" * 12, "1" * 12, region)) <= 63


def test_the_domain_may_be_one_of_the_documentation():
    assert all(re.search(DOMAIN, name) for name in ("app.example.com", "dev.app.example.com", "a-1.b2.museum"))


# Which environments there are.


def test_environments_are_the_yaml_files_of_a_folder(folder):
    for name in ("dev.yaml", "schema.json", ".hidden.yaml", "README.md"):
        (folder / name).write_text("")
    assert environment_names(folder) == ("dev", "prod")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(CfngenError, match=r"params: there is no such folder\n  hint: `cfngen init NAME` writes one"):
        environment_names(tmp_path / "params")


def test_an_unknown_environment_lists_those_there_are(folder):
    (folder / "dev.yaml").write_text(GOOD)
    with pytest.raises(CfngenError, match="staging: there are dev, prod\n  hint: `cfngen init NAME` writes one"):
        load_environment(folder, "staging")


def test_a_misspelt_environment_is_guessed(folder):
    with pytest.raises(CfngenError, match=r"hint: did you mean prod\?"):
        load_environment(folder, "prd")


@pytest.mark.parametrize("name", ["../prod", "", "prod\0", "prod/../prod", "p" * 5000])
def test_a_name_that_leads_elsewhere_is_no_environment(folder, name):
    with pytest.raises(CfngenError, match="there is no environment"):
        load_environment(folder, name)


def test_a_file_with_another_ending_is_to_be_renamed(folder):
    (folder / "staging.yml").write_text(GOOD)
    with pytest.raises(CfngenError, match=r"hint: rename staging\.yml to staging\.yaml"):
        load_environment(folder, "staging")


def test_a_file_whose_name_cannot_be_an_environments_is_refused(folder):
    (folder / "Prod_1.yaml").write_text(GOOD)
    with pytest.raises(CfngenError, match="Prod_1 cannot be the name of an environment\n  hint: name the file with"):
        load_environment(folder, "Prod_1")


def test_an_environment_that_is_a_directory_is_refused(folder):
    (folder / "dev.yaml").mkdir()
    with pytest.raises(CfngenError, match=r"dev\.yaml: is a directory, not a file"):
        load_environment(folder, "dev")


def test_all_environments_are_loaded_in_the_order_of_their_names(folder):
    (folder / "dev.yaml").write_text(GOOD)
    assert [each.name for each in load_environments(folder)] == ["dev", "prod"]


def test_the_problems_of_all_environments_are_reported_at_once(folder):
    (folder / "dev.yaml").write_text("")
    (folder / "test.yaml").write_text("a: &x 1\n")
    with pytest.raises(CfngenError) as caught:
        load_environments(folder)
    assert [Path(each.where.file).name for each in caught.value.problems] == ["dev.yaml", "test.yaml"]


def test_a_folder_without_environments_is_refused(tmp_path):
    with pytest.raises(CfngenError, match=r"has no environment\n  hint: `cfngen init NAME` writes one; or"):
        load_environments(tmp_path)


# What a person can get wrong.


def test_a_missing_key_is_named_with_an_example(refused):
    assert refused("project: medapp\n", "") == [(1, "project", "is missing", "write project: medapp")]


def test_a_missing_key_of_a_geography_is_named_on_its_line(refused):
    assert refused(", active: ap-southeast-1}", "}") == [
        (12, "geographies.apac.active", "is missing", "write active: us-east-1")
    ]


def test_a_misspelt_key_is_guessed_and_not_also_missing(refused):
    assert refused("domain:", "domian:") == [(2, "domian", "domian is not a key here", "did you mean domain?")]


def test_a_misspelt_key_within_is_guessed(refused):
    assert refused("standby: us-west-2", "stand-by: us-west-2")[0] == (
        10,
        "geographies.us.stand-by",
        "stand-by is not a key here",
        "did you mean standby?",
    )


def test_a_key_like_no_other_lists_those_there_are(refused):
    assert refused("edge: {", "edge: {zzz: 1, ") == [
        (6, "edge.zzz", "zzz is not a key here", "the keys are account, managed")
    ]


def test_a_key_without_value_is_refused(refused):
    assert refused("project: medapp", "project:") == [(1, "project", "has no value", "write project: medapp")]


def test_an_account_id_without_quotes_is_refused(refused):
    assert refused('"222222222222"', "222222222222") == [
        (
            10,
            "geographies.us.account",
            "the account id 222222222222 has no quotes, and YAML reads it as a number",
            'write "222222222222" in quotes',
        )
    ]


def test_an_octal_account_id_is_shown_as_it_was_written(refused):
    assert refused('"222222222222"', "012345670123")[0][2:] == (
        "the account id 012345670123 has no quotes, and YAML reads it as a number",
        'write "012345670123" in quotes',
    )


@pytest.mark.parametrize("written", ['"12345678901"', "12345678901"])
def test_an_account_id_of_11_digits_is_refused(refused, written):
    assert refused('"999999999999"', written) == [
        (
            6,
            "edge.account",
            "the account id 12345678901 has 11 digits instead of 12",
            "write all 12 digits in quotes: a leading zero may have been lost",
        )
    ]


@pytest.mark.parametrize("written", ["prod", '"1234-5678-9012"', "true", '"١١١١١١١١١١١١"'])
def test_what_is_not_digits_is_no_account_id(refused, written):
    [(line, path, what, _)] = refused('"111111111111"', written)
    assert (line, path) == (5, "admin.account")
    assert what.endswith("is not an account id")


def test_an_account_that_is_a_mapping_is_refused(refused):
    assert refused('"111111111111"', "{a: b}")[0][:3] == (5, "admin.account", "must be text, not {'a': 'b'}")


def test_an_account_in_two_geographies_is_refused(refused):
    assert refused("333333333333", "222222222222") == [
        (
            11,
            "geographies.eu.account",
            "the account 222222222222 is already that of geographies.us",
            "give each geography an account of its own: their data stays apart",
        )
    ]


def test_an_unknown_region_is_guessed(refused):
    assert refused("active: us-east-1", "active: us-east1")[0] == (
        10,
        "geographies.us.active",
        "us-east1 is not a region of AWS's commercial partition",
        "did you mean us-east-1?",
    )


def test_a_region_of_another_partition_is_refused(refused):
    assert refused("region: us-east-1", "region: xx") == [
        (
            5,
            "admin.region",
            "xx is not a region of AWS's commercial partition",
            f"choose {', '.join(usable()[:-1])} or {usable()[-1]}",
        )
    ]


def test_an_opt_in_region_is_refused_with_those_to_choose_from(refused):
    assert refused("standby: eu-central-1", "standby: eu-south-1") == [
        (
            11,
            "geographies.eu.standby",
            "eu-south-1 (Milan) is an opt-in region, which is off in every new account",
            f"choose {EUROPEAN}; StackSets reaches an opt-in region only by a principal of its own",
        )
    ]


def test_a_standby_outside_its_geography_is_refused(refused):
    assert refused("standby: eu-central-1", "standby: us-east-2") == [
        (
            11,
            "geographies.eu.standby",
            "us-east-2 (Ohio) is not in the geography eu",
            f"choose {EUROPEAN}",
        )
    ]


def test_london_is_not_in_the_geography_eu(refused):
    assert refused("standby: eu-central-1", "standby: eu-west-2")[0][2] == (
        "eu-west-2 (London) is not in the geography eu"
    )


def test_a_standby_equal_to_the_active_region_is_refused(refused):
    assert refused("standby: eu-central-1", "standby: eu-west-1") == [
        (
            11,
            "geographies.eu.standby",
            "eu-west-1 is also the active region",
            "choose another region of eu, or remove the line to have no standby",
        )
    ]


def test_a_fourth_geography_is_refused(refused):
    assert refused("overrides:", '  sa: {account: "666666666666", active: sa-east-1}\noverrides:') == [
        (13, "geographies.sa", "sa is not a geography", "templates have a place for us, eu or apac, and no other")
    ]


def test_no_geography_at_all_is_refused(refused):
    geographies = GOOD[GOOD.index("geographies:") : GOOD.index("overrides:")]
    overrides = GOOD[GOOD.index("overrides:") :]
    assert refused(geographies + overrides, "geographies: {}\n")[-1] == (
        9,
        "geographies",
        "is empty",
        'write geographies: {us: {account: "222222222222", active: us-east-1}}',
    )


def test_an_override_for_a_target_that_is_not_there_is_refused(refused):
    assert refused("us/us-west-2:", "us/us-west-1:") == [
        (
            14,
            "overrides.us/us-west-1",
            "there is no target us/us-west-1 in this environment",
            "did you mean us/us-west-2?",
        )
    ]


@pytest.mark.parametrize("target", ["us-west-2", "222222222222/us-west-2", "eu/us-west-2", "us/us-west-2/"])
def test_an_override_is_for_a_target_and_nothing_else(refused, target):
    assert refused("us/us-west-2:", f"{target}:")[0][2] == f"there is no target {target} in this environment"


def test_a_canary_that_is_not_a_target_is_refused(refused):
    assert refused("canary: eu/eu-west-1", "canary: eu/eu-west-3") == [
        (7, "rollout.canary", "there is no target eu/eu-west-3 in this environment", "did you mean eu/eu-west-1?")
    ]


@pytest.mark.parametrize("written", ["eu-west-1", "[eu, eu-west-1]", "3", "a/b/c"])
def test_a_canary_that_is_not_written_as_a_target_is_refused(refused, written):
    [(line, path, _, hint)] = refused("canary: eu/eu-west-1", f"canary: {written}")
    assert (line, path, hint) == (
        7,
        "rollout.canary",
        "a target is written GEOGRAPHY/REGION, such as us/us-east-1",
    )


def test_an_unknown_bundle_is_guessed(refused):
    assert refused("[foundation, service]", "[foundation, servise]") == [
        (3, "bundles[1]", "servise is not a bundle", "did you mean service?")
    ]


def test_a_bundle_named_twice_is_refused(refused):
    assert refused("[foundation, service]", "[foundation, foundation]") == [
        (3, "bundles[1]", "the bundle foundation is named twice", "remove one of the two")
    ]


def test_bundles_out_of_order_are_refused_with_the_right_order(refused):
    assert refused("[foundation, service]", "[service, foundation]") == [
        (
            3,
            "bundles",
            "the bundles are not in the order in which they are deployed",
            "write bundles: [foundation, service]",
        )
    ]


def test_bootstrap_is_not_a_bundle_to_name(refused):
    assert refused("[foundation,", "[bootstrap, foundation,") == [
        (3, "bundles[0]", "bootstrap is not a bundle to name", "remove it: `cfngen bootstrap` deploys it")
    ]


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("[]", "is empty"),
        ("foundation", "must be a list, not 'foundation'"),
        ("{a: b}", "must be a list, not {'a': 'b'}"),
    ],
)
def test_bundles_are_a_list_of_at_least_one(refused, written, what):
    hint = f"write bundles: [{', '.join(NAMES)}]"
    assert refused("[foundation, service]", written) == [(3, "bundles", what, hint)]


def test_the_edge_bundles_need_the_edge_account(refused):
    problems = refused(
        '[foundation, service]\npermission_model: SELF_MANAGED\nadmin: {account: "111111111111", '
        'region: us-east-1}\nedge: {account: "999999999999"}\n',
        '[foundation, edge]\nadmin: {account: "111111111111", region: us-east-1}\n',
    )
    assert (
        1,
        "edge",
        "is missing, and the bundle edge is deployed there",
        'write edge: {account: "999999999999"}, or leave the bundle out',
    ) in problems


def test_service_managed_is_explained(refused):
    assert refused("SELF_MANAGED", "SERVICE_MANAGED") == [
        (
            4,
            "permission_model",
            "SERVICE_MANAGED is not possible yet",
            "write SELF_MANAGED: service-managed stack sets refuse nested stacks, which all bundles are made of",
        )
    ]


def test_another_permission_model_is_refused(refused):
    assert refused("SELF_MANAGED", "MANAGED") == [
        (4, "permission_model", "MANAGED is not a valid permission_model", "write SELF_MANAGED")
    ]


@pytest.mark.parametrize("name", ["Medapp", "m", "1med", "med_app", "m" * 17, '"medapp\\n"'])
def test_a_project_name_that_does_not_fit_into_names_is_refused(refused, name):
    [(line, path, what, hint)] = refused("medapp", name)
    assert (line, path, hint) == (
        1,
        "project",
        "2 to 16 lower-case letters, digits and hyphens, beginning with a letter",
    )
    assert what.endswith("is not a valid project")


@pytest.mark.parametrize(
    "name",
    ["example", "App.example.com", "app_1.example.com", "-a.com", "a.1", "https://a.com", "a..com", "a" * 49 + ".com"],
)
def test_what_cannot_be_a_domain_is_refused(refused, name):
    [(line, path, what, hint)] = refused("app.example.com", name)
    assert (line, path, what) == (2, "domain", f"{name} is not a valid domain")
    assert "such as app.example.com" in hint


def test_the_arn_of_the_entry_role_is_refused(refused):
    [problem] = refused("region: us-east-1}", 'region: us-east-1, entry_role: "arn:aws:iam::1:role/x"}')
    assert problem == (
        5,
        "admin.entry_role",
        "arn:aws:iam::1:role/x is not a valid entry_role",
        "the name of a role, not its ARN",
    )


@pytest.mark.parametrize(
    ("written", "what", "hint"),
    [
        ("0", "0 is out of bounds", "must be greater than or equal to 1"),
        ("101", "101 is out of bounds", "must be less than or equal to 100"),
        ('"50"', "must be a whole number, not '50'", "write it without quotes, such as 1"),
        ("50%", "must be a whole number, not '50%'", "write it without quotes, such as 1"),
        ("1.5", "must be a whole number, not 1.5", "write it without quotes, such as 1"),
        ("yes", "must be a whole number, not True", "write it without quotes, such as 1"),
        ("", "has no value", "write one, or remove the line"),
    ],
)
def test_a_rollout_value_out_of_its_bounds_is_refused(refused, written, what, hint):
    problems = refused("max_concurrent_percentage: 50", f"max_concurrent_percentage: {written}")
    assert problems == [(7, "rollout.max_concurrent_percentage", what, hint)]


def test_a_rollout_mode_that_stack_sets_do_not_know_is_refused(refused):
    assert refused("failure_tolerance_count: 1", "failure_tolerance_count: 1, concurrency_mode: STRICT") == [
        (
            7,
            "rollout.concurrency_mode",
            "STRICT is not a valid concurrency_mode",
            "write STRICT_FAILURE_TOLERANCE or SOFT_FAILURE_TOLERANCE",
        )
    ]


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("Size: ", "has no value"),
        ("Size: null", "has no value (null is YAML's word for it)"),
        ("Size: ~", "has no value (~ is YAML's word for it)"),
        ("Size: {a: b}", "has keys of its own, but a parameter is one value"),
        ('Size: "\\0"', "has a control character: '\\x00'"),
    ],
)
def test_a_parameter_without_a_plain_value_is_refused(refused, written, what):
    [(line, path, said, _)] = refused("Size: 1.10", written)
    assert (line, path, said) == (8, "parameters.Size", what)


def test_null_in_quotes_is_a_text(folder):
    (folder / "prod.yaml").write_text(GOOD.replace("Size: 1.10", 'Size: "null", Nothing: ""'))
    values = load_environment(folder, "prod").parameters
    assert (values["Size"].value, values["Nothing"].value) == ("null", "")


@pytest.mark.parametrize(
    ("item", "what"),
    [
        ("[b]", "is not a single value"),
        ("{b: c}", "is not a single value"),
        ("null", "has no value (null is YAML's word for it)"),
        ('"b,c"', "has a comma: b,c"),
    ],
)
def test_an_item_of_a_list_that_is_not_a_text_is_refused(refused, item, what):
    [(line, path, said, _)] = refused("[a, 08]", f"[a, {item}]")
    assert (line, path, said) == (8, "parameters.Zones[1]", what)


@pytest.mark.parametrize(
    ("content", "what"),
    [("- a\n", "must be keys with values, not ['a']"), ("word\n", "must be keys with values, not 'word'")],
)
def test_a_file_that_is_not_keys_with_values_is_refused(folder, content, what):
    (folder / "prod.yaml").write_text(content)
    with pytest.raises(CfngenError) as caught:
        load_environment(folder, "prod")
    [problem] = caught.value.problems
    assert (problem.where.line, problem.what, problem.hint) == (1, what, "write {key: value}")


def test_all_problems_of_a_file_are_reported_at_once_in_the_order_of_its_lines(folder):
    bad = GOOD.replace("medapp", "M").replace("SELF", "SERVICE").replace("eu-central-1", "eu-west-1")
    bad = (
        bad.replace("us/us-west-2", "us/us-east-9")
        .replace("Size: 1.10", "Size: ")
        .replace('"444', "444")
        .replace('444",', "444,")
    )
    (folder / "prod.yaml").write_text(bad)
    with pytest.raises(CfngenError) as caught:
        load_environment(folder, "prod")
    assert [each.where.line for each in caught.value.problems] == [1, 4, 8, 11, 12, 14]


# Whatever is in the file.


def outcome(folder, content):
    (folder / "prod.yaml").write_bytes(content)
    with suppress(CfngenError):
        assert load_environment(folder, "prod").targets


@settings(deadline=None)
@given(content=st.binary(max_size=300))
def test_arbitrary_bytes_are_loaded_or_refused(content, tmp_path_factory):
    outcome(tmp_path_factory.getbasetemp(), content)


PIECES = [
    "",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!int ",
    "'",
    '"',
    "\n",
    "\t",
    "null",
    "~",
    "0",
    "é",
    "\0",
    "<<: ",
    "%",
]


@settings(deadline=None, max_examples=300)
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 4))
def test_a_random_change_to_a_good_file_is_loaded_or_refused(seed, changes, tmp_path_factory):
    chance, text = random.Random(seed), (PARAMS / "prod.yaml").read_text(encoding="utf-8") if seed % 2 else GOOD
    for _ in range(changes):
        start = chance.randrange(len(text))
        end = start + chance.choice([0, 0, 1, 5, 40])
        other = chance.randrange(len(text))
        text = text[:start] + chance.choice([*PIECES, text[other : other + 30]]) + text[end:]
    outcome(tmp_path_factory.getbasetemp(), text.encode())


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["us", "us-east-1", "us/us-east-1"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "account", "us", "active"]), inner)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from([line.partition(":")[0] for line in GOOD.splitlines() if not line.startswith(" ")])


@settings(deadline=None, max_examples=200)
@given(key=KEYS, value=VALUES)
def test_a_value_of_any_shape_under_any_key_is_loaded_or_refused(key, value, tmp_path_factory):
    text = re.sub(rf"^{key}:.*\n(  .*\n)*", lambda _: f"{key}: {json.dumps(value)}\n", GOOD, flags=re.MULTILINE)
    outcome(tmp_path_factory.getbasetemp(), text.encode())


# The files of this repository.


def test_prod_is_three_geographies_each_with_a_standby():
    prod = load_environment(PARAMS, "prod")
    assert " ".join(map(str, prod.targets)) == (
        "us/us-east-1 us/us-west-2 eu/eu-west-1 eu/eu-central-1 apac/ap-southeast-1 apac/ap-northeast-1"
    )
    assert prod.edge
    assert prod.accounts == (
        *("222222222222", "333333333333", "444444444444"),
        *(prod.edge.account, prod.admin.account),
    )


def test_dev_is_one_region_of_an_account_of_its_own():
    dev, prod = load_environments(PARAMS)
    assert (dev.targets, dev.accounts) == ((Target("us", "us-east-1"),), ("555555555555",))
    assert not set(dev.accounts) & set(prod.accounts)


def test_dev_is_a_smaller_prod_by_parameters_alone_and_without_an_edge():
    dev, prod = load_environments(PARAMS)
    assert (dev.project, dev.admin.account) == (prod.project, prod.admin.account)
    assert dev.bundles == tuple(name for name in prod.bundles if name not in ("domain", "edge"))


def scoped(tmp_path, **changes):
    text = (
        "project: medapp\ndomain: app.example.com\nbundles: [foundation]\n"
        'admin: {account: "111111111111", region: us-east-1, managed: %(managed)s}\n'
        'edge: {account: "%(edge)s"}\n'
        'geographies:\n  us: {account: "222222222222", active: us-east-1, standby: us-west-2, home: %(home)s}\n'
        '  eu: {account: "333333333333", active: eu-west-1}\n'
    )
    values = {"managed": "true", "edge": "999999999999", "home": "us-west-2", **changes}
    (tmp_path / "prod.yaml").write_text(text % values)
    return load_environment(tmp_path, "prod")


def written(places):
    return [str(place) for place in places]


def test_what_exists_once_per_account_goes_to_each_accounts_home(tmp_path):
    found = scoped(tmp_path)
    assert written(found.places(Scope.ACCOUNTS)) == [
        "us/us-west-2",
        "eu/eu-west-1",
        "edge/us-east-1",
        "admin/us-east-1",
    ]
    assert written(found.places(Scope.HOMES)) == ["us/us-west-2", "eu/eu-west-1"]


def test_every_region_of_an_account_knows_its_home(tmp_path):
    found = scoped(tmp_path)
    homes = {str(place): found.home_region(place) for place in found.places(Scope.ACCOUNT_REGIONS)}
    assert homes == {
        "us/us-east-1": "us-west-2",
        "us/us-west-2": "us-west-2",
        "eu/eu-west-1": "eu-west-1",
        "edge/us-east-1": "us-east-1",
        "admin/us-east-1": "us-east-1",
    }


def test_what_exists_once_per_region_goes_to_every_region_of_every_account(tmp_path):
    assert written(scoped(tmp_path).places(Scope.ACCOUNT_REGIONS)) == [
        "us/us-east-1",
        "us/us-west-2",
        "eu/eu-west-1",
        "edge/us-east-1",
        "admin/us-east-1",
    ]


def test_the_admin_account_is_left_alone_unless_it_is_said_to_be_managed(tmp_path):
    assert "admin/us-east-1" not in written(scoped(tmp_path, managed="false").places(Scope.ACCOUNTS))


def test_an_account_in_two_roles_is_managed_once(tmp_path):
    found = scoped(tmp_path, edge="111111111111").places(Scope.ACCOUNTS)
    assert len({str(place.region) + scoped(tmp_path, edge="111111111111").account(place) for place in found}) == len(
        found
    )


def test_a_home_that_is_no_region_of_its_geography_is_refused(tmp_path):
    with pytest.raises(CfngenError) as caught:
        scoped(tmp_path, home="eu-west-1")
    (problem,) = caught.value.problems
    assert (problem.where.path, problem.what) == ("geographies.us.home", "eu-west-1 is no region of us")
    assert problem.hint == "its regions are us-east-1 or us-west-2"
