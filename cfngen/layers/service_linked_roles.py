"""The service-linked roles with which AWS's services act in the account.

One of each kind exists per account. AWS makes most of them when a service is first used, in no certain order; here they
exist before a key policy names them. Where an account has one already, its switch is false.
"""

from __future__ import annotations

from dataclasses import dataclass

from troposphere import Equals, Parameter, Template, iam

from ..layer import Classification, setting
from ..parts.metadata import context

CLASSIFICATION = Classification.AUDIT


@dataclass(frozen=True)
class LinkedRole:
    """A service whose role is made here: its part in logical ids, its principal, and what it does with the role."""

    title: str
    service: str
    why: str

    @property
    def switch(self) -> Parameter:
        """The setting that leaves the role to others."""
        return Parameter(
            f"Create{self.title}ServiceLinkedRole",
            Type="String",
            Default="true",
            AllowedValues=["true", "false"],
            Description=f"Whether to make the role of {self.service}; false where the account has it already.",
        )


ROLES = (
    LinkedRole("AutoScaling", "autoscaling.amazonaws.com", "Starts and ends instances; the key of volumes names it."),
    LinkedRole("ElasticLoadBalancing", "elasticloadbalancing.amazonaws.com", "Connects load balancers to networks."),
    LinkedRole("Rds", "rds.amazonaws.com", "Connects databases to networks, and publishes their metrics and logs."),
    LinkedRole("Config", "config.amazonaws.com", "Records configurations; Security Hub's Config.1 asks for this role."),
)


def build(template: Template) -> None:
    """Add each role that the account does not have."""
    for role in ROLES:
        _linked_role(template, role)


def _linked_role(template: Template, role: LinkedRole) -> iam.ServiceLinkedRole:
    makes = f"Makes{role.title}Role"
    template.add_condition(makes, Equals(setting(template, role.switch), "true"))
    return template.add_resource(
        iam.ServiceLinkedRole(
            f"{role.title}Role",
            Condition=makes,
            Metadata=context(
                f"{role.why} It goes with its stack, which AWS refuses as long as the service uses it.",
                must=("Exists once per account.",),
                mutable="change-with-constraints",
            ),
            AWSServiceName=role.service,
        )
    )
