"""Pictures of an environment, drawn from its templates and its file, never by hand.

`overview` and `region` say what there is as a `Drawing`; `dot` and `mermaid` write one as text, and `graphviz`
makes SVG and PNG of it.
"""

from __future__ import annotations

from ..environment.config import Environment
from ..verify.world import World
from .drawing import Drawing
from .overview import draw_overview
from .region import draw_region

__all__ = ["Drawing", "draw"]


def draw(environment: Environment, world: World) -> dict[str, Drawing]:
    """Return every picture of an environment: `world`, and each target's by its name."""
    sites = {site.target: site for site in world.sites if site.environment.name == environment.name and site.target}
    places = dict.fromkeys((*environment.targets, *environment.every_place))
    regions = {str(place): draw_region(sites[place]) for place in places if place in sites}
    return {"world": draw_overview(environment, world), **regions}
