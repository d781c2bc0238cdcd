from __future__ import annotations

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from cfngen.environment.document import read_document
from cfngen.environment.schema import DIALECT, SHAPE_FILE, json_schema, schema_text
from cfngen.templates import BundleTemplates, TemplateFile
from scripts.generated import shape_text

PARAMS = Path(__file__).parent.parent.parent / "params"


def bundle(name, parameters, facts=()):
    body = {"Parameters": parameters, "Resources": {}, "Metadata": {"cfngen": {"Facts": list(facts)}}}
    return BundleTemplates(name, TemplateFile(Path(f"templates_out/{name}/root.yaml"), "", body), {})


TYPES = ["t3.medium", "t3.large"]
FOUNDATION = bundle(
    "foundation",
    {
        "VpcCidr": {"Type": "String", "AllowedPattern": r"10\.[0-9.]+/16", "Description": "Range of the VPC."},
        "ZoneCount": {"Type": "Number", "Default": "2", "AllowedValues": ["2", "3"], "Description": "Zones."},
        "NatGateways": {"Type": "String", "AllowedValues": ["per-zone", "single"]},
        "DatabaseEngine": {"Type": "String", "AllowedValues": ["sqlserver-se", "postgres"]},
        "DatabaseInstanceClass": {"Type": "String", "AllowedPattern": r"db\.[a-z0-9]+\.[a-z0-9]+"},
        "DatabaseStorage": {"Type": "Number", "MinValue": 20, "MaxValue": "16384"},
        "DatabaseStorageLimit": {"Type": "Number", "MinValue": 22},
        "DatabaseBackupDays": {"Type": "Number", "MinValue": 1, "MaxValue": 35},
        "DatabaseMultiAz": {"Type": "String", "AllowedValues": ["true", "false"]},
        "DatabaseDeletionProtection": {"Type": "String", "AllowedValues": ["true", "false"]},
        "LogRetentionDays": {"Type": "Number", "AllowedValues": ["30", "3653"]},
        "Environment": {"Type": "String"},
    },
    ["Environment"],
)
SERVICE = bundle(
    "service",
    {
        **{f"{tier}InstanceType": {"Type": "String", "AllowedValues": TYPES} for tier in ("Web", "App")},
        **{
            f"{tier}{size}": {"Type": "Number", "MinValue": 1}
            for tier in ("Web", "App")
            for size in ("MinSize", "MaxSize", "DesiredCapacity")
        },
        "LoadBalancerDeletionProtection": {"Type": "String", "AllowedValues": ["true", "false"]},
        "Zones": {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]},
        "Ports": {"Type": "List<Number>", "MinValue": 1},
        "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"},
        "Code": {"Type": "String", "MinLength": 3, "MaxLength": "4"},
        "LogRetentionDays": {"Type": "Number", "AllowedValues": ["30", "3653"]},
        "Password": {"Type": "String", "NoEcho": "true"},
        "Switch": {"Type": "String", "AllowedValues": ["yes", "no", ""]},
    },
)
BUNDLES = (FOUNDATION, SERVICE)


KNOWN = {name for each in BUNDLES for name in each.root.parameters}


@pytest.fixture
def prod():
    """Production, with the parameters that the bundles of this file have."""
    data = copy.deepcopy(read_document(PARAMS / "prod.yaml").data)
    for values in (data["parameters"], *data["overrides"].values()):
        for name in [name for name in values if name not in KNOWN]:
            del values[name]
    return data


@pytest.fixture
def valid(prod):
    """Return whether prod, with one value changed, keeps to the schema."""
    validator = jsonschema.Draft202012Validator(json_schema(BUNDLES))

    def valid(value, *path):
        *around, last = path
        place = prod
        for step in around:
            place = place[step]
        place[last] = value
        return validator.is_valid(prod)

    return valid


def test_the_schema_is_one():
    schema = json_schema(BUNDLES)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_files_of_this_repository_are_valid(name):
    data = read_document(PARAMS / f"{name}.yaml").data
    schema = json.loads((PARAMS / "schema.json").read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(data)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("projct",), "medapp"),
        (("admin", "acount"), "111111111111"),
        (("geographies", "us", "stanby"), "us-west-2"),
        (("geographies", "sa"), {"account": "666666666666", "active": "sa-east-1"}),
        (("rollout", "concurency_mode"), "STRICT_FAILURE_TOLERANCE"),
        (("parameters", "NatGateway"), "single"),
        (("geographies", "us", "parameters", "ZoneCounts"), 2),
        (("overrides", "us/us-east-1", "Vpccidr"), "10.0.0.0/16"),
        (("overrides", "us/us-east-9"), {}),
        (("parameters", "Environment"), "prod"),
        (("parameters", "Password"), "hunter2"),
    ],
)
def test_a_misspelt_key_is_invalid(valid, path, value):
    assert not valid(value, *path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("admin", "account"), 111111111111),
        (("admin", "account"), "11111111111"),
        (("admin", "region"), "eu-south-1"),
        (("geographies", "eu", "standby"), "us-west-2"),
        (("geographies",), {}),
        (("bundles",), ["servise"]),
        (("bundles",), []),
        (("permission_model",), "SERVICE_MANAGED"),
        (("project",), "Medapp"),
        (("domain",), "example"),
        (("rollout", "max_concurrent_percentage"), 101),
        (("parameters", "NatGateways"), "none"),
        (("parameters", "ZoneCount"), 4),
        (("parameters", "DatabaseStorage"), 19),
        (("parameters", "DatabaseStorage"), 16385),
        (("parameters", "DatabaseStorage"), "many"),
        (("parameters", "DatabaseInstanceClass"), "r6i"),
        (("parameters", "Image"), "ami-0123"),
        (("parameters", "Code"), "ab"),
        (("parameters", "Code"), "abcde"),
        (("parameters", "Zones"), ["a", "c"]),
        (("parameters", "Ports"), [0]),
        (("parameters", "NatGateways"), None),
        (("parameters", "NatGateways"), {"a": "b"}),
        (("parameters", "VpcCidr"), "10.0.0.0/165"),
    ],
)
def test_a_value_that_cfngen_refuses_is_invalid(valid, path, value):
    assert not valid(value, *path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("geographies", "us", "standby"), None),
        (("geographies", "us", "parameters"), None),
        (("overrides",), None),
        (("overrides", "us/us-east-1"), None),
        (("edge",), {"account": "999999999999"}),
        (("parameters", "ZoneCount"), "3"),
        (("parameters", "ZoneCount"), 3),
        (("parameters", "DatabaseMultiAz"), False),
        (("parameters", "DatabaseStorage"), "20"),
        (("parameters", "Zones"), "a,b"),
        (("parameters", "Zones"), ["a", "b"]),
        (("parameters", "Ports"), 80),
        (("parameters", "Ports"), [80, "443"]),
        (("parameters", "Image"), "/my/image:3"),
        (("parameters", "Code"), 1234),
        (("parameters", "Switch"), True),
        (("parameters", "Switch"), "no"),
    ],
)
def test_a_value_that_cfngen_accepts_is_valid(valid, path, value):
    assert valid(value, *path)


def test_a_setting_is_explained_and_has_its_default():
    setting = json_schema(BUNDLES)["$defs"]["Settings"]["properties"]["ZoneCount"]
    assert (setting["description"], setting["default"]) == ("Zones.", "2")


def test_the_text_does_not_depend_on_the_order_of_bundles_or_settings():
    reversed_settings = bundle("foundation", dict(reversed(FOUNDATION.root.parameters.items())), ["Environment"])
    assert schema_text((SERVICE, reversed_settings)) == schema_text(BUNDLES)


def test_the_text_is_sorted_json_with_a_last_newline():
    text = schema_text(BUNDLES)
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_the_schema_of_no_bundle_is_made_anew_each_time():
    assert json_schema(()) == json_schema(())
    assert "ZoneCount" not in schema_text(())


def test_the_shape_that_is_kept_is_the_one_that_pydantic_derives():
    assert SHAPE_FILE.read_text(encoding="utf-8") == shape_text(), "run `make templates`"
