"""What a layer's template becomes once parameters have values: conditions decided, addresses computed."""

from __future__ import annotations

import ipaddress

import pytest
from troposphere import Template

NO_VALUE = {"Ref": "AWS::NoValue"}


@pytest.fixture(scope="session")
def deployed():
    """A function from a layer and its parameters' values to resources and outputs, as far as these decide."""

    def deploy(layer, **values):
        template = Template()
        layer.build(template)
        return decided(template.to_dict(), values)

    return deploy


def decided(body, values):
    defaults = {name: declared.get("Default") for name, declared in body["Parameters"].items()}
    known = {name: value for name, value in (defaults | values).items() if value is not None}
    facts = {"values": known, "maps": body.get("Mappings", {}), "conditions": body.get("Conditions", {})}
    present = {
        name: resource
        for name, resource in body["Resources"].items()
        if "Condition" not in resource or holds(facts["conditions"][resource["Condition"]], facts)
    }
    return resolve(present, facts), resolve(body.get("Outputs", {}), facts)


def holds(condition, facts):
    ((function, given),) = condition.items()
    if function == "Fn::Equals":
        left, right = (resolve(side, facts) for side in given)
        return left == right
    if function == "Condition":
        return holds(facts["conditions"][given], facts)
    outcomes = [holds(inner, facts) for inner in given]
    return {"Fn::And": all, "Fn::Or": any, "Fn::Not": lambda found: not found[0]}[function](outcomes)


def resolve(node, facts):
    if isinstance(node, list):
        found = [resolve(item, facts) for item in node]
        return [item for item in found if item != NO_VALUE]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        ((function, given),) = node.items()
        if function in FUNCTIONS:
            return FUNCTIONS[function](given, facts)
    found = {name: resolve(value, facts) for name, value in node.items()}
    return {name: value for name, value in found.items() if value != NO_VALUE}


def ref(name, facts):
    return facts["values"].get(name, {"Ref": name})


def choose(given, facts):
    condition, yes, no = given
    return resolve(yes if holds(facts["conditions"][condition], facts) else no, facts)


def find(given, facts):
    table, row, key = (resolve(item, facts) for item in given)
    return facts["maps"][table][row][key]


def select(given, facts):
    index, values = resolve(given, facts)
    return values[int(index)] if isinstance(values, list) else {"Fn::Select": [index, values]}


def cidr(given, facts):
    block, count, bits = resolve(given, facts)
    pieces = ipaddress.ip_network(block).subnets(new_prefix=32 - int(bits))
    return [str(piece) for piece, _ in zip(pieces, range(int(count)), strict=False)]


def join(given, facts):
    separator, items = resolve(given, facts)
    later = isinstance(items, dict) or any(isinstance(item, dict) for item in items)
    return items if later else separator.join(items)


FUNCTIONS = {
    "Ref": ref,
    "Fn::If": choose,
    "Fn::FindInMap": find,
    "Fn::Select": select,
    "Fn::Cidr": cidr,
    "Fn::Join": join,
}
