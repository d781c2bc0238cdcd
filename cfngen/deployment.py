"""What is wanted: an environment and the built templates become stack sets with their instances.

Pure: no AWS, no troposphere. Facts and wires get their values here, so nobody types them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from . import names
from .artifacts import Package, Upload, package
from .catalog import BOOTSTRAP, NAMES, Scope, bundle_named
from .environment.config import Environment, Judge, Sourced, Target, load_environment, load_environments
from .environment.offers import check_offers
from .environment.parameters import base, check_given, check_parameters, overrides, places, resolve
from .errors import CfngenError, Problem, Where, require
from .templates import OWN, BundleTemplates, LateWire, compact, load_bundle, read_template

PLACE_FACTS = ("Geography", "RegionRole", "PeerRegion", "HomeRegion")
"""Facts that differ between the instances of a stack set; all others are the same in an environment."""

NAMED = ("RoleName", "ManagedPolicyName", "GroupName", "UserName", "InstanceProfileName")


class Instance(NamedTuple):
    """Where one stack of a stack set is: an account and a region."""

    account: str
    region: str

    def __str__(self) -> str:
        return f"{self.account}/{self.region}"


@dataclass(frozen=True)
class Definition:
    """What a stack set is made from; two equal definitions need no update."""

    name: str
    description: str
    template: str
    parameters: Mapping[str, str]
    capabilities: tuple[str, ...]
    tags: Mapping[str, str]
    administration_role_arn: str
    execution_role_name: str


class LateValue(NamedTuple):
    """A value that nobody knows until another stack set's instance is deployed: an output of its stack."""

    bundle: str
    stack_set: str
    place: Instance
    output: str


@dataclass(frozen=True)
class WantedStackSet:
    """A bundle as it should be on AWS: its definition, its files and each instance's overrides."""

    bundle: str
    definition: Definition
    url: str
    uploads: tuple[Upload, ...]
    instances: Mapping[Instance, Mapping[str, str]]
    targets: Mapping[Instance, Target] = field(default_factory=dict)
    origins: Mapping[Instance, Mapping[str, Where]] = field(default_factory=dict)
    """Where the value of each setting comes from, by instance."""
    late: Mapping[Instance, Mapping[str, LateValue]] = field(default_factory=dict)
    """Overrides that are still to be read, by instance and parameter; `cfngen.late` puts them among the others."""
    named: bool = True
    """Whether the environment names its bundle; one that it does not name any more has no instances, and goes."""


@dataclass(frozen=True)
class PlainStack:
    """A stack that bootstrap makes without a StackSet, in one account and region."""

    name: str
    layer: str
    place: Instance
    template: Path
    body: str
    """The template on one line, as it is sent."""
    parameters: Mapping[str, str]
    tags: Mapping[str, str]


def read_environment(params: Path, name: str, templates: Path) -> Environment:
    """Read an environment; where its file is wrong, say too what the templates say of its values."""
    return load_environment(params, name, _judge(templates))


def read_environments(params: Path, templates: Path, names: Sequence[str] = ()) -> tuple[Environment, ...]:
    """Read environments as `read_environment` reads one, all of a folder when none is named."""
    return load_environments(params, _judge(templates), names)


def _judge(templates: Path) -> Judge:
    def judge(named: Collection[str], given: Sequence[tuple[str, Sourced]]) -> list[Problem]:
        try:
            return check_given(named, given, [load_bundle(templates, each) for each in NAMES])
        except CfngenError:  # the templates are another matter, and told when they are needed
            return []

    return judge


def load_bundles(environment: Environment, folder: Path) -> tuple[BundleTemplates, ...]:
    """Read the templates of the environment's bundles and check its parameters against them."""
    bundles = tuple(load_bundle(folder, name) for name in environment.bundles)
    require([*check_parameters(environment, bundles), *check_offers(environment, bundles)])
    return bundles


def wanted(environment: Environment, bundles: Sequence[BundleTemplates]) -> tuple[WantedStackSet, ...]:
    """Return the stack sets of an environment, in the order of deployment."""
    return tuple(_stack_set(environment, bundle) for bundle in bundles)


def unnamed(environment: Environment) -> tuple[tuple[str, str], ...]:
    """Return the bundles that an environment does not name, with the stack sets that they would have had."""
    others = [bundle for bundle in NAMES if bundle not in environment.bundles]
    return tuple((bundle, names.stack_set(environment.project, environment.name, bundle)) for bundle in others)


def plain_stacks(environment: Environment, folder: Path) -> tuple[PlainStack, ...]:
    """Return the bootstrap's stacks in order: the admin account's first, whose role the others trust."""
    admin = Instance(environment.admin.account, environment.admin.region)
    homes = [Instance(environment.account(home), home.region) for home in environment.homes]
    administration, execution, delivery = BOOTSTRAP.layers
    places = [(administration, admin), *((execution, home) for home in homes)]
    places += [(delivery, admin)] if environment.delivery else []
    return tuple(_plain_stack(environment, folder / BOOTSTRAP.name / f"{layer}.yaml", place) for layer, place in places)


def facts(environment: Environment, target: Target | None = None) -> dict[str, str]:
    """Return what the environment knows of itself, and of one target when it is given."""
    known = {
        "Project": environment.project,
        "Environment": environment.name,
        "DomainName": environment.domain,
        "AdminAccount": environment.admin.account,
        "TargetAccounts": ",".join(environment.accounts),
    }
    if environment.delivery:
        provider = "make" if environment.delivery.managed else "there"
        known |= {"Repository": environment.delivery.repository, "Branch": environment.delivery.branch}
        known |= {"IdentityProvider": provider}
    if target:
        geography = target.geography if target.geography in environment.geographies else "global"
        known |= {"Geography": geography, "RegionRole": environment.region_role(target)}
        known |= {"PeerRegion": environment.peer_region(target), "HomeRegion": environment.home_region(target)}
    return known


def late_values(environment: Environment, bundle: BundleTemplates, target: Target) -> dict[str, LateValue]:
    """Return where a target's late values come from; without giver a parameter keeps its inert default."""
    found = {}
    for wire in bundle.late:
        giver = _giver(environment, wire, target)
        if giver:
            stack_set = names.stack_set(environment.project, environment.name, wire.bundle)
            place = Instance(environment.account(giver), giver.region)
            found[wire.name] = LateValue(wire.bundle, stack_set, place, wire.output)
    return found


def bucket_url(environment: Environment) -> str:
    """Return where the environment's template bucket answers."""
    admin = environment.admin
    bucket = names.template_bucket(environment.project, environment.name, admin.account, admin.region)
    return f"https://{bucket}.s3.{admin.region}.amazonaws.com"


def tags(environment: Environment) -> dict[str, str]:
    """Return the tags of every stack of the environment, which its resources inherit."""
    return {"Project": environment.project, "Environment": environment.name}


def capabilities(bundle: BundleTemplates) -> tuple[str, ...]:
    """Derive from the resources what CloudFormation wants to have acknowledged."""
    resources = [resource for file in bundle.files for resource in file.resources.values()]
    iam = [resource for resource in resources if resource["Type"].startswith("AWS::IAM::")]
    if any(name in resource.get("Properties", {}) for resource in iam for name in NAMED):
        return ("CAPABILITY_NAMED_IAM",)
    return ("CAPABILITY_IAM",) if iam else ()


def _stack_set(environment: Environment, bundle: BundleTemplates) -> WantedStackSet:
    packed = package(bundle, bucket_url(environment))
    found = {Instance(environment.account(target), target.region): target for target in places(environment, bundle)}
    return WantedStackSet(
        bundle=bundle.name,
        definition=_definition(environment, bundle, packed),
        url=f"{bucket_url(environment)}/{packed.root.key}",
        uploads=packed.uploads,
        instances={place: _overrides(environment, bundle, target) for place, target in found.items()},
        targets=found,
        origins={place: _origins(environment, bundle, target) for place, target in found.items()},
        late={place: late for place, target in found.items() if (late := late_values(environment, bundle, target))},
    )


def _origins(environment: Environment, bundle: BundleTemplates, target: Target) -> dict[str, Where]:
    return {name: given.where for name, given in resolve(environment, bundle, target).items()}


def _giver(environment: Environment, wire: LateWire, target: Target) -> Target | None:
    scope = bundle_named(wire.bundle).scope
    places = environment.places(scope) if wire.bundle in environment.bundles else ()
    geography = target.geography if wire.geography == OWN else wire.geography
    return next((place for place in places if scope is Scope.EDGE or place.geography == geography), None)


def _plain_stack(environment: Environment, path: Path, place: Instance) -> PlainStack:
    file, known = read_template(path), facts(environment)
    return PlainStack(
        name=names.bootstrap_stack(environment.project, environment.name, file.name),
        layer=file.name,
        place=place,
        template=path,
        body=compact(file),
        parameters={name: known[name] for name in file.parameters if name in known},
        tags=tags(environment),
    )


def _definition(environment: Environment, bundle: BundleTemplates, packed: Package) -> Definition:
    project, name, admin = environment.project, environment.name, environment.admin
    partition = names.partition(admin.region)
    role = names.administration_role(project, name)
    return Definition(
        name=names.stack_set(project, name, bundle.name),
        description=str(bundle.root.body.get("Description", "")),
        template=packed.root.body,
        parameters=_base(environment, bundle),
        capabilities=capabilities(bundle),
        tags=tags(environment),
        administration_role_arn=f"arn:{partition}:iam::{admin.account}:role/{role}",
        execution_role_name=names.execution_role(project, name),
    )


def _base(environment: Environment, bundle: BundleTemplates) -> dict[str, str]:
    """Return the stack set's own values; facts of a place get the first target's, and each instance its own.

    But for the other region, which adding or promoting one changes: a changed base is an update of every instance.
    """
    known = facts(environment, environment.targets[0]) | {"PeerRegion": "none"}
    home = f"/{environment.project}/{environment.name}"
    values = {name: known[name] for name in sorted(bundle.facts)}
    values |= {wire.name: f"{home}/{wire.path}" for wire in bundle.wires}
    values |= {wire.name: str(bundle.root.parameters[wire.name]["Default"]) for wire in bundle.late}
    return values | dict(base(environment, bundle))


def _overrides(environment: Environment, bundle: BundleTemplates, target: Target) -> dict[str, str]:
    """Return an instance's own values. Facts of a place are always given: a default would be another place's."""
    known = facts(environment, target)
    places = {name: known[name] for name in PLACE_FACTS if name in bundle.facts}
    return dict(sorted((places | dict(overrides(environment, bundle, target))).items()))
