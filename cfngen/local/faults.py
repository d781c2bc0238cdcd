"""Faults: what goes wrong on purpose in the local AWS, so that tests and people can see how a deployment copes.

    throttle: [{action: DescribeStackSetOperation, every: 3}]  # each third call answers Throttling
    drop:
      - {action: "*", every: 20}                               # the connection closes without an answer
      - {action: CreateStackInstances, carried_out: true}      # the request is carried out, its answer is lost
    expire: {after: 100}                                       # an access key's token expires after so many calls
    fail: [{stack_set: prod-*, account: "333333333333", region: eu-west-1, reason: No more addresses, times: 1}]
    hang: [{account: "444444444444"}]                          # as long as the file says so
    suspend: ["444444444444"]
    remove_role: ["333333333333"]                              # as if the execution role were gone
    unreadable: ["AWS::S3::Bucket"]                            # as if a check for drift had no right to read these

The file is read again whenever it changes.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from ..errors import CfngenError, Problem, Where, require


@dataclass(frozen=True)
class Calls:
    """Which API calls are hit: every n-th one whose action matches a pattern such as `*StackSet*`.

    Of services other than CloudFormation the pattern matches the name, such as `s3`.
    """

    action: str = "*"
    every: int = 1
    carried_out: bool = False
    """Of dropped connections: whether the request is carried out, so that only its answer is lost."""

    def matches(self, action: str) -> bool:
        """Whether calls of an action are hit, `every` aside."""
        return fnmatchcase(action, self.action)


@dataclass(frozen=True)
class Expiry:
    """After how many calls of CloudFormation with the same access key it is expired; a new one is not."""

    after: int = 0


@dataclass(frozen=True)
class Stacks:
    """Which stack instances are hit, by patterns; `instance` is the n-th one that an operation starts, 0 means any.

    `times` ends the fault after so many hits, 0 means never.
    """

    stack_set: str = "*"
    account: str = "*"
    region: str = "*"
    operation: str = "*"
    """CREATE, UPDATE, DELETE or DETECT_DRIFT."""
    instance: int = 0
    times: int = 0
    reason: str = "Resource handler returned message: injected fault"

    def matches(self, stack_set: str, account: str, region: str, operation: str, instance: int) -> bool:
        """Whether a stack instance is hit, `times` aside."""
        pairs = ((stack_set, self.stack_set), (account, self.account), (region, self.region))
        named = all(fnmatchcase(*pair) for pair in (*pairs, (operation, self.operation)))
        return named and self.instance in (0, instance)


@dataclass(frozen=True)
class Faults:
    """Everything that goes wrong on purpose; by default nothing does."""

    throttle: tuple[Calls, ...] = ()
    drop: tuple[Calls, ...] = ()
    expire: Expiry | None = None
    fail: tuple[Stacks, ...] = ()
    hang: tuple[Stacks, ...] = ()
    suspend: frozenset[str] = frozenset()
    remove_role: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    """Resource types that a check for drift may not read."""


def no_faults() -> Faults:
    """Return that nothing goes wrong."""
    return Faults()


_HINT = "docs/local-aws.md has an example"


def faults_file(path: Path) -> Callable[[], Faults]:
    """Return a function that gives the faults of a file as it is now; raises `CfngenError` if it is wrong at first.

    A file that turns wrong, or goes away, later leaves the last good faults in force.
    """
    stamp, faults = _stamp(path), load_faults(path)

    def current() -> Faults:
        nonlocal stamp, faults
        now = _stamp(path)
        if now not in (stamp, None):
            with contextlib.suppress(CfngenError):
                faults, stamp = load_faults(path), now
        return faults

    return current


def load_faults(path: Path) -> Faults:
    """Read a faults file; raises `CfngenError` with everything that is wrong with it."""
    try:
        body = yaml.safe_load(path.read_bytes().decode()) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise CfngenError(Problem(Where(str(path)), f"cannot be read: {why}", _HINT)) from error
    require(Problem(Where(str(path)), what, _HINT) for what in _problems(body))
    return _faults(body)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


_RULES: Mapping[str, type[Calls] | type[Stacks]] = {"throttle": Calls, "drop": Calls, "fail": Stacks, "hang": Stacks}
_WORDS = {int: "a whole number", str: "a text", bool: "true or false"}
_LISTS = {
    "suspend": "quoted account ids",
    "remove_role": "quoted account ids",
    "unreadable": "resource types, such as AWS::S3::Bucket",
}


def _problems(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        yield "is not a mapping of faults"
        return
    for name in body.keys() - {field.name for field in dataclasses.fields(Faults)}:
        yield f"{name}: no such fault"
    for name, kind in _RULES.items():
        yield from _rule_problems(name, body.get(name, []), kind)
    for name, of in _LISTS.items():
        given = body.get(name, [])
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            yield f"{name}: must be a list of {of}"
    yield from _rule_problems("expire", [body["expire"]] if "expire" in body else [], Expiry)


def _rule_problems(name: str, rules: Any, kind: type[Calls] | type[Stacks] | type[Expiry]) -> Iterator[str]:
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        yield f"{name}: must be a list of mappings" if name != "expire" else "expire: must be a mapping"
        return
    known = {field.name: type(field.default) for field in dataclasses.fields(kind)}
    for rule in rules:
        for key, value in rule.items():
            if key not in known:
                yield f"{name}: no such key: {key}"
            elif type(value) is not known[key] or (isinstance(value, int) and value < 0):
                yield f"{name}.{key}: {value!r} is not {_WORDS[known[key]]}"


def _faults(body: Mapping[str, Any]) -> Faults:
    return Faults(
        throttle=tuple(Calls(**rule) for rule in body.get("throttle", ())),
        drop=tuple(Calls(**rule) for rule in body.get("drop", ())),
        expire=Expiry(**body["expire"]) if "expire" in body else None,
        fail=tuple(Stacks(**rule) for rule in body.get("fail", ())),
        hang=tuple(Stacks(**rule) for rule in body.get("hang", ())),
        suspend=frozenset(body.get("suspend", ())),
        remove_role=frozenset(body.get("remove_role", ())),
        unreadable=frozenset(body.get("unreadable", ())),
    )
