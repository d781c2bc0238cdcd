"""Where moto 5.2.5 is wrong in a way that its callers cannot go round: `mend` puts that right in moto's own classes.

- Composite alarms are kept and described, but no action makes one; the one for metric alarms reads all they have.
- Option groups exist only for engine versions of 2022.
- Changing a subnet group of RDS loses it.
- A gateway endpoint that is given to another route table leaves its route where it was.
- A deleted NAT gateway leaves its network interface behind, a deleted VPC its default network ACL.
- An Auto Scaling group puts all its instances into its first subnet, and they leave their network interfaces behind.
- A later version of a launch template keeps its user data in a form that its instances refuse.
- An instance keeps a root volume of its own beside the one that its launch template gives it, and leaves it behind.
- Every account and region is filled with more images than anything else, but none of Windows (see `published`).
- CloudFront's prefix list has another id in every account and at every start (see `published`).
- Every classic load balancer's name ends in us-east-1.
- RDS does not replicate automated backups to another region (see `additions.databases`).
- Each request looks anew which actions its service has.
- Every symmetric key makes an RSA key that nothing uses, which takes longer than all the rest.
- A list of all option groups is an error.
- Each account asks anew which regions each service has, and in the machine's own AWS configuration.
- A bucket policy with `Principal: "*"` or a list of resources breaks the check of who may deliver access logs.
- A certificate waits a minute until it is issued.
- Conditions of bucket policies are not read: a statement that has one is left out, or "no plain HTTP" would deny all.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

from moto import settings
from moto.autoscaling.models import FakeAutoScalingGroup
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core import responses
from moto.core.base_backend import AccountSpecificBackend
from moto.core.types import Base64EncodedString
from moto.core.utils import method_names_from_class
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.models.managed_prefixes import ManagedPrefixListBackend
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.elb.models import ELBBackend
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.kms import models as kms
from moto.kms.utils import AbstractPrivateKey, generate_private_key
from moto.rds.models import OptionGroup, RDSBackend
from moto.rds.responses import RDSResponse
from moto.s3.models import FakeBucket

from .additions import databases
from .clients import session
from .published import load_images, publish_prefix_lists

NEWER_VERSIONS = {
    "sqlserver-ee": ("16.00",),
    "sqlserver-ex": ("16.00",),
    "sqlserver-se": ("16.00",),
    "sqlserver-web": ("16.00",),
    "postgres": ("14", "15", "16", "17", "18"),
    "mysql": ("8.4",),
    "mariadb": ("10.11", "11.4", "11.8"),
}
"""Major versions of engines that RDS offers and moto does not know.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_SQLServer.html, and its neighbours per engine.
"""

_ROOTS = ("/dev/sda1", "/dev/xvda")
_ALL_OPTION_GROUPS = {"option_group_name": None}

_create_option_group = RDSBackend.create_option_group
_describe_option_groups = RDSBackend.describe_option_groups
_modify_subnet_group = RDSBackend.modify_db_subnet_group
_grow = FakeAutoScalingGroup.replace_autoscaling_group_instances
_add_block_device = Instance.add_block_device
_terminate = Instance.terminate
_delete_nat_gateway = NatGatewayBackend.delete_nat_gateway
_delete_vpc = VPCBackend.delete_vpc
_modify_endpoint = VPCBackend.modify_vpc_endpoint
_make_prefix_lists = ManagedPrefixListBackend.create_default_pls
_create_classic_balancer = ELBBackend.create_load_balancer


def mend() -> None:
    """Repair moto in this process; doing it again changes nothing."""
    repairs: tuple[tuple[Any, str, Any], ...] = (
        (CloudWatchResponse, "put_composite_alarm", CloudWatchResponse.put_metric_alarm),
        (RDSBackend, "create_option_group", _option_group),
        (RDSBackend, "describe_db_instance_automated_backups", databases.describe_backups),
        (RDSResponse, "start_db_instance_automated_backups_replication", databases.start_replication),
        (RDSResponse, "stop_db_instance_automated_backups_replication", databases.stop_replication),
        (RDSResponse, "restore_db_instance_to_point_in_time", databases.restore),
        (RDSBackend, "describe_option_groups", _option_groups),
        (kms, "generate_private_key", _private_key),
        (RDSBackend, "modify_db_subnet_group", _subnet_group),
        (AccountSpecificBackend, "_generate_regions", lambda _self, service: list(_regions(service))),
        (AmiBackend, "_load_amis", load_images),
        (ManagedPrefixListBackend, "create_default_pls", _prefix_lists),
        (FakeAutoScalingGroup, "replace_autoscaling_group_instances", _spread),
        (LaunchTemplateVersion, "user_data", property(_user_data)),
        (Instance, "add_block_device", _block_device),
        (Instance, "terminate", _ended),
        (NatGatewayBackend, "delete_nat_gateway", _no_nat_gateway),
        (VPCBackend, "delete_vpc", _no_vpc),
        (VPCBackend, "modify_vpc_endpoint", _endpoint),
        (ELBBackend, "create_load_balancer", _classic_balancer),
        (FakeBucket, "_log_permissions_enabled_policy", staticmethod(_admits_log_delivery)),
        (FakeBucket, "get_permission", _permission),
        (settings, "ACM_VALIDATION_WAIT", -1),
        (responses, "method_names_from_class", _actions),
    )
    for owner, name, repaired in repairs:
        setattr(owner, name, repaired)


@cache
def _actions(service: type) -> frozenset[str]:
    return frozenset(method_names_from_class(service))


def _option_group(self: RDSBackend, option_group_kwargs: dict[str, Any]) -> OptionGroup:
    name, engine = option_group_kwargs["option_group_name"], option_group_kwargs["engine_name"]
    if option_group_kwargs["major_engine_version"] not in NEWER_VERSIONS.get(engine, ()) or name in self.option_groups:
        return _create_option_group(self, option_group_kwargs)
    group = self.option_groups[name] = OptionGroup(self, **option_group_kwargs)
    return group


def _option_groups(self: RDSBackend, option_group_kwargs: dict[str, Any]) -> list[OptionGroup]:
    wanted = {**_ALL_OPTION_GROUPS, **option_group_kwargs}
    if not self.option_groups and not wanted["option_group_name"]:
        return []
    return _describe_option_groups(self, wanted)


def _private_key(key_spec: str) -> AbstractPrivateKey:
    return _unused_key() if key_spec == "SYMMETRIC_DEFAULT" else generate_private_key(key_spec)


@cache
def _unused_key() -> AbstractPrivateKey:
    return generate_private_key("RSA_2048")


def _subnet_group(self: RDSBackend, subnet_name: str, description: str, subnets: list[Any]) -> Any:
    group = _modify_subnet_group(self, subnet_name, description, subnets)
    self.subnet_groups[subnet_name] = group
    return group


@cache
def _regions(service: str) -> tuple[str, ...]:
    known = session()
    return tuple(r for p in known.get_available_partitions() for r in known.get_available_regions(service, p))


def _spread(self: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
    subnets = self.vpc_zone_identifier
    for _ in range(count_needed):
        used = Counter(state.instance.subnet_id for state in self.instance_states)
        self.vpc_zone_identifier = min(subnets.split(","), key=used.__getitem__) if subnets else subnets
        _grow(self, 1, dict(propagated_tags))
    self.vpc_zone_identifier = subnets


def _user_data(self: LaunchTemplateVersion) -> Base64EncodedString | None:
    given = self.data.get("UserData")
    return Base64EncodedString(given) if isinstance(given, str) else given


def _block_device(self: Instance, size: int, device_path: str, *args: Any, **kwargs: Any) -> None:
    snapshot, encrypted, delete, *more = args
    if device_path in _ROOTS:
        for name in [name for name in self.block_device_mapping if name in _ROOTS]:
            volume = self.block_device_mapping[name].volume_id
            self.ec2_backend.detach_volume(volume, self.id, name)
            self.ec2_backend.delete_volume(volume)
        delete = True
    _add_block_device(self, size, device_path, snapshot, encrypted, delete, *more, **kwargs)


def _ended(self: Instance) -> Any:
    for interface in self.nics.values():
        interface.delete_on_termination = True
    return _terminate(self)


def _no_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
    gateway = _delete_nat_gateway(self, nat_gateway_id)
    self.enis.pop(gateway._eni.id, None)  # noqa: SLF001 - there is no other way to it
    return gateway


def _no_vpc(self: Any, vpc_id: str) -> Any:
    vpc = _delete_vpc(self, vpc_id)
    for acl in [acl for acl in self.network_acls.values() if acl.vpc_id == vpc_id]:
        self.network_acls.pop(acl.id)
    return vpc


def _endpoint(self: Any, vpc_id: str, *args: Any, **kwargs: Any) -> None:
    endpoint = self.vpc_end_points[vpc_id]
    old, prefixes = set(endpoint.route_table_ids or ()), endpoint.destination_prefix_list_id
    _modify_endpoint(self, vpc_id, *args, **kwargs)
    new = set(endpoint.route_table_ids or ())
    for table in old - new if prefixes else ():
        self.delete_route(table, None, destination_prefix_list_id=prefixes)
    for table in new - old if prefixes else ():
        self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefixes)


def _prefix_lists(self: ManagedPrefixListBackend) -> None:
    _make_prefix_lists(self)
    publish_prefix_lists(self)


def _classic_balancer(self: ELBBackend, *args: Any, **kwargs: Any) -> Any:
    balancer = _create_classic_balancer(self, *args, **kwargs)
    inside = "internal-" if balancer.scheme == "internal" else ""
    balancer.dns_name = f"{inside}{balancer.name}.{self.region_name}.elb.amazonaws.com"
    return balancer


def _admits_log_delivery(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    if not target_bucket.policy:
        return False
    home = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}"
    admitted = {f"{home}/*", f"{home}/{target_prefix or ''}*"}
    statements = _listed(json.loads(target_bucket.policy)["Statement"])
    return any(
        statement.get("Effect") == "Allow"
        and isinstance(statement.get("Principal"), dict)
        and "logging.s3.amazonaws.com" in _listed(statement["Principal"].get("Service", []))
        and "s3:PutObject" in _listed(statement.get("Action", []))
        and admitted & set(_listed(statement.get("Resource", [])))
        for statement in statements
    )


def _permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    kept = [statement for statement in _listed(policy["Statement"]) if "Condition" not in statement]
    return IAMPolicy(json.dumps({**policy, "Statement": kept})).is_action_permitted(action, resource)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
