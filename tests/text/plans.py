"""Plans that together have everything that a plan can show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cfngen.errors import Where
from cfngen.planning.changes import Effect
from cfngen.planning.operations import Plan, Preferences
from cfngen.planning.opinions import LiveChange, Opinion
from cfngen.planning.plan import plan
from tests.bundles import APAC, BUCKET, EU, US, deployed, root, stack_set
from tests.planning.test_passages import all_keys, foundation, service

DATA = """
Parameters: {Class: {Type: String}, Encrypted: {Type: String}}
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Retain
    Properties: {DBInstanceClass: {Ref: Class}, StorageEncrypted: {Ref: Encrypted}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: rds.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: ["logs:PutLogEvents"]
                Resource: "*"
                Condition: {Bool: {"aws:SecureTransport": true}}
"""
TOP = root(
    "data: {Class: {Ref: Class}, Encrypted: {Ref: Encrypted}}",
    parameters="{Class: {Type: String, Default: small}, Encrypted: {Type: String, Default: true}}",
)
ORIGINS = {US: {"Class": Where("params/prod.yaml", 7, "parameters.Class")}}


def item(instances=None, values=None, data=DATA, top=TOP):
    """The stack set of most of these plans."""
    made = stack_set(
        "foundation", {"root": top, "data": data}, {US: {}, EU: {}} if instances is None else instances, values
    )
    return replace(made, origins=ORIGINS)


def planned(old, new, *, upload=False, canary=None):
    present = () if upload else all_keys(new)
    return plan([new], deployed(old), preferences=Preferences(), present=present, canary=canary)


def replacement() -> Plan:
    """The database replaced in one place, its class changed in both, and who may log more."""
    data = DATA.replace('["logs:PutLogEvents"]', '["logs:PutLogEvents", "logs:CreateLogStream"]')
    return planned(item(), item({US: {}, EU: {"Encrypted": "false"}}, {"Class": "large"}, data))


def deletion() -> Plan:
    """An instance that nobody wants any more."""
    return planned(item({US: {}, APAC: {}}), item({US: {}}))


def creation() -> Plan:
    """A new stack set."""
    return plan([item({US: {}, EU: {"Class": "large"}})], {}, preferences=Preferences())


def unreadable() -> Plan:
    """A deployed template that cannot be read, and one that can."""
    old = item(data=DATA.replace("Class}", "Class }").replace("DeletionPolicy: Snapshot", "DeletionPolicy: Retain"))
    observed = {name: replace(each, children={}) for name, each in deployed(old).items()}
    return plan([item()], observed, preferences=Preferences())


def wires() -> Plan:
    """A VPC replaced under a service that takes it, and an image that is looked up again."""
    new = (foundation("10.9.0.0/16"), service())
    old = deployed(foundation()) | deployed(service())
    return plan(new, old, preferences=Preferences(), present=all_keys(*new))


def on_the_way() -> Plan:
    """An override that goes with its parameter, and held something back."""
    plain = DATA.replace("{Ref: Encrypted}", "true").replace(", Encrypted: {Type: String}", "")
    top = TOP.replace(", Encrypted: {Ref: Encrypted}", "").replace(", Encrypted: {Type: String, Default: true}", "")
    old = item({US: {"Encrypted": "true"}}, {"Encrypted": "false"})
    return planned(old, item({US: {}}, data=plain, top=top), upload=True)


def removal() -> Plan:
    """A bucket, a condition and an output that are no more, others new."""
    old = BUCKET + "Conditions: {Old: {Fn::Equals: [a, b]}}\nOutputs: {Name: {Value: {Ref: Archive}}}\n"
    new = "Resources: {Topic: {Type: AWS::SNS::Topic}}\nConditions: {New: {Fn::Equals: [a, b]}}\n"
    return planned(stack_set("logs", {"root": old}, {US: {}}), stack_set("logs", {"root": new}, {US: {}}))


def prose() -> Plan:
    """Templates that differ in what only people read."""
    old, new = (stack_set("logs", {"root": f"Description: {words}\n{BUCKET}"}, {US: {}}) for words in "ab")
    return planned(old, new)


OPINIONS = (
    Opinion(
        "foundation",
        EU,
        (EU, APAC),
        (
            LiveChange("data", "Database", "AWS::RDS::DBInstance", Effect.REPLACE, ("StorageEncrypted",)),
            LiveChange("data", "Group", "AWS::RDS::DBSubnetGroup", Effect.REPLACE, ("SubnetIds",)),
        ),
        unforeseen=("data.Group",),
    ),
    Opinion("foundation", US, (US,), problem="us may not\n  hint: bootstrap"),
    Opinion("service", US, (US,)),
)

ALL: Mapping[str, Callable[[], Plan]] = {
    "replacement": replacement,
    "deletion": deletion,
    "creation": creation,
    "unreadable": unreadable,
    "wires": wires,
    "on the way": on_the_way,
    "removal": removal,
    "prose": prose,
}
