"""The group `cfngen`, which loads a command only when it is called and turns errors into messages."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..errors import CfngenError

COMMANDS: Mapping[str, str] = {
    "init": "Write a new environment file.",
    "build": "Write the templates that the layers make.",
    "lint": "Check the templates with cfn-lint and cfngen's own rules.",
    "verify": "Prove settings, limits, placement, addressing, capacity, reachability and access, from files alone.",
    "params": "Show every value of an environment with its origin.",
    "explain": "Say what a bundle, layer, setting, wire or rule is, and why.",
    "bootstrap": "Make the roles and the template bucket that StackSets need.",
    "plan": "Show what a deployment would change; changes nothing.",
    "deploy": "Show the plan, ask, and carry it out.",
    "status": "Show what is deployed where, and what failed first.",
    "history": "Show the releases of an environment.",
    "drift": "Detect what was changed behind CloudFormation's back.",
    "destroy": "Delete an environment's stack sets in reverse order.",
    "diagram": "Draw an environment from its templates: the world, or one region of it.",
    "report": "Write a page about an environment that needs nothing else: pictures, resources, access and proofs.",
    "local": "Run the local AWS.",
    "completion": "Print the script that completes commands in a shell.",
}
"""Every command with the first sentence of its help, in the order of a day's work; modules bear their names."""


class Commands(click.Group):
    """Loads commands lazily, so that `cfngen --help` is as fast as Python starts, and reports errors once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002, click's signature
        """Return the names of all commands, in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002, click's signature
        """Import the one command that is called."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f".{cmd_name}", __package__).command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands and options without importing the commands."""
        found = [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002, click's
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the command that was probably meant."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            from ..wording import did_you_mean

            hint = did_you_mean(args[0], COMMANDS, "see `cfngen --help`")
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **options: Any) -> Any:
        """Run, and turn problems into one message on stderr and exit code 1, Ctrl-C into 130."""
        options["standalone_mode"] = False
        try:
            result = super().main(*args, **options)
        except CfngenError as error:
            sys.exit(_fail(error))
        except (click.Abort, KeyboardInterrupt):
            click.echo("Interrupted.", err=True)
            sys.exit(130)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)
        sys.exit(result if isinstance(result, int) else 0)


def _fail(error: CfngenError) -> int:
    from .console import show_problems

    show_problems(error.problems)
    return 1


def _show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001, click's
    if wanted:
        from .version import version_line

        click.echo(version_line())
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--params",
    type=click.Path(path_type=Path),
    default=Path("params"),
    show_default=True,
    help="Folder of the environment files.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and its commit.",
)
@click.pass_context
def cli(ctx: click.Context, params: Path) -> None:
    """Describe the infrastructure once, read the CloudFormation, know what will happen, roll it out.

    \b
    Example:
      cfngen build
      cfngen plan prod
      cfngen deploy prod
    """
    ctx.obj = params


def main() -> None:
    """Entry point of the console script."""
    cli.main(prog_name="cfngen")
