"""Small bundles, wanted and deployed, for tests of plans: templates as YAML text, one per layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from cfngen.artifacts import package, render
from cfngen.deployment import Definition, Instance, WantedStackSet
from cfngen.environment.declarations import as_text
from cfngen.planning.assessment import assess
from cfngen.planning.changes import Impact
from cfngen.planning.operations import ObservedInstance, ObservedStackSet
from cfngen.templates import bundle_of, parse_template

US = Instance("222222222222", "us-east-1")
EU = Instance("333333333333", "eu-west-1")
APAC = Instance("444444444444", "ap-southeast-1")

URL = "https://bucket.s3.us-east-1.amazonaws.com"

Values = Mapping[str, str]
Layers = Mapping[str, str]
"""Templates by layer, as YAML; the root with them."""


def stack_set(
    bundle: str,
    layers: Layers,
    instances: Mapping[Instance, Values],
    parameters: Values | None = None,
    **definition: object,
) -> WantedStackSet:
    """Return a stack set that is wanted."""
    texts = {Path(bundle, f"{name}.yaml"): render(yaml.safe_load(text)) for name, text in layers.items()}
    parsed = bundle_of([parse_template(path, text) for path, text in texts.items()])
    packed = package(parsed, URL)
    declared = parsed.root.parameters
    defaults = {name: as_text(each["Default"]) for name, each in declared.items() if "Default" in each}
    made = Definition(
        name=f"medapp-prod-{bundle}",
        description="",
        template=packed.root.body,
        parameters={**defaults, **(parameters or {})},
        capabilities=(),
        tags={},
        administration_role_arn="arn:aws:iam::111111111111:role/a",
        execution_role_name="e",
    )
    return WantedStackSet(bundle, replace(made, **definition), f"{URL}/{packed.root.key}", packed.uploads, instances)


def deployed(item: WantedStackSet, **statuses: str) -> dict[str, ObservedStackSet]:
    """Return a stack set as AWS would have it, had it been deployed; `statuses` by region with underscores."""
    instances = {
        place: ObservedInstance(statuses.get(place.region.replace("-", "_"), "CURRENT"), overrides=values, stack_id="s")
        for place, values in item.instances.items()
    }
    children = {upload.key: upload.body for upload in item.uploads}
    return {item.definition.name: ObservedStackSet(item.definition, instances, (), children)}


def root(*children: str, parameters: str = "{}", more: str = "") -> str:
    """Return a root with nested stacks; each child is `layer` or `layer: {Parameter: value}` in YAML."""
    nested = ""
    for child in children:
        name, _, given = child.partition(":")
        nested += f"""
  {name.title()}:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./{name}.yaml
      Parameters: {given.strip() or "{}"}
"""
    return f"Parameters: {parameters}\nResources:{nested}{more}"


BUCKET = """
Resources:
  Archive:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: {}
"""


def impact(old: WantedStackSet, new: WantedStackSet, place: Instance = US) -> Impact | None:
    """Return what happens at a place when one stack set becomes another."""
    return assess([new], deployed(old))[new.bundle].impacts.get(place)


def effects(found: Impact | None) -> dict[str, str]:
    """Return the effect on each resource by its name."""
    return {each.name: each.effect.value for each in found.resources} if found else {}
