"""CloudFormation's actions about templates alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .call import Call, stack_of, text_of
from .capabilities import needed
from .checks import checked
from .parameters import default_of
from .template import Template


def get_template(call: Call) -> dict[str, Any]:
    """Answer GetTemplate."""
    text = stack_of(call).wanted.template.text
    return {"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]}


def validate_template(call: Call) -> dict[str, Any]:
    """Answer ValidateTemplate; raises AWS's `ValidationError` for a template that is not valid."""
    template = checked(text_of(call), call.region)
    declared = template.section("Parameters")
    found = [_parameter(name, each) for name, each in declared.items()]
    return {"Parameters": found, "DeclaredTransforms": [], **_about(template)}


def get_template_summary(call: Call) -> dict[str, Any]:
    """Answer GetTemplateSummary, of a template or of a stack's."""
    text = stack_of(call).wanted.template.text if call.params.get("StackName") else text_of(call)
    template = checked(text, call.region)
    found = [_detailed(name, each) for name, each in template.section("Parameters").items()]
    metadata = template.section("Metadata")
    return {
        "Parameters": found,
        "ResourceTypes": sorted({each["Type"] for each in template.resources.values()}),
        "Version": template.body.get("AWSTemplateFormatVersion"),
        "Metadata": json.dumps(metadata) if metadata else None,
        "DeclaredTransforms": [],
        **_about(template),
    }


def _about(template: Template) -> dict[str, Any]:
    capability, types = needed(template)
    why = f"The following resource(s) require capabilities: [{', '.join(types)}]"
    return {
        "Description": template.body.get("Description"),
        "Capabilities": [capability] if capability else [],
        "CapabilitiesReason": why if capability else None,
    }


def _parameter(name: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ParameterKey": name,
        "DefaultValue": default_of(declared),
        "NoEcho": str(declared.get("NoEcho", "false")).lower() == "true",
        "Description": declared.get("Description"),
    }


def _detailed(name: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    allowed = [str(value) for value in declared.get("AllowedValues", ())]
    constraints = {"AllowedValues": allowed} if allowed else {}
    return _parameter(name, declared) | {"ParameterType": declared["Type"], "ParameterConstraints": constraints}
