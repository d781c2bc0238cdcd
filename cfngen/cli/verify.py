"""`cfngen verify`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options, suggest


@click.command
@click.argument("environments", nargs=-1, metavar="[ENV]...", shell_complete=suggest.environments)
@options.templates
@options.form("text", "json", "sarif", "junit")
@options.no_cache
@click.pass_obj
def command(params: Path, environments: tuple[str, ...], templates: Path, form: str) -> int:
    """Prove settings, limits, placement, addressing, capacity, reachability and access, from files alone.

    Reads the template files and the environments, not the Python that made them; all environments when
    none is named. Exits with 1 if a proof fails.

    \b
    Example:
      cfngen verify prod
    """
    from .. import answers
    from ..text.tables import proofs_table
    from .console import show_lines, show_table
    from .findings import show

    proofs = answers.proofs(options.cache(), params, environments, templates)
    found = sum(len(proof.findings) for proof in proofs)
    if form == "text":
        show_table(proofs_table(proofs))
        show_lines(detail for proof in proofs for detail in proof.details)
    checked = sum(proof.facts_checked for proof in proofs)
    summary = f"{checked} facts checked, {found} findings"
    show("verify", {proof.name: proof.findings for proof in proofs}, form, summary=summary)
    return 0 if all(proof.holds for proof in proofs) else 1
