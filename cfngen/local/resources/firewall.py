"""Network ACLs and security groups, with their rules.

Not represented: groups of EC2-Classic, which are named rather than referred to by id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .api import Properties, attributes, forgiving, gone, named, pick, send, text, truth
from .handler import Handler, Made, Request
from .network import tag, tagged

_ALL_TRAFFIC = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def _create_acl(r: Request) -> Made:
    acl = send(r.clients("ec2").create_network_acl, r.properties)["NetworkAcl"]["NetworkAclId"]
    tag(r, acl)
    return Made(acl, {"Id": acl})


def _entry(p: Properties) -> dict[str, Any]:
    return {"Egress": truth(p.get("Egress", False)), **({"IcmpTypeCode": p["Icmp"]} if "Icmp" in p else {})}


def _create_entry(r: Request) -> Made:
    send(r.clients("ec2").create_network_acl_entry, {**r.properties, **_entry(r.properties)})
    return Made(r.name, {"Id": r.name})


def _update_entry(r: Request) -> Made:
    send(r.clients("ec2").replace_network_acl_entry, {**r.properties, **_entry(r.properties)})
    return Made(r.physical_id, {"Id": r.physical_id})


def _delete_entry(r: Request) -> None:
    ec2, egress = r.clients("ec2"), _entry(r.properties)["Egress"]
    with forgiving():
        entries = ec2.describe_network_acls(NetworkAclIds=[r.properties["NetworkAclId"]])["NetworkAcls"][0]["Entries"]
        number = int(r.properties["RuleNumber"])
        if any((e["RuleNumber"], e["Egress"]) == (number, egress) for e in entries):
            send(ec2.delete_network_acl_entry, pick(r.properties, "NetworkAclId", "RuleNumber"), Egress=egress)


def _acl_of(r: Request, subnet: str) -> tuple[str, Mapping[str, Any]]:
    """Return the association that gives a subnet its network ACL, and that ACL."""
    wanted = [{"Name": "association.subnet-id", "Values": [subnet]}]
    acls = r.clients("ec2").describe_network_acls(Filters=wanted)["NetworkAcls"]
    pairs = [
        (a["NetworkAclAssociationId"], acl) for acl in acls for a in acl["Associations"] if a["SubnetId"] == subnet
    ]
    return pairs[0]


def _create_acl_association(r: Request) -> Made:
    now, _ = _acl_of(r, r.properties["SubnetId"])
    replace = r.clients("ec2").replace_network_acl_association
    made = replace(AssociationId=now, NetworkAclId=r.properties["NetworkAclId"])["NewAssociationId"]
    return Made(made, {"AssociationId": made})


def _delete_acl_association(r: Request) -> None:
    """Give the subnet its network's default ACL back, as AWS does."""
    ec2, (now, acl) = r.clients("ec2"), _acl_of(r, r.properties["SubnetId"])
    wanted = [{"Name": "vpc-id", "Values": [acl["VpcId"]]}, {"Name": "default", "Values": ["true"]}]
    default = ec2.describe_network_acls(Filters=wanted)["NetworkAcls"][0]["NetworkAclId"]
    if now == r.physical_id and acl["NetworkAclId"] != default:
        ec2.replace_network_acl_association(AssociationId=now, NetworkAclId=default)


def _permission(rule: Properties) -> dict[str, Any]:
    """Return a rule of a template as the service wants it: a protocol, ports and one list of peers."""
    told = {"Description": text(rule["Description"])} if rule.get("Description") else {}
    group = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    prefixes = rule.get("SourcePrefixListId") or rule.get("DestinationPrefixListId")
    owner = {"UserId": text(rule["SourceSecurityGroupOwnerId"])} if rule.get("SourceSecurityGroupOwnerId") else {}
    peers = {
        "IpRanges": [{"CidrIp": rule["CidrIp"], **told}] if rule.get("CidrIp") else [],
        "Ipv6Ranges": [{"CidrIpv6": rule["CidrIpv6"], **told}] if rule.get("CidrIpv6") else [],
        "UserIdGroupPairs": [{"GroupId": group, **owner, **told}] if group else [],
        "PrefixListIds": [{"PrefixListId": prefixes, **told}] if prefixes else [],
    }
    ports = {name: int(port) for name, port in pick(rule, "FromPort", "ToPort").items()}
    return {"IpProtocol": text(rule["IpProtocol"]), **ports, **{name: peer for name, peer in peers.items() if peer}}


def _set_rules(r: Request, group: str, prop: str, allow: Callable[..., Any], revoke: Callable[..., Any]) -> None:
    """Change a group's inline rules of one direction from what they were to what they are."""
    old, new = ([_permission(rule) for rule in p.get(prop, ())] for p in (r.before, r.properties))
    for dropped in (rule for rule in old if rule not in new):
        gone(revoke, GroupId=group, IpPermissions=[dropped])
    for added in (rule for rule in new if rule not in old):
        allow(GroupId=group, IpPermissions=[added])


def _create_group(r: Request) -> Made:
    ec2, name = r.clients("ec2"), named(r, "GroupName")
    about = text(r.properties["GroupDescription"])
    group = send(ec2.create_security_group, pick(r.properties, "VpcId"), GroupName=name, Description=about)["GroupId"]
    return _finish_group(r, group)


def _finish_group(r: Request, group: str) -> Made:
    ec2 = r.clients("ec2")
    had, has = (bool(p.get("SecurityGroupEgress")) for p in (r.before, r.properties))
    if has and not had:  # rules of its own replace the rule that every new group has
        gone(ec2.revoke_security_group_egress, GroupId=group, IpPermissions=[_ALL_TRAFFIC])
    _set_rules(
        r, group, "SecurityGroupIngress", ec2.authorize_security_group_ingress, ec2.revoke_security_group_ingress
    )
    _set_rules(r, group, "SecurityGroupEgress", ec2.authorize_security_group_egress, ec2.revoke_security_group_egress)
    if had and not has:
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[_ALL_TRAFFIC])
    tag(r, group)
    found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    return Made(group, {"Id": group, "GroupId": group, **attributes(found, "VpcId", "GroupName")})


def _rule(direction: str) -> Handler:
    """Return the handler of a rule that stands alone, of `ingress` or `egress`."""
    ingress = direction == "ingress"

    def create(r: Request) -> Made:
        ec2 = r.clients("ec2")
        allow = ec2.authorize_security_group_ingress if ingress else ec2.authorize_security_group_egress
        made = allow(GroupId=r.properties["GroupId"], IpPermissions=[_permission(r.properties)])["SecurityGroupRules"]
        return Made(made[0]["SecurityGroupRuleId"], {"Id": made[0]["SecurityGroupRuleId"]})

    def update(r: Request) -> Made:
        ec2, rule = r.clients("ec2"), [_permission(r.properties)]
        tell = (
            ec2.update_security_group_rule_descriptions_ingress
            if ingress
            else ec2.update_security_group_rule_descriptions_egress
        )
        tell(GroupId=r.properties["GroupId"], IpPermissions=rule)
        return Made(r.physical_id, {"Id": r.physical_id})

    def delete(r: Request) -> None:
        ec2 = r.clients("ec2")
        revoke = ec2.revoke_security_group_ingress if ingress else ec2.revoke_security_group_egress
        gone(revoke, GroupId=r.properties["GroupId"], IpPermissions=[_permission(r.properties)])

    return Handler(create, delete, update)


HANDLERS: Mapping[str, Handler] = {
    "AWS::EC2::NetworkAcl": Handler(
        _create_acl, lambda r: gone(r.clients("ec2").delete_network_acl, NetworkAclId=r.physical_id), tagged("Id")
    ),
    "AWS::EC2::NetworkAclEntry": Handler(_create_entry, _delete_entry, _update_entry),
    "AWS::EC2::SubnetNetworkAclAssociation": Handler(_create_acl_association, _delete_acl_association),
    "AWS::EC2::SecurityGroup": Handler(
        _create_group,
        lambda r: gone(r.clients("ec2").delete_security_group, GroupId=r.physical_id),
        lambda r: _finish_group(r, r.physical_id),
    ),
    "AWS::EC2::SecurityGroupIngress": _rule("ingress"),
    "AWS::EC2::SecurityGroupEgress": _rule("egress"),
}
