"""Application and network load balancers, their target groups, listeners and rules.

Not represented: capacity reservations, IPAM pools, source NAT prefixes, mutual authentication, transforms and the
`jwt-validation` action; the region's hosted zones of network load balancers.
"""

from __future__ import annotations

from collections.abc import Mapping

from botocore.exceptions import ClientError

from .api import attributes, changed, dropped_tags, forgiving, gone, leave, named, new_tags, pick, send
from .elb import HOSTED_ZONES
from .handler import Handler, Made, Request


def _tag(r: Request, arn: str) -> None:
    elb = r.clients("elbv2")
    if new_tags(r):
        elb.add_tags(ResourceArns=[arn], Tags=new_tags(r))
    if dropped_tags(r):
        elb.remove_tags(ResourceArns=[arn], TagKeys=dropped_tags(r))


def _create_balancer(r: Request) -> Made:
    given = leave(r.properties, "Tags", "Name")
    made = send(r.clients("elbv2").create_load_balancer, given, Name=named(r, "Name", 32))["LoadBalancers"][0]
    return _settle_balancer(r, made["LoadBalancerArn"])


def _update_balancer(r: Request) -> Made:
    elb, arn = r.clients("elbv2"), r.physical_id
    if changed(r, "SecurityGroups"):
        send(elb.set_security_groups, r.properties, LoadBalancerArn=arn)
    if changed(r, "Subnets", "SubnetMappings"):
        send(elb.set_subnets, r.properties, LoadBalancerArn=arn)
    if changed(r, "IpAddressType"):
        send(elb.set_ip_address_type, r.properties, LoadBalancerArn=arn)
    return _settle_balancer(r, arn)


def _settle_balancer(r: Request, arn: str) -> Made:
    elb = r.clients("elbv2")
    if changed(r, "LoadBalancerAttributes"):
        given = {"Attributes": r.properties["LoadBalancerAttributes"]}
        send(elb.modify_load_balancer_attributes, given, LoadBalancerArn=arn)
    _tag(r, arn)
    found = elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0]
    return Made(
        arn,
        {
            **attributes(found, "LoadBalancerArn", "LoadBalancerName", "DNSName", "Scheme", "Type", "SecurityGroups"),
            "CanonicalHostedZoneID": HOSTED_ZONES.get(r.region, HOSTED_ZONES["us-east-1"]),
            "LoadBalancerFullName": arn.split(":loadbalancer/")[1],
        },
    )


def _delete_balancer(r: Request) -> None:
    elb, arn = r.clients("elbv2"), r.physical_id
    with forgiving():
        known = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        if {"Key": "deletion_protection.enabled", "Value": "true"} in known:
            why = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise ClientError({"Error": {"Code": "OperationNotPermitted", "Message": why}}, "DeleteLoadBalancer")
        elb.delete_load_balancer(LoadBalancerArn=arn)


def _create_group(r: Request) -> Made:
    given = leave(r.properties, "Tags", "Name")
    made = send(r.clients("elbv2").create_target_group, given, Name=named(r, "Name", 32))["TargetGroups"][0]
    return _settle_group(r, made["TargetGroupArn"])


def _update_group(r: Request) -> Made:
    send(r.clients("elbv2").modify_target_group, r.properties, TargetGroupArn=r.physical_id)
    return _settle_group(r, r.physical_id)


def _settle_group(r: Request, arn: str) -> Made:
    elb = r.clients("elbv2")
    if changed(r, "TargetGroupAttributes"):
        given = {"Attributes": r.properties["TargetGroupAttributes"]}
        send(elb.modify_target_group_attributes, given, TargetGroupArn=arn)
    if changed(r, "Targets"):
        send(elb.register_targets, r.properties, TargetGroupArn=arn)
    _tag(r, arn)
    found = elb.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    known = attributes(found, "TargetGroupArn", "TargetGroupName", "LoadBalancerArns")
    return Made(arn, {**known, "TargetGroupFullName": arn.split(":", 5)[5]})


def _create_listener(r: Request) -> Made:
    made = send(r.clients("elbv2").create_listener, leave(r.properties, "Tags"))["Listeners"][0]["ListenerArn"]
    return _settle_listener(r, made)


def _update_listener(r: Request) -> Made:
    given = pick(r.properties, "Port", "Protocol", "SslPolicy", "Certificates", "AlpnPolicy", "DefaultActions")
    send(r.clients("elbv2").modify_listener, given, ListenerArn=r.physical_id)
    return _settle_listener(r, r.physical_id)


def _settle_listener(r: Request, arn: str) -> Made:
    if changed(r, "ListenerAttributes"):
        given = {"Attributes": r.properties["ListenerAttributes"]}
        send(r.clients("elbv2").modify_listener_attributes, given, ListenerArn=arn)
    _tag(r, arn)
    return Made(arn, {"ListenerArn": arn})


def _create_rule(r: Request) -> Made:
    made = send(r.clients("elbv2").create_rule, leave(r.properties, "Tags"))["Rules"][0]["RuleArn"]
    _tag(r, made)
    return Made(made, {"RuleArn": made, "IsDefault": "false"})


def _update_rule(r: Request) -> Made:
    elb, arn = r.clients("elbv2"), r.physical_id
    send(elb.modify_rule, pick(r.properties, "Actions", "Conditions"), RuleArn=arn)
    if changed(r, "Priority"):
        elb.set_rule_priorities(RulePriorities=[{"RuleArn": arn, "Priority": int(r.properties["Priority"])}])
    _tag(r, arn)
    return Made(arn, {"RuleArn": arn, "IsDefault": "false"})


HANDLERS: Mapping[str, Handler] = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Handler(_create_balancer, _delete_balancer, _update_balancer),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Handler(
        _create_group,
        lambda r: gone(r.clients("elbv2").delete_target_group, TargetGroupArn=r.physical_id),
        _update_group,
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Handler(
        _create_listener,
        lambda r: gone(r.clients("elbv2").delete_listener, ListenerArn=r.physical_id),
        _update_listener,
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Handler(
        _create_rule, lambda r: gone(r.clients("elbv2").delete_rule, RuleArn=r.physical_id), _update_rule
    ),
}
