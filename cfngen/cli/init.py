"""`cfngen init`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..environment.config import Environment
    from ..environment.new_environment import NewEnvironment

REQUIRED = {
    "project": "--project",
    "domain": "--domain",
    "admin_account": "--admin-account",
    "geography": "--geography",
}


@click.command
@click.argument("environment", metavar="ENV")
@click.option("--project", help="Short name of the product; begins the names of roles and buckets.")
@click.option("--domain", help="Domain of the application, such as app.example.com.")
@click.option("--admin-account", help="Account that holds the stack sets: 12 digits.")
@click.option("--admin-region", help="Region of that account.  [default: the first active region]")
@click.option("--edge-account", help="Account of the public zone and CloudFront; without it neither is deployed.")
@click.option(
    "--geography",
    multiple=True,
    metavar="SLOT:ACCOUNT:ACTIVE[:STANDBY]",
    help="A geography (us, eu or apac) with its account and regions; once for each.",
)
@click.pass_obj
def command(params: Path, /, environment: str, **given: str | tuple[str, ...] | None) -> None:
    """Write a new environment file.

    Asks for what the flags do not say; without a terminal the flags must say all. Proposes address ranges
    that no other environment of the folder has, and all bundles that can be deployed. Never overwrites.

    \b
    Example:
      cfngen init prod
      cfngen init dev --project medapp --domain dev.example.com --geography us:222222222222:us-east-1
    """
    from ..environment.config import environment_names, load_environments, require_name
    from ..environment.new_environment import environment_text

    path = params / f"{environment}.yaml"
    require_name(path)
    refuse_existing(path)
    others = load_environments(params) if params.is_dir() and environment_names(params) else ()
    new = described(environment, given, others)
    create(path, environment_text(new, others), new)
    click.echo(f"wrote {path}")
    click.echo(f"Next: `cfngen build`, then `cfngen verify {environment}` and `cfngen plan {environment} --local`.")


def described(
    environment: str, given: Mapping[str, str | tuple[str, ...] | None], others: tuple[Environment, ...]
) -> NewEnvironment:
    """Return what the flags and the answers say; raises with every flag that is missing when nobody can answer."""
    from ..environment.new_environment import NewEnvironment
    from ..errors import problem, require
    from . import interview

    if not sys.stdin.isatty():
        hint = f"see `cfngen init --help`, or run `cfngen init {environment}` on a terminal, which asks"
        missing = [flag for name, flag in REQUIRED.items() if not given[name]]
        require(problem("is missing, and there is no terminal to ask on", where=flag, hint=hint) for flag in missing)
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    named = given["geography"]
    geographies = interview.read_geographies(named if isinstance(named, tuple) else ())
    project, domain, admin = interview.names(texts, environment, others)
    geographies = geographies or interview.ask_geographies()
    region, edge = interview.region_and_edge(texts, geographies[0].active, asking=not named)
    return NewEnvironment(environment, project, domain, admin, region, geographies, edge)


def refuse_existing(path: Path) -> None:
    """Raise if the file is there, however it came there."""
    from ..errors import CfngenError, Problem, Where

    if path.exists() or path.is_symlink():
        hint = "choose another name, or change the file: `cfngen init` never overwrites"
        raise CfngenError(Problem(Where(str(path)), "is already there", hint))


def create(path: Path, text: str, new: NewEnvironment) -> None:
    """Check a new environment like any other, then put that very file in its place, if nothing is there yet."""
    import os
    import tempfile

    from ..environment.config import load_environment
    from ..environment.new_environment import said_of_flags
    from ..errors import CfngenError, Problem, Where

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".init-") as folder:
            written = Path(folder, path.name)
            written.write_text(text, encoding="utf-8", newline="\n")
            try:
                load_environment(Path(folder), path.stem)
            except CfngenError as error:
                raise CfngenError(*said_of_flags(error.problems, new)) from error
            os.link(written, path)  # unlike a rename, refuses to replace what another has just written
    except FileExistsError:
        refuse_existing(path)
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise CfngenError(Problem(Where(str(path)), what, "check the folder and the free space")) from error
