from __future__ import annotations

import pytest

from cfngen.layers import service_linked_roles
from cfngen.layers.service_linked_roles import ROLES

SERVICES = {role.title: role.service for role in ROLES}


def test_every_role_is_made_unless_its_switch_says_otherwise(deployed):
    resources, _ = deployed(service_linked_roles)

    assert {r["Properties"]["AWSServiceName"] for r in resources.values()} == set(SERVICES.values())


@pytest.mark.parametrize("title", SERVICES)
def test_a_role_that_the_account_has_already_is_left_alone_and_the_others_are_made(deployed, title):
    resources, _ = deployed(service_linked_roles, **{f"Create{title}ServiceLinkedRole": "false"})

    made = {r["Properties"]["AWSServiceName"] for r in resources.values()}
    assert made == set(SERVICES.values()) - {SERVICES[title]}


def test_fleets_balancers_and_databases_have_theirs():
    services = ("autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com")
    assert set(services) < set(SERVICES.values())


def test_a_role_goes_with_its_stack_so_that_the_next_one_can_make_it_again(deployed):
    resources, _ = deployed(service_linked_roles)

    assert {r.get("DeletionPolicy", "Delete") for r in resources.values()} == {"Delete"}
