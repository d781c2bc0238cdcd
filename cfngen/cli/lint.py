"""`cfngen lint`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command
@options.templates
@options.form("text", "json", "sarif", "junit")
@options.no_cache
@click.pass_obj
def command(params: Path, templates: Path, form: str) -> int:
    """Check the templates with cfn-lint and cfngen's own rules.

    Every level of cfn-lint but W3002 (our template URLs are relative until they are uploaded), in every
    region that an environment names. Exits with 1 if anything is found.

    \b
    Example:
      cfngen lint --format sarif
    """
    from .. import answers
    from ..files import template_files
    from .findings import show

    regions = answers.regions(options.cache(), params)
    files = template_files(templates)
    found = answers.findings(options.cache(), templates, regions)
    cases = {str(file): [item for item in found if item.problem.where.file == str(file)] for file in files}
    show("lint", cases, form, summary=f"{len(files)} templates in {len(regions)} regions: {len(found)} findings")
    return 1 if found else 0
