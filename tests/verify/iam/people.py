"""Principals, things and statements in a line each: what the evaluator's tests are written with."""

from __future__ import annotations

from typing import Any

from cfngen.verify.iam.arns import Names
from cfngen.verify.iam.decide import Case, Decision, decide
from cfngen.verify.iam.policies import Statement, read_policy
from cfngen.verify.iam.principals import Principal, Thing

HERE, THERE = "222222222222", "333333333333"
BUCKET = "arn:aws:s3:::records"
OBJECT = f"{BUCKET}/a"
KEY = f"arn:aws:kms:eu-west-1:{HERE}:key/1"
ROLE = f"arn:aws:iam::{HERE}:role/app"
ROOT = f"arn:aws:iam::{HERE}:root"
GET = "s3:getobject"


def statements(*bodies: dict[str, Any]) -> tuple[Statement, ...]:
    return tuple(read_policy(None, (), {"Statement": list(bodies)}, Names({}, {})))


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def role(*held: dict[str, Any], boundary: tuple[dict[str, Any], ...] | None = None, account: str = HERE) -> Principal:
    within = None if boundary is None else statements(*boundary)
    arn = f"arn:aws:iam::{account}:role/app"
    return Principal("app.Role", "role", account, arn, statements=statements(*held), boundary=within)


def user(*held: dict[str, Any], boundary: tuple[dict[str, Any], ...] | None = None) -> Principal:
    within = None if boundary is None else statements(*boundary)
    arn = f"arn:aws:iam::{HERE}:user/people/ann"
    return Principal("people.Ann", "user", HERE, arn, statements=statements(*held), boundary=within)


def thing(*policy: dict[str, Any], arn: str = OBJECT, kind: str = "AWS::S3::Bucket") -> Thing:
    return Thing("records.Bucket", kind, HERE, arn, policy=statements(*policy) if policy else None)


def key(*policy: dict[str, Any]) -> Thing:
    return thing(*policy, arn=KEY, kind="AWS::KMS::Key")


def asked(who: Principal, what: Thing, action: str = GET, **given: tuple[str, ...]) -> Decision:
    context = {name.replace("__", ":"): values for name, values in given.items()}
    return decide(Case(who, what, context), action)
