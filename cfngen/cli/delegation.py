"""The stop before certificates that nobody could validate."""

from __future__ import annotations

from collections.abc import Iterator

from .. import names
from ..aws.session import is_loopback
from ..catalog import NAME_SERVERS, bundle_named
from ..deployment import Instance
from ..errors import require
from ..planning.changes import Effect
from ..planning.operations import Step
from ..registrar import LookUp, Zone, check_delegation, name_servers
from .console import note
from .workspace import Deployed

CERTIFICATE = "AWS::CertificateManager::Certificate"
MADE = (Effect.CREATE, Effect.REPLACE, Effect.MAY_REPLACE)


def require_delegation(there: Deployed, step: Step, look_up: LookUp = name_servers) -> None:
    """Raise if a step makes certificates whose zones are not delegated; on a loopback endpoint nobody validates."""
    places = [
        place
        for group in step.groups
        if any(each.type == CERTIFICATE and each.effect in MADE for each in group.impact.resources)
        for place in group.instances
    ]
    if not places or is_loopback(there.aws.client("cloudformation").meta.endpoint_url):
        return
    found = check_delegation(tuple(_zones(there, places)), look_up)
    for line in found.notes:
        note(line)
    require(found.problems)


def _zones(there: Deployed, places: list[Instance]) -> Iterator[Zone]:
    """Yield the zones of these places, the public one first: the others are below it."""
    environment = there.workspace.environment
    domain, zone = NAME_SERVERS
    if domain in environment.bundles:
        yield Zone(environment.domain, _servers(there, domain, ""))
    for geography in environment.geographies.values():
        if zone in environment.bundles and any(place.account == geography.account for place in places):
            name = names.infrastructure_zone(geography.name, environment.domain)
            yield Zone(name, _servers(there, zone, geography.name))


def _servers(there: Deployed, bundle: str, geography: str) -> tuple[str, ...]:
    """Return the name servers that a bundle's stack gives; none of a zone that it did not make."""
    environment = there.workspace.environment
    name = names.stack_set(environment.project, environment.name, bundle)
    found = there.stacksets.observe([name]).get(name)
    for target in environment.places(bundle_named(bundle).scope) if found else ():
        place = Instance(environment.account(target), target.region)
        if found and place in found.instances and target.geography == (geography or target.geography):
            outputs = there.readers.outputs(place, found.instances[place].stack_id)
            return tuple(each for each in outputs.get(NAME_SERVERS[bundle], "").split(",") if "." in each)
    return ()
