"""Nested stacks as a rule sees them: the parent's resource beside the child's template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from cfnlint.template import Template

from cfngen.errors import CfngenError
from cfngen.rules import _values
from cfngen.rules._values import Path
from cfngen.templates import TemplateFile, read_template


@dataclass(frozen=True)
class Nested:
    """A nested stack: its logical id, where its properties are, what they say, and its template."""

    name: str
    path: Path
    properties: Mapping[str, Any]
    child: TemplateFile


def nested_stacks(cfn: Template) -> Iterator[Nested]:
    """Yield each nested stack whose template is a file that can be read."""
    if not cfn.filename:
        return
    home = FilePath(cfn.filename).parent
    for name, leaf in _values.properties(cfn, (), "AWS::CloudFormation::Stack"):
        url = leaf.value.get("TemplateURL") if isinstance(leaf.value, Mapping) else None
        child = _read(home, url) if isinstance(url, str) and "://" not in url else None
        if child:
            yield Nested(name, leaf.path, leaf.value, child)


def _read(home: FilePath, url: str) -> TemplateFile | None:
    try:
        return read_template(home / url)
    except CfngenError:
        return None  # a broken child is reported as a template of its own
