"""What is said when Ctrl-C ends the watching: how to look, how to stop, and how to go on."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager

import click
from click.core import ParameterSource

from .console import note


@contextmanager
def interruptible(name: str) -> Iterator[None]:
    """Say what becomes of an operation when Ctrl-C ends only the watching; `name` is the environment's."""
    try:
        yield
    except KeyboardInterrupt:
        again = same_command()
        note(f"The operation goes on at AWS. Watch it: `cfngen status {name} --watch`.")
        note(f"Stop it: `cfngen deploy {name} --stop`." + (f" Finish it later: `{again}`." if again else ""))
        raise


def same_command() -> str:
    """Return the command that runs, as it was given: another would do something else; empty outside of one."""
    context = click.get_current_context(silent=True)
    if context is None:
        return ""
    groups = list[click.Context]()
    while context is not None:
        groups.insert(0, context)
        context = context.parent
    words = ["cfngen"]
    for number, each in enumerate(groups):
        words += [] if number == 0 else [str(each.info_name)]
        words += [word for parameter in each.command.params for word in _given(each, parameter)]
    return shlex.join(words)


def _given(context: click.Context, parameter: click.Parameter) -> list[str]:
    """Return a parameter as it was given on the command line."""
    name = parameter.name or ""
    if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE or name not in context.params:
        return []
    value = context.params[name]
    if not isinstance(parameter, click.Option):
        return [str(value)]
    flag = max(parameter.opts, key=len)
    if parameter.is_flag:
        return [flag]
    return [word for each in (value if parameter.multiple else [value]) for word in (flag, str(each))]
