"""Definitions from requests: the template found and checked, its parameters given values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..stacks import template as templates
from ..stacks.capabilities import check_capabilities
from ..stacks.records import STACK_TYPE
from ..stacks.refusal import invalid
from .model import Definition

LONGEST_BODY = 51_200
"""Bytes of a TemplateBody."""
LONGEST_OBJECT = 1_000_000
"""Bytes of a template in S3, "1 MB".

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""
DEFAULT_EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"


@dataclass(frozen=True)
class Declared:
    """What a template says of itself."""

    parameters: Mapping[str, Mapping[str, Any]]
    nested: bool


def define(
    params: Mapping[str, Any], fetch: Callable[[str], str], previous: Definition | None = None
) -> tuple[Definition, Declared]:
    """Return what CreateStackSet or UpdateStackSet (with `previous`) asks for; raises AWS's errors."""
    template = _template(params, fetch, previous)
    declared, capabilities = read(template), tuple(params.get("Capabilities", ()))
    check_capabilities(templates.read(template), capabilities)
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", ())}
    if previous is not None and "Tags" not in params:
        tags = dict(previous.tags)
    return Definition(
        template=template,
        parameters=_values(declared, params.get("Parameters", ()), previous.parameters if previous else {}),
        hidden=frozenset(name for name, how in declared.parameters.items() if str(how.get("NoEcho")).lower() == "true"),
        capabilities=capabilities,
        tags=tags,
        administration_role_arn=_administration_role(params, previous),
        execution_role=_execution_role(params, previous),
    ), declared


def read(template: str) -> Declared:
    """Read what matters of a template; raises AWS's `ValidationError`."""
    body = templates.read(template).body
    resources, parameters = body.get("Resources"), body.get("Parameters") or {}
    if not isinstance(resources, dict) or not resources:
        raise invalid("Template format error: At least one Resources member must be defined.")
    for section, entries in (("Resources", resources), ("Parameters", parameters)):
        if not isinstance(entries, dict):
            raise invalid(f"Template format error: [/{section}] '{section}' must be an object.")
        for name, entry in entries.items():
            if not isinstance(entry, dict) or not isinstance(entry.get("Type"), str):
                what = f"Every {section} object must contain a Type member."
                raise invalid(f"Template format error: [/{section}/{name}] {what}")
    return Declared(parameters, any(entry["Type"] == STACK_TYPE for entry in resources.values()))


def overrides_of(params: Mapping[str, Any], definition: Definition) -> Mapping[str, str | None] | None:
    """Return a request's ParameterOverrides: None where it has none, a value of None for UsePreviousValue."""
    if "ParameterOverrides" not in params:
        return None
    given = _given(params["ParameterOverrides"])
    _require_known(given, definition.parameters)
    return given


def _template(params: Mapping[str, Any], fetch: Callable[[str], str], previous: Definition | None) -> str:
    body, url, keep = params.get("TemplateBody"), params.get("TemplateURL"), params.get("UsePreviousTemplate", False)
    if sum((body is not None, url is not None, keep)) != 1:
        raise invalid("Either Template URL or Template Body must be specified.")
    if keep and previous is not None:
        return previous.template
    if body is not None:
        if len(body.encode()) > LONGEST_BODY:
            limit = f"failed to satisfy constraint: Member must have length less than or equal to {LONGEST_BODY}"
            raise invalid(f"1 validation error detected: Value '{body[:80]}…' at 'templateBody' {limit}")
        return str(body)
    text = fetch(str(url))
    if len(text.encode()) > LONGEST_OBJECT:
        raise invalid(f"Template may not exceed {LONGEST_OBJECT} bytes in size.")
    return text


def _given(parameters: Iterable[Mapping[str, Any]]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for parameter in parameters:
        key, value = parameter.get("ParameterKey", ""), parameter.get("ParameterValue")
        if parameter.get("UsePreviousValue", False) == (value is not None):
            raise invalid(f"Invalid input for parameter key {key}. Specify either a value or usePreviousValue as true")
        values[key] = value
    return values


def _values(
    declared: Declared, parameters: Iterable[Mapping[str, Any]], previous: Mapping[str, str]
) -> Mapping[str, str]:
    given = _given(parameters)
    _require_known(given, declared.parameters)
    kept = [name for name, value in given.items() if value is None and name not in previous]
    if kept:
        why = "Cannot specify usePreviousValue as true for a parameter key not in the previous template"
        raise invalid(f"Invalid input for parameter key {', '.join(kept)}. {why}")
    values = {name: previous[name] if value is None else value for name, value in given.items()}
    defaults = {name: _text(how["Default"]) for name, how in declared.parameters.items() if "Default" in how}
    missing = [name for name in declared.parameters if name not in values and name not in defaults]
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    return {name: values.get(name, defaults.get(name, "")) for name in declared.parameters}


def _require_known(given: Iterable[str], declared: Collection[str]) -> None:
    unknown = [name for name in given if name not in declared]
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")


def _text(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def _administration_role(params: Mapping[str, Any], previous: Definition | None) -> str:
    given = str(params.get("AdministrationRoleARN", ""))
    if previous is not None and previous.administration_role_arn and not given:
        raise invalid("AdministrationRoleARN must be specified: the stack set has a customized administrator role")
    return given


def _execution_role(params: Mapping[str, Any], previous: Definition | None) -> str:
    earlier = previous.execution_role if previous else DEFAULT_EXECUTION_ROLE
    return str(params.get("ExecutionRoleName", earlier))
