"""Copies to the geography's other region: whether there are any, and where they go.

What receives them in the other region (bucket, key, vault) has a known name, and must exist before anything is sent:
S3 refuses a replication to a bucket that is not there. So a geography's first deployment makes both regions, and the
next one, with ReplicateToStandby, connects them.
"""

from __future__ import annotations

from troposphere import And, Equals, Not, Parameter, Sub, Template
from troposphere import Condition as Holds

from .. import facts, names
from ..layer import setting

REPLICATE_TO_STANDBY = Parameter(
    "ReplicateToStandby",
    Type="String",
    Default="false",
    AllowedValues=["true", "false"],
    Description="Whether documents and backups are copied to the standby; true once both regions have been deployed.",
)

STORE_GENERATION = Parameter(
    "StoreGeneration",
    Type="String",
    Default="",
    AllowedPattern="[a-z]?",
    Description="A letter at the end of the names of the documents bucket and the backup vault. They outlive their "
    "stack: an environment that was destroyed and is made anew takes another letter, or they would be in the way.",
)

GENERATION = "${StoreGeneration}"

IS_ACTIVE = "IsActive"
HAS_PEER = "HasPeer"
REPLICATES = "Replicates"

PEER_DATA_KEY = "arn:${AWS::Partition}:kms:${PeerRegion}:${AWS::AccountId}:" + names.data_key_alias(
    "${Project}", "${Environment}"
)


def add_standby_conditions(template: Template) -> None:
    """Add the conditions `IsActive` and `Replicates`: only an active region sends, and only where there is another."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT):
        setting(template, fact)
    template.add_condition(IS_ACTIVE, Equals(setting(template, facts.REGION_ROLE), "active"))
    template.add_condition(HAS_PEER, Not(Equals(setting(template, facts.PEER_REGION), "none")))
    chosen = Equals(setting(template, REPLICATE_TO_STANDBY), "true")
    template.add_condition(REPLICATES, And(Holds(IS_ACTIVE), Holds(HAS_PEER), chosen))


def use_store_names(template: Template) -> None:
    """Declare what the names of the bucket and of the vault are made of."""
    for parameter in (facts.PROJECT, facts.ENVIRONMENT, STORE_GENERATION):
        setting(template, parameter)


def peer_data_key() -> Sub:
    """Return the ARN of the alias of the other region's key of patient data, which encrypts what arrives there."""
    return Sub(PEER_DATA_KEY)
