"""Who a request is from: the account it acts in, and STS's own answers.

moto lets anyone assume any role and knows one fixed account. Here unknown credentials are the admin account's, and
AssumeRole is checked as on AWS before moto gives out credentials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.exceptions import NotFoundException
from moto.iam.models import get_account_id_from, iam_backends
from moto.sts.models import sts_backends

from .settings import Settings
from .trust import account_principals, policy_of, trusts

ACTS_AS = "cfngen.account"
"""Key of a WSGI environment that names the account a request acts in, whatever its credentials."""

ANYONE = "local"
"""Name of the user that unknown credentials stand for."""

_ACCESS_KEY = re.compile(r"(?:Credential=|AWS )([A-Za-z0-9]+)[/:]")
_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")


@dataclass(frozen=True)
class Caller:
    """Who makes a request: the account, the ARN that STS tells, and the IAM ARN that policies name."""

    account: str
    arn: str
    user_id: str
    principal: str


def caller(environ: Mapping[str, Any], settings: Settings) -> Caller:
    """Return who makes a request, from its access key: a session, a user, or else the admin account's user."""
    key = _access_key(environ)
    account = get_account_id_from(key)
    session = sts_backends[account]["aws"].get_assumed_role_from_access_key(key)
    if session:
        return Caller(account, session.arn, session.user_id, session.role_arn)
    user = iam_backends[account]["aws"].get_user_from_access_key_id(key)
    if user:
        return Caller(account, user.arn, user.id, user.arn)
    return _anyone(str(environ.get(ACTS_AS) or settings.admin_account))


def account_of(environ: Mapping[str, Any], settings: Settings) -> str:
    """Return the account that a request acts in."""
    if ACTS_AS in environ:
        return str(environ[ACTS_AS])
    account = get_account_id_from(_access_key(environ))
    return settings.admin_account if account == DEFAULT_ACCOUNT_ID else account


def refusal(form: Mapping[str, str], who: Caller, settings: Settings) -> str:
    """Return why `who` may not assume the role that a form of AssumeRole names, in AWS's words, or ''."""
    arn = form.get("RoleArn", "")
    match = _ROLE_ARN.fullmatch(arn)
    if match and match[1] in settings.every_account:
        enters = match[2] == settings.entry_role and who.account == settings.admin_account
        if enters or trusts(_trust_policy(match[1], arn), _principals(who), _context(form, who)):
            return ""
    return f"User: {who.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"


def form_of(body: bytes) -> dict[str, str]:
    """Return the fields of a request in AWS's query protocol, each key's first value."""
    return {key: values[0] for key, values in parse_qs(body.decode(errors="replace")).items()}


def _anyone(account: str) -> Caller:
    arn = f"arn:aws:iam::{account}:user/{ANYONE}"
    return Caller(account, arn, "AIDALOCALLOCALLOCALXX", arn)


def _access_key(environ: Mapping[str, Any]) -> str:
    match = _ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
    if match:
        return match[1]
    query = parse_qs(environ.get("QUERY_STRING", ""))
    values = query.get("X-Amz-Credential") or query.get("AWSAccessKeyId") or [""]
    return str(values[0]).split("/")[0]


def _trust_policy(account: str, role_arn: str) -> Mapping[str, Any]:
    try:
        return policy_of(iam_backends[account]["aws"].get_role_by_arn(role_arn).assume_role_policy_document)
    except NotFoundException:
        return {}


def _principals(who: Caller) -> tuple[str, ...]:
    return (who.principal, who.arn, *account_principals(who.account))


def _context(form: Mapping[str, str], who: Caller) -> dict[str, str]:
    known = {
        "sts:externalid": form.get("ExternalId"),
        "sts:rolesessionname": form.get("RoleSessionName"),
        "aws:principalarn": who.principal,
        "aws:principalaccount": who.account,
        "aws:multifactorauthpresent": "true" if form.get("TokenCode") else None,
    }
    return {key: value for key, value in known.items() if value is not None}
