"""`cfngen destroy`."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command
@options.environment
@options.bundle
@options.templates
@options.local
@options.yes
@click.pass_obj
def command(params: Path, environment: str, bundle: str | None, templates: Path, *, local: bool, yes: bool) -> None:
    """Delete an environment's stack sets in reverse order.

    Lists what its templates retain: those resources stay in their accounts. The bootstrap's roles and
    the template bucket with its releases stay, too.

    \b
    Example:
      cfngen destroy dev
    """
    from ..aws.session import require_account
    from ..execute import execute
    from ..plan import destruction
    from ..templates import load_bundle
    from ..text.plan import plan_lines
    from ..text.tables import retained_lines
    from .ask import confirm_typed
    from .console import progress, show_lines
    from .workspace import deployed, open_workspace

    space = open_workspace(params, environment, templates, bundle)
    with deployed(space, local=local) as there:
        require_account(there.aws, space.environment.admin.account)
        order = [(item.bundle, item.definition.name) for item in space.wanted]
        observed = there.observe()
        plan = destruction(order, observed, preferences=space.preferences)
        show_lines(plan_lines(plan, space.places))
        if plan.is_empty:
            return
        show_lines(retained_lines([load_bundle(templates, item) for item, name in order if name in observed]))
        confirm_typed("This deletes them.", environment, yes=yes)
        with progress(space.places) as report:
            execute(plan, there.stacksets, report, interval=0.2 if there.aws.endpoint else 5.0)
