"""Auto Scaling groups with their policies, scheduled actions and lifecycle hooks.

Not represented: notifications, instance maintenance and lifecycle policies, placement over zones, warm-up, deletion
protection, traffic sources, capacity reservations; an instance's profile and metadata options. Policies scale nothing
by themselves; instances are made at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api import Properties, changed, dropped_tags, gone, leave, named, pick, send, text, truth
from .handler import Handler, Made, Request


def _group(r: Request) -> dict[str, Any]:
    """Return a group's properties as the service wants them: subnets are one text, tags are its own."""
    given = leave(r.properties, "Tags", "LifecycleHookSpecificationList", "TrafficSources")
    zones = r.properties.get("VPCZoneIdentifier")
    return given | ({"VPCZoneIdentifier": ",".join(zones) if isinstance(zones, list) else zones} if zones else {})


def _tags(r: Request, name: str) -> list[dict[str, Any]]:
    return [
        {
            "Key": tag["Key"],
            "Value": text(tag["Value"]),
            "PropagateAtLaunch": truth(tag.get("PropagateAtLaunch", False)),
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
        }
        for tag in r.properties.get("Tags", ())
    ]


def _create(r: Request) -> Made:
    service, name = r.clients("autoscaling"), named(r, "AutoScalingGroupName")
    send(service.create_auto_scaling_group, _group(r), AutoScalingGroupName=name, Tags=_tags(r, name))
    return _settle(r, name)


def _update(r: Request) -> Made:
    service, name = r.clients("autoscaling"), r.physical_id
    send(service.update_auto_scaling_group, leave(_group(r), "DesiredCapacity"), AutoScalingGroupName=name)
    if changed(r, "DesiredCapacity"):
        wanted = int(r.properties["DesiredCapacity"])
        service.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=wanted)
    if dropped_tags(r):
        dropped = [{"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": key} for key in dropped_tags(r)]
        service.delete_tags(Tags=dropped)
    if _tags(r, name):
        service.create_or_update_tags(Tags=_tags(r, name))
    _move(r, "TargetGroupARNs", service.attach_load_balancer_target_groups, service.detach_load_balancer_target_groups)
    _move(r, "LoadBalancerNames", service.attach_load_balancers, service.detach_load_balancers)
    return _settle(r, name)


def _move(r: Request, prop: str, attach: Any, detach: Any) -> None:
    """Attach a group to the balancers it has gained, and detach it from those it has lost."""
    old, new = r.before.get(prop, ()), r.properties.get(prop, ())
    for call, names in ((detach, [n for n in old if n not in new]), (attach, [n for n in new if n not in old])):
        if names:
            call(**{"AutoScalingGroupName": r.physical_id, prop: names})


def _settle(r: Request, name: str) -> Made:
    service = r.clients("autoscaling")
    for hook in r.properties.get("LifecycleHookSpecificationList", ()):
        send(service.put_lifecycle_hook, hook, AutoScalingGroupName=name)
    for metrics in r.properties.get("MetricsCollection", ()):
        send(service.enable_metrics_collection, metrics, AutoScalingGroupName=name)
    found = service.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]
    sizes = {size: str(found[size]) for size in ("MinSize", "MaxSize", "DesiredCapacity")}
    return Made(name, {"AutoScalingGroupName": name, "AutoScalingGroupARN": found["AutoScalingGroupARN"], **sizes})


def _put_policy(r: Request, name: str) -> Made:
    service, group = r.clients("autoscaling"), r.properties["AutoScalingGroupName"]
    send(service.put_scaling_policy, r.properties, PolicyName=name)
    found = service.describe_policies(AutoScalingGroupName=group, PolicyNames=[name])
    arn = found["ScalingPolicies"][0]["PolicyARN"]  # moto's own answer to the first call lacks it
    return Made(arn, {"Arn": arn, "PolicyName": name})


def _policy_name(r: Request) -> str:
    return r.physical_id.rsplit("policyName/", 1)[-1]


def _delete_policy(r: Request) -> None:
    group = pick(r.properties, "AutoScalingGroupName")
    gone(r.clients("autoscaling").delete_policy, group, PolicyName=_policy_name(r))


def _put_action(r: Request, name: str) -> Made:
    send(r.clients("autoscaling").put_scheduled_update_group_action, r.properties, ScheduledActionName=name)
    return Made(name, {"ScheduledActionName": name})


def _put_hook(r: Request, name: str) -> Made:
    send(r.clients("autoscaling").put_lifecycle_hook, r.properties, LifecycleHookName=name)
    return Made(name)


def _of_group(p: Properties) -> dict[str, Any]:
    return pick(p, "AutoScalingGroupName")


HANDLERS: Mapping[str, Handler] = {
    "AWS::AutoScaling::AutoScalingGroup": Handler(
        _create,
        lambda r: gone(
            r.clients("autoscaling").delete_auto_scaling_group, AutoScalingGroupName=r.physical_id, ForceDelete=True
        ),
        _update,
    ),
    "AWS::AutoScaling::ScalingPolicy": Handler(
        lambda r: _put_policy(r, r.name), _delete_policy, lambda r: _put_policy(r, _policy_name(r))
    ),
    "AWS::AutoScaling::ScheduledAction": Handler(
        lambda r: _put_action(r, r.name),
        lambda r: gone(
            r.clients("autoscaling").delete_scheduled_action, _of_group(r.properties), ScheduledActionName=r.physical_id
        ),
        lambda r: _put_action(r, r.physical_id),
    ),
    "AWS::AutoScaling::LifecycleHook": Handler(
        lambda r: _put_hook(r, named(r, "LifecycleHookName")),
        lambda r: gone(
            r.clients("autoscaling").delete_lifecycle_hook, _of_group(r.properties), LifecycleHookName=r.physical_id
        ),
        lambda r: _put_hook(r, r.physical_id),
    ),
}
