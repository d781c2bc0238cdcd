"""The repository's own templates with something changed, at one account and two regions: what access is tested with."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cfngen.catalog import BOOTSTRAP
from cfngen.environment.config import Environment, load_environment
from cfngen.environment.shape import Delivery
from cfngen.environment.sourced import Sourced
from cfngen.errors import Where
from cfngen.templates import TemplateFile, load_bundle, read_template
from cfngen.verify.world import World, assemble

HOME = Path(__file__).parents[2]
TEMPLATES = HOME / "templates_out"
HELD = {"AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"}
DOCUMENTS = ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument", "AccessPolicy", "ResourcePolicy")

Resources = dict[str, Any]
Change = Callable[[str, Resources], None]
"""What changes the resources of one layer, whose name it gets."""


def small() -> Environment:
    """Production's first geography, with a replica and with workflows that deploy."""
    prod = load_environment(HOME / "params", "prod")
    first = dict(list(prod.geographies.items())[:1])
    chosen = {**prod.parameters, "ReplicateToStandby": Sourced("true", Where())}
    delivery = Delivery(repository="example/medapp", branch="main")
    return replace(prod, geographies=first, parameters=chosen, delivery=delivery)


def one_region() -> Environment:
    """The same without its standby: enough to find what a single weakening leaves open."""
    found = small()
    return replace(found, geographies={name: replace(each, standby=None) for name, each in found.geographies.items()})


def weakened(change: Change, environment: Environment) -> World:
    bundles = {name: load_bundle(TEMPLATES, name) for name in environment.bundles}
    changed = {
        name: replace(
            bundle,
            root=with_change(bundle.root, change),
            children={layer: with_change(file, change) for layer, file in bundle.children.items()},
        )
        for name, bundle in bundles.items()
    }
    plain = [read_template(path) for path in sorted((TEMPLATES / BOOTSTRAP.name).glob("*.yaml"))]
    return assemble([environment], TEMPLATES, changed, [with_change(file, change) for file in plain])


def with_change(file: TemplateFile, change: Change) -> TemplateFile:
    body = copy.deepcopy(dict(file.body))
    change(file.name, body["Resources"])
    return replace(file, body=body)


def nothing(layer: str, resources: Resources) -> None:
    """Leave everything as it is."""


def everything_allowed(layer: str, resources: Resources) -> None:
    """Allow everybody everything everywhere, and deny nobody anything."""
    nothing_denied(layer, resources)
    for each in resources.values():
        given = each.get("Properties", {})
        given.pop("PermissionsBoundary", None)
        if each["Type"] in HELD:
            given["Policies"] = [{"PolicyName": "All", "PolicyDocument": {"Statement": [statement("Allow")]}}]
        for document in documents(given):
            document["Statement"] = [*document["Statement"], statement("Allow", Principal="*")]
    resources.update(opened(resources))


def opened(resources: Resources) -> Resources:
    """Return, for what has no policy of its own, one that lets everybody in."""
    kinds = {
        "AWS::SecretsManager::Secret": ("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),
        "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),
        "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument"),
    }
    found = {}
    for name, each in resources.items():
        if each["Type"] in kinds:
            kind, owner, document = kinds[each["Type"]]
            given = {owner: {"Ref": name}, document: {"Statement": [statement("Allow", Principal="*")]}}
            found[f"{name}Open"] = {"Type": kind, "Properties": given}
    return found


def nothing_denied(layer: str, resources: Resources) -> None:
    """Take every statement out that denies."""
    for document in documents(resources):
        document["Statement"] = [each for each in document["Statement"] if effect(each) != "Deny"]


def effect(statement: dict[str, Any]) -> str:
    """Return the effect of a statement, of one under a condition too."""
    return statement["Effect"] if "Effect" in statement else effect(statement["Fn::If"][1])


def nothing_allowed(layer: str, resources: Resources) -> None:
    """Deny everybody everything."""
    for document in documents(resources):
        document["Statement"] = [*document["Statement"], statement("Deny", Principal="*")]


def statement(effect: str, **more: Any) -> dict[str, Any]:
    return {"Sid": "Weakening", "Effect": effect, "Action": "*", "Resource": "*", **more}


def documents(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every policy in a structure."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in DOCUMENTS and isinstance(value, dict) and isinstance(value.get("Statement"), list):
                yield value
            else:
                yield from documents(value)
    if isinstance(node, list):
        for each in node:
            yield from documents(each)
