"""`cfngen completion`."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_CFNGEN_COMPLETE"
"""The variable with which the script asks `cfngen` itself, by click's protocol."""


@click.command
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes commands in a shell.

    Completes commands and options, and the names of environments, bundles, targets, layers, settings
    and rules. In ~/.bashrc (bash 4.4 or later): `source <(cfngen completion bash)`; in ~/.zshrc, after
    compinit: `source <(cfngen completion zsh)`; for fish: `cfngen completion fish | source`.

    \b
    Example:
      cfngen completion bash
    """
    from click.shell_completion import get_completion_class

    from .main import cli

    found = get_completion_class(shell)
    if found:  # always: click has these three
        click.echo(found(cli, {}, "cfngen", VARIABLE).source())
