"""`cfngen report`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options

EVIDENCE = ("docs/compliance.md", "docs/requirements.md")
"""Where requirements are looked for unless told; what is not there is left out."""


@click.command
@options.environment
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write index.html into.")
@click.option(
    "--plan", "plan_file", type=click.Path(path_type=Path), help="JSON of `cfngen plan --format json` to show, too."
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Requirements and their evidence: Markdown with tables, or a folder of it; may be given several times. "
    f"[default: {', '.join(EVIDENCE)}]",
)
@options.templates
@click.pass_obj
def command(
    params: Path, environment: str, out: Path, plan_file: Path | None, evidence: tuple[Path, ...], templates: Path
) -> None:
    """Write a page about an environment that needs nothing else: pictures, resources, access and proofs.

    It opens from disk, asks no network, and reads nothing from AWS. Needs Graphviz and
    `pip install 'cfngen[report]'`.

    \b
    Example:
      cfngen report prod --out build/report
      cfngen report prod --out build/report --plan plan.json
    """
    from ..deployment import load_bundles, read_environment
    from ..errors import CfngenError, problem
    from ..files import write_atomically
    from ..page.plans import read_plan
    from ..page.report import report
    from ..verify.world import survey
    from .console import note
    from .git import in_words

    loaded = read_environment(params, environment, templates)
    load_bundles(loaded, templates)
    plan = read_plan(plan_file, environment) if plan_file else None
    try:
        from ..page.html import html
    except ImportError as error:
        what = "what writes pages is not installed: the Python package Jinja2"
        raise CfngenError(problem(what, hint="pip install 'cfngen[report]'")) from error
    found = evidence or tuple(path for path in map(Path, EVIDENCE) if path.exists())
    page, sprite = report(loaded, survey([loaded], templates), plan, found, in_words())
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_atomically(out / "index.html", html(page, sprite))
    except OSError as error:
        what = f"cannot write {out / 'index.html'}: {error.strerror}"
        raise CfngenError(problem(what, hint="name a folder that can be written: --out DIR")) from error
    note(f"wrote {out / 'index.html'}")
