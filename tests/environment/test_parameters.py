from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.environment.config import Target, load_environment
from cfngen.environment.parameters import base, check_addresses, check_parameters, overrides, resolve
from cfngen.errors import Where
from cfngen.templates import BundleTemplates, TemplateFile

ENVIRONMENT = """\
project: medapp
domain: app.example.com
bundles: [foundation, service]
admin: {account: "111111111111", region: us-east-1}
parameters:
  {parameters}
geographies:
  us:
    account: "222222222222"
    active: us-east-1
    standby: us-west-2
    parameters: {us}
  eu:
    account: "333333333333"
    active: eu-west-1
    parameters: {eu}
overrides:
  us/us-west-2: {west}
"""

PLAIN = {
    "parameters": "",
    "us": "{VpcCidr: 10.0.0.0/16}",
    "eu": "{VpcCidr: 10.1.0.0/16}",
    "west": "{VpcCidr: 10.2.0.0/16}",
}


def template(name, layer, parameters, metadata=None):
    body = {"Parameters": parameters, "Resources": {}, "Metadata": {"cfngen": metadata or {}}}
    return TemplateFile(Path("templates_out") / name / f"{layer}.yaml", "", body)


def bundle(name, parameters, metadata=None, children=None):
    layers = {layer: template(name, layer, declared) for layer, declared in (children or {}).items()}
    return BundleTemplates(name, template(name, "root", parameters, metadata), layers)


FOUNDATION = bundle(
    "foundation",
    {
        "VpcCidr": {"Type": "String", "Description": "Range of the VPC."},
        "ZoneCount": {"Type": "Number", "Default": 2, "AllowedValues": ["2", "3"]},
        "NatGateways": {"Type": "String", "Default": "per-zone", "AllowedValues": ["per-zone", "single"]},
        "Environment": {"Type": "String"},
        "LogRetentionDays": {"Type": "Number", "Default": "30"},
    },
    {"Facts": ["Environment"]},
    {"network": {"VpcCidr": {"Type": "String"}}, "data": {"SubnetIds": {"Type": "List<AWS::EC2::Subnet::Id>"}}},
)
SERVICE = bundle(
    "service",
    {
        "Size": {"Type": "Number", "Default": "2", "MinValue": 1, "MaxValue": "10"},
        "Ports": {"Type": "List<Number>", "Default": "80,443", "MaxValue": 65535},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a,b", "AllowedPattern": "[a-f]"},
        "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/aws/image"},
        "Note": {"Type": "String", "Default": "", "MinLength": "0", "MaxLength": 5000},
        "Code": {"Type": "String", "Default": "abc", "MinLength": 3, "MaxLength": 4, "Description": "Three or four."},
        "Password": {"Type": "String", "Default": "x", "NoEcho": True},
        "Host": {"Type": "String", "Default": "a", "AllowedPattern": "[a-z]+", "ConstraintDescription": "letters only"},
        "Odd": {"Type": "String", "Default": "a", "AllowedPattern": "[a-z]++(?<name>x)?"},
        "Public": {"Type": "String", "Default": False, "AllowedValues": [True, False]},
        "LogRetentionDays": {"Type": "Number", "Default": "30"},
        "VpcId": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>"},
        "Environment": {"Type": "String"},
    },
    {"Facts": ["Environment"], "Wires": {"VpcId": {"Bundle": "foundation", "Path": "foundation/VpcId"}}},
)
OTHER = bundle("other", {"Elsewhere": {"Type": "String", "Default": ""}})
BUNDLES = (FOUNDATION, SERVICE)
US, WEST, EU = Target("us", "us-east-1"), Target("us", "us-west-2"), Target("eu", "eu-west-1")


@pytest.fixture
def environment(tmp_path):
    def environment(name="prod", **changes):
        text = ENVIRONMENT
        for key, value in (PLAIN | changes).items():
            text = text.replace(f"{{{key}}}", value)
        (tmp_path / f"{name}.yaml").write_text(text)
        return load_environment(tmp_path, name)

    return environment


@pytest.fixture
def found(environment):
    """Return the problems of an environment as (line, path, what, hint)."""

    def found(bundles=BUNDLES, **changes):
        problems = check_parameters(environment(**changes), bundles)
        assert all(each.hint and each.where.file.endswith("prod.yaml") for each in problems)
        return [(each.where.line, each.where.path, each.what, each.hint) for each in problems]

    return found


# Which value a target gets.


def test_every_setting_has_a_value_and_facts_and_wires_are_not_settings(environment):
    assert list(resolve(environment(), FOUNDATION, US)) == ["VpcCidr", "ZoneCount", "NatGateways", "LogRetentionDays"]
    assert "VpcId" not in resolve(environment(), SERVICE, US)


def test_a_default_says_which_template_it_comes_from(environment):
    given = resolve(environment(), FOUNDATION, US)["ZoneCount"]
    assert (given.value, str(given.where)) == ("2", "default in foundation/root.yaml")


def test_a_default_is_the_text_that_cloudformation_makes_of_it(environment):
    assert resolve(environment(), SERVICE, US)["Public"].value == "false"


@pytest.mark.parametrize(
    ("changes", "expected", "origin"),
    [
        ({}, "30", "default in foundation/root.yaml"),
        ({"parameters": "LogRetentionDays: 1"}, "1", "parameters.LogRetentionDays"),
        ({"us": "{VpcCidr: 10.0.0.0/16, LogRetentionDays: 2}"}, "2", "geographies.us.parameters.LogRetentionDays"),
        ({"west": "{VpcCidr: 10.2.0.0/16, LogRetentionDays: 3}"}, "3", "overrides.us/us-west-2.LogRetentionDays"),
    ],
)
def test_the_later_level_wins(environment, changes, expected, origin):
    given = resolve(environment(**changes), FOUNDATION, WEST)["LogRetentionDays"]
    assert (given.value, given.where.path) == (expected, origin)


def test_all_levels_together_the_override_wins_and_others_keep_theirs(environment):
    prod = environment(
        parameters="LogRetentionDays: 1",
        us="{VpcCidr: 10.0.0.0/16, LogRetentionDays: 2}",
        west="{VpcCidr: 10.2.0.0/16, LogRetentionDays: 3}",
    )
    values = [resolve(prod, FOUNDATION, target)["LogRetentionDays"].value for target in (US, WEST, EU)]
    assert values == ["2", "3", "1"]


def test_the_base_is_what_the_file_says_for_all_or_the_default(environment):
    shared = base(environment(parameters="LogRetentionDays: 1", us="{VpcCidr: 10.0.0.0/16, ZoneCount: 3}"), FOUNDATION)
    assert {name: shared[name] for name in ("LogRetentionDays", "ZoneCount", "NatGateways")} == {
        "LogRetentionDays": "1",
        "ZoneCount": "2",
        "NatGateways": "per-zone",
    }


def test_the_base_does_not_change_with_any_targets_value(environment):
    before = base(environment(), FOUNDATION)
    after = environment(
        us="{VpcCidr: 10.9.0.0/16, ZoneCount: 3}", eu="{VpcCidr: 10.8.0.0/16}", west="{VpcCidr: 10.7.0.0/16}"
    )
    assert base(after, FOUNDATION) == before


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"Type": "String"}, "placeholder"),
        ({"Type": "Number", "MinValue": 5}, "5"),
        ({"Type": "Number", "MaxValue": 5}, "0"),
        ({"Type": "String", "AllowedValues": ["x", "y"]}, "x"),
        ({"Type": "String", "AllowedPattern": r"[0-9.]+/(1[6-9]|2[0-8])"}, "192.168.240.0/20"),
        ({"Type": "String", "AllowedPattern": r"10\.[0-9.]+/16"}, "10.255.0.0/16"),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, "/placeholder"),
        ({"Type": "String", "AllowedPattern": "Q[0-9]"}, "Q1"),
    ],
)
def test_a_setting_that_only_targets_give_gets_a_base_that_its_declaration_admits(environment, declared, expected):
    only = bundle("foundation", {"Needed": declared})
    prod = environment(us="{Needed: Q1}", eu="{Needed: Q2}", west="{Needed: Q3}")
    assert base(prod, only) == {"Needed": expected}


def test_overrides_are_what_differs_from_the_base(environment):
    prod = environment(parameters="LogRetentionDays: 1", us="{VpcCidr: 10.0.0.0/16, LogRetentionDays: 1, ZoneCount: 3}")
    assert overrides(prod, FOUNDATION, US) == {"VpcCidr": "10.0.0.0/16", "ZoneCount": "3"}
    assert overrides(prod, FOUNDATION, EU) == {"VpcCidr": "10.1.0.0/16"}
    assert overrides(prod, SERVICE, EU) == {}


def test_a_geography_may_take_a_shared_value_back_to_the_default(environment):
    prod = environment(parameters="LogRetentionDays: 1", eu="{VpcCidr: 10.1.0.0/16, LogRetentionDays: 30}")
    assert overrides(prod, FOUNDATION, EU)["LogRetentionDays"] == "30"


def test_base_and_overrides_together_are_what_a_target_gets(environment):
    prod = environment(parameters="Size: 3", us="{VpcCidr: 10.0.0.0/16, Size: 4, Zones: [c, d]}")
    for each in BUNDLES:
        for target in prod.targets:
            wanted = {name: given.value for name, given in resolve(prod, each, target).items()}
            assert {**base(prod, each), **overrides(prod, each, target)} == wanted


# What may not be.


def test_a_good_environment_has_no_problem(found):
    good = ["Size: 3", "Ports: [80, 8080]", "Zones: a", "Image: '/my/image:7'", "Note: yes", "Host: abc", "Code: 0123"]
    assert found(parameters="\n  ".join([*good, "Public: true"])) == []


def test_a_misspelt_parameter_is_guessed(found):
    assert found(parameters="NatGateway: single") == [
        (
            6,
            "parameters.NatGateway",
            "NatGateway is no parameter of a bundle of this environment",
            "did you mean NatGateways?",
        )
    ]


def test_a_parameter_like_no_other_is_refused(found):
    assert found(west="{VpcCidr: 10.2.0.0/16, Zzz: 1}")[0][1:] == (
        "overrides.us/us-west-2.Zzz",
        "Zzz is no parameter of a bundle of this environment",
        "remove the line; schema.json lists all parameters",
    )


def test_a_parameter_of_a_bundle_that_is_not_deployed_is_refused(found):
    assert found((*BUNDLES, OTHER), parameters="Elsewhere: x") == [
        (
            6,
            "parameters.Elsewhere",
            "Elsewhere belongs to the bundle other, which is not deployed",
            "remove the line, or add other to bundles",
        )
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Environment", "the environment itself knows it"),
        ("VpcId", "the bundle foundation gives it"),
        ("SubnetIds", "a layer of the bundle foundation gives it"),
    ],
)
def test_what_is_filled_in_is_not_for_a_person_to_give(found, name, reason):
    assert found(parameters=f"{name}: x") == [
        (6, f"parameters.{name}", f"{name} is not for a person to give: {reason}", "remove the line")
    ]


def test_a_missing_value_of_one_geography_is_named_on_its_line(found):
    assert found(eu="{}") == [
        (
            13,
            "geographies.eu",
            "VpcCidr has no value for eu/eu-west-1 and no default",
            "write VpcCidr under parameters, geographies.eu.parameters or overrides.eu/eu-west-1",
        )
    ]


def test_a_value_missing_everywhere_is_named_once(found):
    assert found(us="{}", eu="{}", west="{}") == [
        (
            0,
            "parameters",
            "VpcCidr has no value for us/us-east-1, us/us-west-2, eu/eu-west-1 and no default",
            "write VpcCidr under parameters, geographies.us.parameters or overrides.us/us-east-1",
        )
    ]


@pytest.mark.parametrize(
    ("written", "what", "hint"),
    [
        ("NatGateways: none", "NatGateways is none, which is not allowed", "write per-zone or single"),
        ("NatGateways: singel", "NatGateways is singel, which is not allowed", "did you mean single?"),
        ("ZoneCount: 4", "ZoneCount is 4, which is not allowed", "write 2 or 3"),
        ("Size: 0", "Size is 0, below the least value 1", "write 1 or more"),
        ("Size: 11", "Size is 11, above the greatest value 10", "write 10 or less"),
        ("Size: yes", "Size is yes, which is not a number", "write digits, such as 2"),
        ("Size: 1_0", "Size is 1_0, which is not a number", "write digits, such as 2"),
        ("Size: 0x1", "Size is 0x1, which is not a number", "write digits, such as 2"),
        ("Size: .inf", "Size is .inf, which is not a number", "write digits, such as 2"),
        ("Size: '٣'", "Size is ٣, which is not a number", "write digits, such as 2"),
        ("Size: ''", "Size is '', which is not a number", "write digits, such as 2"),
        ("Size: [1, 2]", "Size takes one value, not the list 1,2", "write one value"),
        ("Ports: [80, web]", "Ports is web, which is not a number", "write digits, such as 2"),
        ("Ports: 80, 65536", "Ports is 65536, above the greatest value 65535", "write 65535 or less"),
        ("Zones: [a, z]", "Zones is z, which does not match [a-f]", "see the template's declaration"),
        ("Host: a1", "Host is a1, which does not match [a-z]+", "letters only"),
        ('Host: "a\\n"', r"Host is 'a\n', which does not match [a-z]+", "letters only"),
        ("Code: ab", "Code is ab, shorter than 3 characters", "Three or four."),
        ("Code: abcde", "Code is abcde, longer than 4 characters", "Three or four."),
        ("Public: yes", "Public is yes, which is not allowed", "write true or false"),
        (f"Note: {'é' * 2049}", "Note has 4098 bytes, and CloudFormation takes 4096", "shorten it"),
        (
            "Image: ami-0123456789abcdef0",
            "Image is ami-0123456789abcdef0, which is not the name of an SSM parameter",
            "write the name of the SSM parameter that holds the value, beginning with /",
        ),
    ],
)
def test_a_value_outside_its_parameters_constraints_is_refused(found, written, what, hint):
    assert found(parameters=written) == [(6, f"parameters.{written.partition(':')[0]}", what, hint)]


def test_a_secret_is_refused_and_not_repeated(found):
    [(line, path, what, hint)] = found(parameters="Password: hunter2")
    assert (line, path, what) == (6, "parameters.Password", "Password is a secret")
    assert "hunter2" not in hint


def test_a_pattern_that_only_java_understands_is_left_to_aws(found):
    assert found(parameters="Odd: '!'") == []


def test_a_name_that_two_bundles_declare_is_checked_once(found):
    assert found(parameters="LogRetentionDays: x")[0][2] == "LogRetentionDays is x, which is not a number"
    assert len(found(parameters="LogRetentionDays: x")) == 1


def test_a_bundle_without_the_bundle_that_feeds_it_is_refused(environment, tmp_path):
    environment(us="{}", eu="{}", west="{}")
    path = tmp_path / "prod.yaml"
    path.write_text(path.read_text().replace("[foundation, service]", "[service]"))
    assert check_parameters(load_environment(tmp_path, "prod"), BUNDLES)[0].what == (
        "the bundle service takes wires from foundation, which is not deployed"
    )


def test_all_problems_are_reported_at_once_in_the_order_of_lines(found):
    problems = found(parameters="NatGateways: x\n  Zzz: 1", us="{VpcCidr: 10.0.0.0/8}", eu="{VpcId: x}")
    assert [line for line, *_ in problems] == [6, 7, 13, 14, 17]


# Address ranges.


@pytest.mark.parametrize(
    ("written", "what", "hint"),
    [
        ("10.0.0/16", "VpcCidr 10.0.0/16 is not an address range", "write one such as 10.0.0.0/16"),
        (
            "10.0.0.0/255.255.0.0",
            "VpcCidr 10.0.0.0/255.255.0.0 is not an address range",
            "write one such as 10.0.0.0/16",
        ),
        ("10.0.0.0", "VpcCidr 10.0.0.0 is not an address range", "write one such as 10.0.0.0/16"),
        ("010.0.0.0/16", "VpcCidr 010.0.0.0/16 is not an address range", "write one such as 10.0.0.0/16"),
        ("10.0.0.0/33", "VpcCidr 10.0.0.0/33 is not an address range", "write one such as 10.0.0.0/16"),
        ("fd00::/56", "VpcCidr fd00::/56 is not an address range", "write one such as 10.0.0.0/16"),
        ("", "VpcCidr '' is not an address range", "write one such as 10.0.0.0/16"),
        ("10.0.1.0/16", "VpcCidr 10.0.1.0/16 does not begin a /16", "write 10.0.0.0/16"),
        ("10.0.0.0/8", "VpcCidr 10.0.0.0/8 cannot be a VPC", "use /16 to /28"),
        ("10.0.0.0/29", "VpcCidr 10.0.0.0/29 cannot be a VPC", "use /16 to /28"),
        (
            "11.0.0.0/16",
            "VpcCidr 11.0.0.0/16 is not private",
            "take it out of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16",
        ),
        (
            "172.32.0.0/16",
            "VpcCidr 172.32.0.0/16 is not private",
            "take it out of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16",
        ),
    ],
)
def test_a_range_that_cannot_be_a_vpcs_is_refused(found, written, what, hint):
    assert found(eu=f"{{VpcCidr: '{written}'}}") == [(16, "geographies.eu.parameters.VpcCidr", what, hint)]


@pytest.mark.parametrize("written", ["10.3.0.0/16", "172.16.0.0/16", "192.168.0.0/16", "10.3.0.0/28"])
def test_a_private_range_of_a_vpcs_size_is_accepted(found, written):
    assert found(eu=f"{{VpcCidr: {written}}}") == []


def test_ranges_that_overlap_are_refused_with_both_places(environment):
    prod = environment(eu="{VpcCidr: 10.0.128.0/20}")
    [problem] = check_parameters(prod, BUNDLES)
    assert problem.where == Where(prod.file, 16, "geographies.eu.parameters.VpcCidr")
    assert problem.what == (
        "VpcCidr 10.0.128.0/20 of prod eu/eu-west-1 overlaps 10.0.0.0/16 of prod us/us-east-1 "
        f"({prod.file}:12 geographies.us.parameters.VpcCidr)"
    )
    assert problem.hint == "choose a free range"


def test_a_range_that_a_standby_shares_with_its_active_region_is_refused(found):
    assert found(west="{}") == [
        (
            12,
            "geographies.us.parameters.VpcCidr",
            "VpcCidr 10.0.0.0/16 is given to both prod us/us-east-1 and prod us/us-west-2",
            "give us/us-west-2 a range of its own under overrides",
        )
    ]


def test_ranges_that_overlap_across_environments_are_refused_with_both_places(environment):
    dev = environment("dev", us="{VpcCidr: 10.3.0.0/16}", eu="{VpcCidr: 10.4.0.0/16}", west="{VpcCidr: 10.2.0.0/20}")
    prod = environment()
    assert check_parameters(dev, BUNDLES) == check_parameters(prod, BUNDLES) == []
    [problem] = check_addresses((dev, prod), BUNDLES)
    assert str(problem.where) == f"{prod.file}:18 overrides.us/us-west-2.VpcCidr"
    assert problem.what == (
        "VpcCidr 10.2.0.0/16 of prod us/us-west-2 overlaps 10.2.0.0/20 of dev us/us-west-2 "
        f"({dev.file}:18 overrides.us/us-west-2.VpcCidr)"
    )
