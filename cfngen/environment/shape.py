"""The shape of an environment file: which keys there are, and which kinds of values.

By pydantic, because one declaration then gives the check, the defaults and the JSON Schema for editors.
What one key says about another is in `mistakes`; the names under `parameters` are the templates' affair.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, WithJsonSchema

from ..catalog import NAMES
from ..errors import Problem
from ..regions import SLOTS, usable
from ..wording import did_you_mean, likely, listed, shown
from .document import Document, Place

ACCOUNT = "^[0-9]{12}$"
PROJECT = "^[a-z][a-z0-9-]{1,15}$"
ROLE = r"^[A-Za-z0-9_+=,.@-]{1,64}$"
REPOSITORY = r"^[A-Za-z0-9_.-]+(@[0-9]+)?/[A-Za-z0-9_.-]+(@[0-9]+)?$"
BRANCH = r"^[A-Za-z0-9_./-]+$"
DOMAIN = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$"
LONGEST_DOMAIN = 64 - len("origin.apac.net.")
"""A certificate's first name has at most 64 characters, and ours begin with the name of an origin.

https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
"""

_STRICT = ConfigDict(extra="forbid")


class Target(NamedTuple):
    """A region of a geography: where the instances of most bundles are."""

    geography: str
    region: str

    def __str__(self) -> str:
        return f"{self.geography}/{self.region}"


def _target(value: Any) -> Any:
    if not isinstance(value, str) or value.count("/") != 1:
        raise ValueError("not GEOGRAPHY/REGION")
    return Target(*value.split("/"))


Slot = Literal["us", "eu", "apac"]
AccountId = Annotated[str, Field(description="12 digits, in quotes.", json_schema_extra={"pattern": ACCOUNT})]
RegionName = Annotated[str, Field(json_schema_extra={"enum": [*usable()]})]
BundleName = Annotated[str, Field(json_schema_extra={"enum": [*NAMES]})]
TargetName = Annotated[
    Target, BeforeValidator(_target), WithJsonSchema({"type": "string", "pattern": "^(us|eu|apac)/[a-z0-9-]+$"})
]
Settings = Annotated[dict[str, Any], Field(description="Values of the templates' parameters.")]


@dataclass(frozen=True, kw_only=True)
class Admin:
    """The account and region that hold the stack sets and the template bucket."""

    __pydantic_config__ = _STRICT
    account: AccountId
    region: RegionName
    entry_role: Annotated[
        str, Field(pattern=ROLE, description="Role of each target account that `cfngen bootstrap` enters with.")
    ] = "OrganizationAccountAccessRole"
    managed: Annotated[
        bool, Field(strict=True, description="Whether this environment's account and detection bundles include it.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class Edge:
    """The account of what is in front of all geographies: the public zone and CloudFront."""

    __pydantic_config__ = _STRICT
    account: AccountId
    managed: Annotated[
        bool, Field(strict=True, description="Whether this environment's account and detection bundles include it.")
    ] = True


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The repository whose workflows may plan and deploy; without it, people do."""

    __pydantic_config__ = _STRICT
    repository: Annotated[
        str, Field(pattern=REPOSITORY, description="org/repo, or org@1/repo@2 where the tokens' subject has ids.")
    ]
    branch: Annotated[str, Field(pattern=BRANCH, description="The only branch that deploys.")] = "main"
    managed: Annotated[
        bool, Field(strict=True, description="Whether this environment makes the account's identity provider.")
    ] = True


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How a change spreads over targets; the words and bounds are StackSets' own.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html
    """

    __pydantic_config__ = _STRICT
    canary: Annotated[TargetName | None, Field(description="The target that gets a change before all others.")] = None
    max_concurrent_percentage: Annotated[int, Field(strict=True, ge=1, le=100)] = 100
    failure_tolerance_count: Annotated[int, Field(strict=True, ge=0)] = 0
    concurrency_mode: Literal["STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE"] = "STRICT_FAILURE_TOLERANCE"
    region_concurrency: Literal["SEQUENTIAL", "PARALLEL"] = "PARALLEL"


@dataclass(frozen=True, kw_only=True)
class GeographyShape:
    """One account, its active region and perhaps a standby region."""

    __pydantic_config__ = _STRICT
    account: AccountId
    active: Annotated[RegionName, Field(description="The region that serves users.")]
    standby: Annotated[RegionName | None, Field(description="The region that waits to be promoted.")] = None
    home: Annotated[
        RegionName | None,
        Field(description="Where what exists once per account is made; stays when a standby is promoted."),
    ] = None
    parameters: Settings | None = None


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An environment of cfngen: what is deployed, where, and with which values."""

    __pydantic_config__ = _STRICT
    project: Annotated[str, Field(pattern=PROJECT, description="Short name of the product; part of every name.")]
    domain: Annotated[
        str, Field(pattern=DOMAIN, max_length=LONGEST_DOMAIN, description="Domain of the application, in lower case.")
    ]
    bundles: Annotated[
        list[BundleName], Field(min_length=1, description="What is deployed, in the order of deployment.")
    ]
    permission_model: Literal["SELF_MANAGED"] = "SELF_MANAGED"
    admin: Admin
    edge: Edge | None = None
    rollout: Rollout | None = None
    delivery: Delivery | None = None
    parameters: Annotated[Settings | None, Field(description="Values for every target.")] = None
    geographies: Annotated[dict[Slot, GeographyShape], Field(min_length=1, description="Whose data lives where.")]
    overrides: Annotated[
        dict[str, Settings | None] | None, Field(description="Values of one target, such as eu/eu-west-1.")
    ] = None


ADAPTER = TypeAdapter(Shape)

_EXAMPLES: Mapping[str, str] = {
    "project": "medapp",
    "domain": "app.example.com",
    "bundles": f"[{', '.join(NAMES)}]",
    "admin": '{account: "111111111111", region: us-east-1}',
    "geographies": '{us: {account: "222222222222", active: us-east-1}}',
    "account": '"222222222222"',
    "region": "us-east-1",
    "active": "us-east-1",
}
_SYNTAX: Mapping[str, str] = {
    "project": "2 to 16 lower-case letters, digits and hyphens, beginning with a letter",
    "domain": f"lower-case words with dots between, at most {LONGEST_DOMAIN} characters, such as app.example.com",
    "entry_role": "the name of a role, not its ARN",
    "repository": "write org/repo, as GitHub's settings name the subject of tokens",
    "branch": "the name of a branch, such as main",
    "canary": "a target is written GEOGRAPHY/REGION, such as us/us-east-1",
}
_KINDS: Mapping[str, tuple[str, str]] = {
    "string_type": ("must be text", "write one word"),
    "int_type": ("must be a whole number", "write it without quotes, such as 1"),
    "list_type": ("must be a list", "write [a, b]"),
    "dict_type": ("must be keys with values", "write {key: value}"),
    "dataclass_type": ("must be keys with values", "write {key: value}"),
}


def read_shape(document: Document) -> tuple[Shape | None, list[Problem]]:
    """Return what a file says, or what is wrong with its keys and kinds of values."""
    try:
        return ADAPTER.validate_python(document.data), []
    except ValidationError as error:
        return None, list(_reworded(document, [(each["type"], each["loc"], each) for each in error.errors()]))


def _reworded(document: Document, errors: Sequence[tuple[str, Place, Mapping[str, Any]]]) -> Iterator[Problem]:
    """Say each error in our words; a key that is missing because it is misspelt is said once."""
    unknown = [place for kind, place, _ in errors if kind == "unexpected_keyword_argument"]
    meant = {(*place[:-1], likely(str(place[-1]), _keys(place[:-1]))) for place in unknown}
    for kind, place, error in errors:
        if place not in meant and not _unquoted_account(kind, place, document):
            what, hint = _sentence(kind, place, error)
            yield Problem(document.where(*(step for step in place if step != "[key]")), what, hint)


def _unquoted_account(kind: str, place: Place, document: Document) -> bool:
    """Whether `mistakes` says this better: it sees the digits as they were written."""
    return (
        kind == "string_type"
        and place[-1] == "account"
        and place in document.scalars
        and document.at(*place) is not None
    )


def _sentence(kind: str, place: Place, error: Mapping[str, Any]) -> tuple[str, str]:
    key, value = str(place[-1]) if place else "", error["input"]
    example = f"write {key}: {_EXAMPLES[key]}" if key in _EXAMPLES else ""
    if kind == "missing":
        return "is missing", example
    if kind == "unexpected_keyword_argument":
        known = _keys(place[:-1])
        return f"{shown(key)} is not a key here", did_you_mean(key, known, f"the keys are {', '.join(known)}")
    if value is None:
        return "has no value", example or "write one, or remove the line"
    if kind == "literal_error":
        return _no_choice(place, value, error)
    if kind == "too_short":
        return "is empty", example
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"{shown(value)} is out of bounds", str(error["msg"]).replace("Input should be", "must be")
    if kind in _KINDS and key not in _SYNTAX:
        what, hint = _KINDS[kind]
        return f"{what}, not {shown(repr(value))}", example or hint
    return f"{shown(value)} is not a valid {key}", _SYNTAX.get(key, str(error["msg"]))


def _no_choice(place: Place, value: Any, error: Mapping[str, Any]) -> tuple[str, str]:
    if place[-1] == "[key]":
        return f"{shown(value)} is not a geography", f"templates have a place for {listed(SLOTS)}, and no other"
    if value == "SERVICE_MANAGED":
        hint = "write SELF_MANAGED: service-managed stack sets refuse nested stacks, which all bundles are made of"
        return "SERVICE_MANAGED is not possible yet", hint
    choices = str(error["ctx"]["expected"]).replace("'", "")
    return f"{shown(value)} is not a valid {place[-1]}", f"write {choices}"


def _keys(place: Place) -> tuple[str, ...]:
    """Return the keys that may stand at a place of the file."""
    shapes = {
        "": Shape,
        "admin": Admin,
        "edge": Edge,
        "rollout": Rollout,
        "delivery": Delivery,
        "geographies": GeographyShape,
    }
    return tuple(field.name for field in dataclasses.fields(shapes[str(place[0]) if place else ""]))
