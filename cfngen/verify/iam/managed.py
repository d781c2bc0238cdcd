"""Policies that AWS publishes and the templates attach: what they allow, in `managed.json`, with its version.

A policy that is not there counts as one that may allow everything, so to attach another is to read it first.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def managed_policy(arn: str) -> Mapping[str, Any]:
    """Return the document of one of AWS's policies, or one that allows everything."""
    known = _documents().get(arn.rpartition("policy/")[2])
    return known["document"] if known else EVERYTHING


@cache
def _documents() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(Path(__file__).with_name("managed.json").read_bytes())
    return found
