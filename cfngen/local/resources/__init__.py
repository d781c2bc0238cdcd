"""Resource types of the local AWS: `HANDLERS` joins the table of every service's module.

A module per service makes, changes and removes its resources through the service's own API, so that whatever a stack
makes can be described with the credentials of its account. A type that is not in the table is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    autoscaling,
    backups,
    certificates,
    cloudfront,
    cloudwatch,
    deliveries,
    detectors,
    elb,
    elbv2,
    events,
    firewall,
    functions,
    gateways,
    iam,
    kms,
    launch,
    logs,
    network,
    patching,
    policies,
    rds,
    recorders,
    releases,
    s3,
    secrets,
    sns,
    ssm,
    trails,
    users,
    waf,
    zones,
)
from .handler import Handler

_MODULES = (
    autoscaling,
    backups,
    certificates,
    cloudfront,
    cloudwatch,
    deliveries,
    detectors,
    elb,
    elbv2,
    events,
    firewall,
    functions,
    gateways,
    iam,
    kms,
    launch,
    logs,
    network,
    patching,
    policies,
    rds,
    releases,
    recorders,
    s3,
    secrets,
    sns,
    ssm,
    trails,
    users,
    waf,
    zones,
)

HANDLERS: Mapping[str, Handler] = {
    type_name: handler for module in _MODULES for type_name, handler in module.HANDLERS.items()
}
