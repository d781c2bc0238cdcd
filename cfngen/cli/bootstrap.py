"""`cfngen bootstrap`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..aws.session import Aws
    from ..deployment import Instance, PlainStack
    from ..environment.config import Environment
    from ..errors import Problem


@click.command
@options.environment
@options.templates
@options.no_cache
@options.local
@options.yes
@click.pass_obj
def command(params: Path, environment: str, templates: Path, *, local: bool, yes: bool) -> None:
    """Make the roles and the template bucket that StackSets need.

    Plain stacks: in the admin account the administration role and the bucket, in every target account
    the execution role and the reader role, made through the environment's entry role. Where that role
    cannot be assumed, the template to apply by hand is printed.

    \b
    Example:
      cfngen bootstrap prod
    """
    from ..deployment import plain_stacks, read_environment
    from .ask import confirm
    from .console import note
    from .workspace import refuse_stale, way_to_aws

    loaded = read_environment(params, environment, templates)
    refuse_stale(templates)
    stacks = plain_stacks(loaded, templates)
    for stack in stacks:
        note(f"{stack.place}: stack {stack.name} from {stack.template}")
    confirm(f"Make or update these {len(stacks)} stacks?", yes=yes or local)
    with way_to_aws(loaded, params, local=local) as aws:
        make(aws, loaded, stacks)


def make(aws: Aws, environment: Environment, stacks: tuple[PlainStack, ...]) -> None:
    """Make the plain stacks; raises with every account that could not be entered."""
    from ..aws.session import require_account
    from ..aws.stacks import ensure
    from ..errors import CfngenError, require
    from .console import note

    require_account(aws, environment.admin.account)
    problems: list[Problem] = []
    for stack in stacks:
        try:
            there = enter(aws, environment, stack.place)
        except CfngenError as error:
            problems += error.problems
            by_hand(stack)
        else:
            note(f"{stack.place}: {stack.name} {ensure(there, stack, delay=0.1 if aws.endpoint else 5)}")
    require(problems)


def enter(aws: Aws, environment: Environment, place: Instance) -> Aws:
    """Return a way into an account: ours for the admin's, through the entry role for another."""
    from dataclasses import replace

    if place.account == environment.admin.account:
        return replace(aws, region=place.region)
    there = aws.assume(place.account, environment.admin.entry_role, place.region)
    there.identity()
    return there


def by_hand(stack: PlainStack) -> None:
    """Print the template and the command for someone who may enter the account."""
    import shlex

    values = [f"{name}={value}" for name, value in stack.parameters.items()]
    words = ["aws", "cloudformation", "deploy", "--stack-name", stack.name, "--region", stack.place.region]
    words += ["--template-file", f"{stack.name}.json", "--capabilities", "CAPABILITY_NAMED_IAM"]
    words += ["--tags", *(f"{name}={value}" for name, value in stack.tags.items())]
    words += ["--parameter-overrides", *values] if values else []
    click.echo(f"# Account {stack.place.account} could not be changed from here. Save the last line of this as")
    click.echo(f"# {stack.name}.json (CloudFormation refuses over 51,200 bytes), and with its credentials run:")
    click.echo(f"# {shlex.join(words)}")
    click.echo(stack.body, nl=False)
