"""Worlds that differ in one template: evaluated again only where that template is, if its outputs stay as they are."""

from __future__ import annotations

from dataclasses import replace

from cfngen.expressions.nested import STACK, Stack, evaluate_template
from cfngen.templates import TemplateFile
from cfngen.verify.world import Site, World


def altered(world: World, changed: TemplateFile) -> World | None:
    """Return the world with a template changed; None where others may differ too, so that all is to be evaluated."""
    if any(resource.get("Type") == STACK for resource in changed.resources.values()):
        return None
    sites = [[_stack(stack, changed) for stack in site.stacks] for site in (*world.sites, *world.promoted)]
    if any(stack is None for stacks in sites for stack in stacks):
        return None
    new = [_site(site, stacks) for site, stacks in zip((*world.sites, *world.promoted), sites, strict=True)]
    return replace(world, sites=tuple(new[: len(world.sites)]), promoted=tuple(new[len(world.sites) :]))


def _site(site: Site, stacks: list[Stack | None]) -> Site:
    return replace(site, stacks=tuple(stack for stack in stacks if stack))


def _stack(stack: Stack, changed: TemplateFile) -> Stack | None:
    """Return a stack as it is, of another template; as it becomes; or None where it gives others something else."""
    if stack.file.path != changed.path:
        return stack
    found = evaluate_template(changed, stack.frame.stack, stack.frame.parameters, stack.frame.pseudo)
    same = found.outputs == stack.outputs and found.frame.parameters == stack.frame.parameters
    published = [each for each in found.resources.values() if each.type == "AWS::SSM::Parameter"]
    return found if same and published == [each for each in stack.resources.values() if each in published] else None
