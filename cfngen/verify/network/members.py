"""Members: whatever has an interface in a network, with its security groups, subnets and listening ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from ...expressions.evaluate import Resource
from ...expressions.values import Reference, Value, references
from ..subnets import BALANCER, CLASSIC, DATABASE, FLEET, number
from ..world import Located, Site
from .groups import GROUP, Key, called
from .ports import EVERYTHING, Ports, tcp
from .routes import NAT, SUBNET, Subnet

NAT_GATEWAY, ENDPOINT, INSTANCE = "AWS::EC2::NatGateway", "AWS::EC2::VPCEndpoint", "AWS::EC2::Instance"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"

WIRING = (
    GROUP,
    f"{GROUP}Ingress",
    f"{GROUP}Egress",
    SUBNET,
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::CloudFormation::Stack",
    "AWS::EC2::LaunchTemplate",
    "AWS::RDS::DBSubnetGroup",
    "AWS::SSM::Parameter",
)
"""Types that mention security groups and have no interface of their own."""

ENGINE_PORTS = {"sqlserver": 1433, "postgres": 5432, "aurora-postgresql": 5432, "mysql": 3306, "mariadb": 3306}
"""Ports of engines where none is given: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateDBInstance.Settings.html"""


@dataclass(frozen=True, eq=False)
class Member:
    """Something in the network; or the internet, which is in no subnet and in no group."""

    name: str
    role: str
    """Its layer and what it is: `web fleet`."""
    located: Located | None = None
    groups: frozenset[Key] = frozenset()
    subnets: tuple[Subnet, ...] = ()
    listening: tuple[Ports, ...] = ()
    public_by: str = ""
    """Property that gives it a public address; empty where it has none."""
    untold: tuple[str, ...] = ()
    """Properties whose groups or subnets are not all known."""

    def __str__(self) -> str:
        return self.name


def members(site: Site, subnets: Mapping[Key, Subnet]) -> tuple[Member, ...]:
    """Return every member of a site's networks."""
    targets = _target_ports(site)
    found = []
    for located in site.resources():
        resource = located.resource
        read = _READERS.get(resource.type, _any)
        if resource.type not in WIRING and (member := read(site, located, subnets)):
            listening = targets.get(resource.reference.resource, member.listening)
            found.append(_with(member, listening))
    return tuple(found)


def _with(member: Member, listening: tuple[Ports, ...]) -> Member:
    public = member.public_by
    if not public and member.role.endswith(("fleet", "instance")):
        public = "MapPublicIpOnLaunch" if any(each.hands_out_addresses for each in member.subnets) else ""
    return replace(member, listening=listening or (EVERYTHING,), public_by=public)


def _member(
    located: Located,
    kind: str,
    groups: Value,
    subnets: tuple[Subnet, ...],
    *,
    listening: tuple[Ports, ...] = (),
    public_by: str = "",
) -> Member:
    role = f"{located.stack.layer} {kind}"
    untold = (*(("security groups",) if _is_untold(groups) else ()), *(() if subnets else ("subnets",)))
    return Member(called(located), role, located, _groups(groups), subnets, listening, public_by, untold)


def _is_untold(groups: Value) -> bool:
    """Whether a list of security groups has something in it that is no group of these templates."""
    if isinstance(groups, list | tuple):
        return any(map(_is_untold, groups))
    return groups is not None and not isinstance(groups, Reference)


def _groups(value: Value) -> frozenset[Key]:
    return frozenset(each.resource for each in references(value) if each.attribute in ("Ref", "GroupId"))


def _subnets(value: Value, known: Mapping[Key, Subnet]) -> tuple[Subnet, ...]:
    keys = dict.fromkeys(each.resource for each in references(value))
    return tuple(known[key] for key in keys if key in known)


def _fleet(site: Site, located: Located, known: Mapping[Key, Subnet]) -> Member:
    given = located.resource.properties
    started = [site.find(each) for each in references([given.get("LaunchTemplate"), given.get("MixedInstancesPolicy")])]
    data = [_launch_data(each.resource) for each in started if each]
    return _member(
        located,
        "fleet",
        [_launch_groups(each) for each in data],
        _subnets(given.get("VPCZoneIdentifier"), known),
        public_by="AssociatePublicIpAddress" if any(map(_associates, data)) else "",
    )


def _instance(site: Site, located: Located, known: Mapping[Key, Subnet]) -> Member:
    given = located.resource.properties
    started = [site.find(each) for each in references(given.get("LaunchTemplate"))]
    data = [given, *(_launch_data(each.resource) for each in started if each)]
    public = "AssociatePublicIpAddress" if any(map(_associates, data)) else ""
    groups, subnets = [_launch_groups(each) for each in data], _subnets(given.get("SubnetId"), known)
    return _member(located, "instance", groups, subnets, public_by=public)


def _launch_data(template: Resource) -> Mapping[str, Value]:
    data = template.properties.get("LaunchTemplateData")
    return data if isinstance(data, Mapping) else {}


def _launch_groups(data: Mapping[str, Value]) -> Value:
    return [data.get("SecurityGroupIds"), [each.get("Groups") for each in _interfaces(data)]]


def _associates(data: Mapping[str, Value]) -> bool:
    given = [each.get("AssociatePublicIpAddress", False) for each in _interfaces(data)]
    return any(value not in (False, "false") for value in given)


def _interfaces(data: Mapping[str, Value]) -> list[Mapping[str, Value]]:
    found = data.get("NetworkInterfaces")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _balancer(site: Site, located: Located, known: Mapping[Key, Subnet]) -> Member:
    given = located.resource.properties
    listening = [listener.get("LoadBalancerPort") for listener in _listeners(located)]
    listening += [each.get("Port") for each in _listeners_of(site, located)]
    return _member(
        located,
        "balancer",
        given.get("SecurityGroups"),
        _subnets([given.get("Subnets"), given.get("SubnetMappings")], known),
        listening=_ports(listening),
        public_by="" if given.get("Scheme") == "internal" else "Scheme",
    )


def _listeners(balancer: Located) -> list[Mapping[str, Value]]:
    found = balancer.resource.properties.get("Listeners")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _listeners_of(site: Site, balancer: Located) -> Iterator[Mapping[str, Value]]:
    for located in site.resources(LISTENER):
        owner = located.resource.properties.get("LoadBalancerArn")
        if isinstance(owner, Reference) and owner.resource == balancer.resource.reference.resource:
            yield located.resource.properties


def _database(site: Site, located: Located, known: Mapping[Key, Subnet]) -> Member:
    given = located.resource.properties
    group = site.find(given.get("DBSubnetGroupName"))
    engine = str(given.get("Engine", ""))
    usual = [port for name, port in ENGINE_PORTS.items() if engine.startswith(name)]
    port = number(given.get("Port")) or (usual[0] if usual else None)
    return _member(
        located,
        "database",
        [given.get("VPCSecurityGroups"), given.get("VpcSecurityGroupIds")],
        _subnets(group.resource.properties.get("SubnetIds") if group else None, known),
        listening=tcp(port) if port else (),
        public_by="" if given.get("PubliclyAccessible") in (False, "false") else "PubliclyAccessible",
    )


def _restored(site: Site, located: Located, known: Mapping[Key, Subnet]) -> Member | None:
    """Return the database that a restore test makes for some hours: where and behind which groups it is told to."""
    given = located.resource.properties
    overrides = given.get("RestoreMetadataOverrides")
    told = overrides if isinstance(overrides, Mapping) else {}
    if given.get("ProtectedResourceType") != "RDS":
        return None
    named = [site.find(each) for each in references(told.get("dbSubnetGroupName"))]
    placed = [group.resource.properties.get("SubnetIds") for group in named if group]
    groups = list(references(told.get("vpcSecurityGroupIds")))
    others = [_database(site, each, known) for each in site.resources(DATABASE)]
    listening = tuple(ports for each in others for ports in each.listening)
    return _member(located, "database", groups, _subnets(placed, known), listening=listening)


def _endpoint(_site: Site, located: Located, known: Mapping[Key, Subnet]) -> Member | None:
    given = located.resource.properties
    if given.get("VpcEndpointType") not in ("Interface", "GatewayLoadBalancer"):
        return None
    groups, subnets = given.get("SecurityGroupIds"), _subnets(given.get("SubnetIds"), known)
    return _member(located, "endpoint", groups, subnets, listening=tcp(443))


def _nat(_site: Site, located: Located, known: Mapping[Key, Subnet]) -> Member:
    return _member(located, NAT, (), _subnets(located.resource.properties.get("SubnetId"), known))


def _any(site: Site, located: Located, known: Mapping[Key, Subnet]) -> Member | None:
    """Return a member of a type that has no reader of its own: it is one if it names a security group."""
    given = located.resource.properties
    named = [each for each in references(given) if (found := site.find(each)) and found.resource.type == GROUP]
    kind = located.resource.type.rpartition("::")[2].lower()
    return _member(located, kind, named, _subnets(given, known) or tuple(known.values())) if named else None


def _target_ports(site: Site) -> Mapping[Key, tuple[Ports, ...]]:
    """Return the ports of fleets and instances that balancers forward to."""
    found: dict[Key, tuple[Ports, ...]] = {}
    for fleet in site.resources(FLEET):
        given = fleet.resource.properties
        classic = [site.find(each) for each in references(given.get("LoadBalancerNames"))]
        groups = [site.find(each) for each in references(given.get("TargetGroupARNs"))]
        ports = [listener.get("InstancePort") for each in classic if each for listener in _listeners(each)]
        ports += [each.resource.properties.get("Port") for each in groups if each]
        if ports:
            found[fleet.resource.reference.resource] = _ports(ports)
    return found


def _ports(values: list[Value]) -> tuple[Ports, ...]:
    numbers = [number(value) for value in values]
    return tuple(dict.fromkeys(tcp(*filter(None, numbers)))) if all(numbers) else (EVERYTHING,)


_READERS: Mapping[str, Callable[[Site, Located, Mapping[Key, Subnet]], Member | None]] = {
    FLEET: _fleet,
    INSTANCE: _instance,
    CLASSIC: _balancer,
    BALANCER: _balancer,
    DATABASE: _database,
    "AWS::RDS::DBCluster": _database,
    ENDPOINT: _endpoint,
    "AWS::Backup::RestoreTestingSelection": _restored,
    NAT_GATEWAY: _nat,
}
