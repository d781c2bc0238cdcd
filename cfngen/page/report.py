"""The report on one environment: every section, from files alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import __version__
from ..environment.config import Environment
from ..picture import draw
from ..picture.graphviz import Sprite
from ..verify import PROOFS, Proof
from ..verify.world import World
from .access import access_section
from .content import Figure, Page, Section, anchor
from .evidence import compliance_section, proofs_section, rules_section, suppressions_section
from .layers import layer_files, layers_section, resource_id
from .network import network_section
from .plans import plan_section
from .settings import settings_section
from .wires import wires_section


def report(
    environment: Environment, world: World, plan: Mapping[str, Any] | None, evidence: Sequence[Path], source: str = ""
) -> tuple[Page, str]:
    """Return the page, and the icons of its pictures as SVG; raises `CfngenError` without Graphviz or icons.

    `source` says of which commit the files are, where anybody knows.
    """
    proofs = tuple(prove(world) for prove in PROOFS.values())
    sprite = Sprite()
    known = {resource_id(file.name, name) for _, file in layer_files(world) for name in file.resources}
    pictures, regions = _pictures(environment, world, sprite)
    sections = [
        pictures,
        *([plan_section(plan, known)] if plan is not None else []),
        regions,
        layers_section(world),
        settings_section(environment, world),
        wires_section(world),
        access_section(world),
        network_section(world),
        proofs_section(proofs),
        compliance_section(evidence),
        suppressions_section(world),
        rules_section(),
    ]
    title = f"{environment.project} {environment.name}"
    shown = tuple(section for section in sections if section)
    return Page(title, _summary(environment, world, proofs), shown, f"cfngen {__version__}", source), sprite.svg()


def _pictures(environment: Environment, world: World, sprite: Sprite) -> tuple[Section, Section]:
    drawings = draw(environment, world)
    figures = {name: Figure(drawing.summary, sprite.embed(drawing)) for name, drawing in drawings.items()}
    overview = Section("overview", "Overview", figures=(figures.pop("world"),))
    parts = tuple(Section(anchor("region", name), name, figures=(figure,)) for name, figure in figures.items())
    intro = ("One picture for each account and region, with the ports that the proof of reachability found open.",)
    return overview, Section("regions", "Regions", intro, parts=parts)


def _summary(environment: Environment, world: World, proofs: Sequence[Proof]) -> tuple[tuple[str, str], ...]:
    files = [file for _, file in layer_files(world)]
    against = sum(len(proof.findings) for proof in proofs)
    return (
        (str(len(environment.accounts)), "accounts"),
        (str(len(environment.every_place)), "targets"),
        (str(len(files)), "layers"),
        (str(sum(len(file.resources) for file in files)), "resources in templates"),
        (f"{sum(proof.facts_checked for proof in proofs):,}", "facts proved"),
        (str(against), "findings"),
    )
