"""Prompts: declined, or impossible without a terminal, they end the command with exit code 1."""

from __future__ import annotations

import sys

import click

from ..errors import CfngenError, problem


def confirm(question: str, *, yes: bool) -> None:
    """Ask unless told not to; raises `CfngenError` when declined or when there is nobody to ask."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CfngenError(problem("there is no terminal to ask on", hint="add --yes to go ahead without asking"))
    if not click.confirm(question, err=True):
        raise CfngenError(problem("declined; nothing was changed"))


def confirm_typed(question: str, answer: str, *, yes: bool) -> None:
    """Ask for a word to be typed, for what cannot be undone."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CfngenError(problem("there is no terminal to ask on", hint="add --yes to go ahead without asking"))
    if click.prompt(f"{question} Type {answer} to go ahead", default="", show_default=False, err=True) != answer:
        raise CfngenError(problem("declined; nothing was changed"))
