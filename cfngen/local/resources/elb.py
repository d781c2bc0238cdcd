"""Classic load balancers: listeners, attributes, health check, policies and tags.

Not represented: the protocol between balancer and instances (always the listener's), the owner and name of the source
security group.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import Properties, dropped_tags, gone, leave, named, new_tags, send, truth
from .handler import Handler, Made, Request

HOSTED_ZONES = {
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-west-2": "Z1H1FL5HABSF5",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-central-1": "Z215JYRZR1TBD5",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-northeast-1": "Z14GRHDCWA56QT",
}
"""Hosted zones of classic and application load balancers, by region.

Source: https://docs.aws.amazon.com/general/latest/gr/elb.html
"""

_COOKIES = ("AppCookieStickinessPolicy", "LBCookieStickinessPolicy")


def _create(r: Request) -> Made:
    name = named(r, "LoadBalancerName", 32)
    send(r.clients("elb").create_load_balancer, leave(r.properties, "Tags"), LoadBalancerName=name)
    return _settle(r, name)


def _update(r: Request) -> Made:
    elb, name, ports = r.clients("elb"), r.physical_id, _ports
    old, new = ports(r.before), ports(r.properties)
    dropped = [port for port, listener in old.items() if new.get(port) != listener]
    added = [listener for port, listener in new.items() if old.get(port) != listener]
    for port in dropped:  # one at a time: moto restores the others otherwise
        elb.delete_load_balancer_listeners(LoadBalancerName=name, LoadBalancerPorts=[port])
    if added:
        send(elb.create_load_balancer_listeners, {"Listeners": added}, LoadBalancerName=name)
    if r.before.get("SecurityGroups") != r.properties.get("SecurityGroups"):
        send(elb.apply_security_groups_to_load_balancer, r.properties, LoadBalancerName=name)
    return _settle(r, name)


def _settle(r: Request, name: str) -> Made:
    """Give a balancer whose listeners exist everything else."""
    elb, p = r.clients("elb"), r.properties
    send(elb.modify_load_balancer_attributes, {"LoadBalancerAttributes": _attributes(p)}, LoadBalancerName=name)
    if "HealthCheck" in p:
        send(elb.configure_health_check, p, LoadBalancerName=name)
    _set_policies(r, name)
    for instance in p.get("Instances", ()):
        elb.register_instances_with_load_balancer(LoadBalancerName=name, Instances=[{"InstanceId": instance}])
    if dropped_tags(r):
        elb.remove_tags(LoadBalancerNames=[name], Tags=[{"Key": key} for key in dropped_tags(r)])
    if new_tags(r):
        elb.add_tags(LoadBalancerNames=[name], Tags=new_tags(r))
    found = elb.describe_load_balancers(LoadBalancerNames=[name])["LoadBalancerDescriptions"][0]
    return Made(
        name,
        {
            "DNSName": found["DNSName"],
            "CanonicalHostedZoneName": found["DNSName"],
            "CanonicalHostedZoneNameID": HOSTED_ZONES.get(r.region, HOSTED_ZONES["us-east-1"]),
            "SourceSecurityGroup.GroupName": found["SourceSecurityGroup"]["GroupName"],
            "SourceSecurityGroup.OwnerAlias": found["SourceSecurityGroup"]["OwnerAlias"],
        },
    )


def _ports(properties: Properties) -> dict[int, Mapping[str, Any]]:
    return {int(listener["LoadBalancerPort"]): listener for listener in properties.get("Listeners", ())}


def _attributes(p: Properties) -> dict[str, Any]:
    """Return the attributes of a balancer, with AWS's defaults where the template says nothing."""
    return {
        "CrossZoneLoadBalancing": {"Enabled": truth(p.get("CrossZone", False))},
        "ConnectionDraining": {"Timeout": 300, "Enabled": False, **p.get("ConnectionDrainingPolicy", {})},
        "ConnectionSettings": {"IdleTimeout": 60, **p.get("ConnectionSettings", {})},
        "AccessLog": {"Enabled": False, **p.get("AccessLoggingPolicy", {})},
    }


def _policies(p: Properties) -> dict[str, Mapping[str, Any]]:
    lists = (p.get(name, ()) for name in ("Policies", *_COOKIES))
    return {policy["PolicyName"]: policy for policies in lists for policy in policies}


def _set_policies(r: Request, name: str) -> None:
    """Make a balancer's policies, and tell each listener which of them it obeys."""
    elb, old, new = r.clients("elb"), _policies(r.before), _policies(r.properties)
    if r.before and old != new:
        for port in _ports(r.properties):
            elb.set_load_balancer_policies_of_listener(LoadBalancerName=name, LoadBalancerPort=port, PolicyNames=[])
    for policy in old if old != new else ():
        gone(elb.delete_load_balancer_policy, LoadBalancerName=name, PolicyName=policy)
    for each in new.values() if old != new else ():
        _create_policy(elb, name, each)
    for port, names in _policies_of_ports(r.properties).items():
        elb.set_load_balancer_policies_of_listener(LoadBalancerName=name, LoadBalancerPort=port, PolicyNames=names)


def _create_policy(elb: Any, name: str, policy: Mapping[str, Any]) -> None:
    if "CookieName" in policy:
        send(elb.create_app_cookie_stickiness_policy, policy, LoadBalancerName=name)
    elif "PolicyType" not in policy:
        send(elb.create_lb_cookie_stickiness_policy, policy, LoadBalancerName=name)
    else:
        pairs = [{"AttributeName": a["Name"], "AttributeValue": str(a["Value"])} for a in policy.get("Attributes", ())]
        elb.create_load_balancer_policy(
            LoadBalancerName=name,
            PolicyName=policy["PolicyName"],
            PolicyTypeName=policy["PolicyType"],
            PolicyAttributes=pairs,
        )


def _policies_of_ports(p: Properties) -> dict[int, list[str]]:
    """Return the names of each listener's policies, wherever the template ties them together."""
    ties = [(int(port), n) for n, each in _policies(p).items() for port in each.get("LoadBalancerPorts", ())]
    ties += [(port, n) for port, listener in _ports(p).items() for n in listener.get("PolicyNames", ())]
    return {port: sorted({n for other, n in ties if other == port}) for port, _ in ties}


HANDLERS: Mapping[str, Handler] = {
    "AWS::ElasticLoadBalancing::LoadBalancer": Handler(
        _create, lambda r: gone(r.clients("elb").delete_load_balancer, LoadBalancerName=r.physical_id), _update
    )
}
