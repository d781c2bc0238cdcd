"""What goes when an environment names less: the last bundle first, over a local AWS that refuses any other order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cfngen.local.faults import Faults
from cfngen.local.stacksets.backend import StackFailed
from cfngen.local.stacksets.simulated import Call
from tests.cli.conftest import Hold, Stage

ENVIRONMENT = """
project: sim
domain: sim.example.com
bundles: [{bundles}]
admin: {{account: "111111111111", region: us-east-1}}
parameters: {{DatabaseDeletionProtection: false, UserPoolDeletionProtection: INACTIVE{more}}}
geographies:
  us: {{account: "222222222222", active: us-east-1, parameters: {{VpcCidr: 10.0.0.0/16}}}}
  eu: {{account: "333333333333", active: eu-west-1, parameters: {{VpcCidr: 10.1.0.0/16}}}}
"""


def write(stage: Stage, name: str, *, bundles: str = "foundation, service", drop: str = "", guarded: str = "") -> str:
    """Write an environment; `drop` names a geography to leave out, `guarded` one whose balancers are protected."""
    more = ", LoadBalancerDeletionProtection: false" if "service" in bundles else ""
    lines = ENVIRONMENT.format(bundles=bundles, more=more).splitlines()
    own = "parameters: {LoadBalancerDeletionProtection: true, "
    lines = [line.replace("parameters: {", own) if guarded and guarded in line else line for line in lines]
    kept = [line for line in lines if not drop or not line.strip().startswith(drop)]
    (stage.params / f"{name}.yaml").write_text("\n".join(kept))
    return name


@dataclass
class InUse(Hold):
    """Refuses to delete a foundation while the service of its place is in its network, as AWS does."""

    stage: Stage | None = None

    def before(self, call: Call) -> None:
        assert self.stage
        stacks = dict(self.stage.backend.stacks)
        place = (call.account, call.region)
        environment = call.stack_id.partition("/StackSet-")[2].partition("-foundation-")[0]
        user = f"/StackSet-{environment}-service-"
        users = [name for name, each in stacks.items() if (each.account, each.region) == place and user in name]
        if call.verb == "delete" and "-foundation-" in call.stack_id and users:
            raise StackFailed("resource sg-1 has a dependent object")


@pytest.fixture
def strict(stage: Stage) -> Iterator[Stage]:
    """The stage on which nothing goes that is in use."""
    stage.holds.append(InUse("", 0, stage=stage))
    stage.backend.calls.clear()
    return stage


def deleted(stage: Stage) -> list[str]:
    """Return the bundles whose stacks were deleted, in order."""
    ids = [call.stack_id for call in stage.backend.calls if call.verb == "delete"]
    return [name.partition("/StackSet-")[2].split("-")[2] for name in ids]


def stack_sets(stage: Stage, name: str) -> list[str]:
    """Return the stack sets that an environment has."""
    rows = stage.client().list_stack_sets(Status="ACTIVE")["Summaries"]
    return [row["StackSetName"] for row in rows if row["StackSetName"].startswith(f"sim-{name}-")]


def deploy_with_losses(stage: Stage, name: str) -> str:
    """Deploy with every flag that the plan asks for."""
    told = stage.works("plan", name)
    flags = [word for lost in re.findall(r"--replace (\S+)  ", told) for word in ("--replace", lost)]
    return stage.works("deploy", name, "--delete", *flags)


def test_a_geography_goes_the_last_bundle_first(strict: Stage) -> None:
    strict.works("deploy", write(strict, "less"))
    write(strict, "less", drop="eu:")
    deploy_with_losses(strict, "less")
    assert deleted(strict) == ["service", "foundation"]
    assert "Nothing to do." in strict.works("plan", "less")


def test_what_is_protected_is_not_deleted_half_way(strict: Stage) -> None:
    strict.works("deploy", write(strict, "guarded", guarded="eu:"))
    write(strict, "guarded", drop="eu:")
    told = strict.works("plan", "guarded")
    flags = [word for lost in re.findall(r"--replace (\S+)  ", told) for word in ("--replace", lost)]
    refused = strict.fails("deploy", "guarded", "--delete", *flags)
    on = "service: LoadBalancerDeletionProtection is on in 333333333333/eu-west-1: deleting these would fail half-way"
    assert on in refused
    assert "run `cfngen deploy guarded` first, with what is to go still in the file" in refused
    assert deleted(strict) == []
    strict.works("deploy", write(strict, "guarded"))
    write(strict, "guarded", drop="eu:")
    deploy_with_losses(strict, "guarded")
    assert deleted(strict) == ["service", "foundation"]


def test_a_bundle_that_is_not_named_any_more_is_seen_and_goes_only_when_that_is_permitted(strict: Stage) -> None:
    strict.works("deploy", write(strict, "dropped"))
    write(strict, "dropped", bundles="foundation")
    told = strict.works("plan", "dropped")
    assert "service: stack set sim-dropped-service" in told
    assert "- delete stack set" in told
    assert "--replace AppLogs  deletes service's app.AppLogs" in told
    refused = strict.fails("deploy", "dropped")
    assert "service: the plan deletes its stack set, because the environment does not name the bundle" in refused
    assert "add --delete if that is meant" in refused
    status = strict.works("status", "dropped")
    assert "service us/us-east-1 222222222222/us-east-1: the environment does not name this bundle any more" in status
    assert deleted(strict) == []
    deploy_with_losses(strict, "dropped")
    assert sorted(stack_sets(strict, "dropped")) == ["sim-dropped-foundation"]
    assert "Nothing to do." in strict.works("plan", "dropped")
    assert "service" not in strict.works("status", "dropped")


def test_one_bundle_alone_does_not_touch_another_that_is_not_named_any_more(strict: Stage) -> None:
    strict.works("deploy", write(strict, "alone"))
    write(strict, "alone", bundles="foundation")
    assert "Nothing to do." in strict.works("deploy", "alone", "--bundle", "foundation", "--delete")
    assert "service" not in strict.works("status", "alone", "--bundle", "foundation")
    release = json.loads(strict.works("history", "alone", "--format", "json"))[0]["id"]
    assert "Nothing to do." in strict.works("deploy", "alone", "--to", release, "--delete")
    assert len(stack_sets(strict, "alone")) == 2


def test_destroying_takes_what_is_not_named_any_more_along(strict: Stage) -> None:
    strict.works("deploy", write(strict, "ended"))
    write(strict, "ended", bundles="foundation")
    strict.works("destroy", "ended", "--yes")
    assert [*dict.fromkeys(deleted(strict))] == ["service", "foundation"]
    assert stack_sets(strict, "ended") == []


def test_a_bundle_that_is_not_named_any_more_can_be_destroyed_alone(strict: Stage) -> None:
    strict.works("deploy", write(strict, "single"))
    write(strict, "single", bundles="foundation")
    strict.works("destroy", "single", "--bundle", "service", "--yes")
    assert stack_sets(strict, "single") == ["sim-single-foundation"]
    assert "Nothing to do." in strict.works("destroy", "single", "--bundle", "service", "--yes")


def test_a_bundle_on_which_a_later_one_is_made_is_not_destroyed_before_it(strict: Stage) -> None:
    strict.works("deploy", write(strict, "under"))
    out = strict.fails("destroy", "under", "--bundle", "foundation", "--yes")
    assert "foundation: service may still use it" in out
    assert "`cfngen destroy under --bundle service`" in out
    assert deleted(strict) == []
    strict.works("destroy", "under", "--bundle", "service", "--yes")
    strict.works("destroy", "under", "--bundle", "foundation", "--yes")
    assert stack_sets(strict, "under") == []


def test_a_suspended_account_does_not_keep_the_rest_from_going(strict: Stage) -> None:
    strict.works("deploy", write(strict, "suspended"))
    strict.faults[0] = Faults(suspend=frozenset(("333333333333",)))
    forget = (
        "`aws cloudformation delete-stack-instances --stack-set-name sim-suspended-{} --accounts 333333333333"
        " --regions eu-west-1 --region us-east-1 --retain-stacks`, then run the same command again"
    )
    for _ in range(2):  # it is met on the way at first, and known from the beginning after that
        out = strict.fails("destroy", "suspended", "--yes")
        for bundle in ("foundation", "service"):
            assert f"{bundle}: the stack set sim-suspended-{bundle} stays: the account of 333333333333/eu-west" in out
            assert forget.format(bundle) in out
    assert [*dict.fromkeys(deleted(strict))] == ["service", "foundation"]
    for name in stack_sets(strict, "suspended"):
        where = {"Accounts": ["333333333333"], "Regions": ["eu-west-1"]}
        strict.client().delete_stack_instances(StackSetName=name, **where, RetainStacks=True)
    strict.works("deploy", "suspended", "--stop")
    strict.works("destroy", "suspended", "--yes")
    assert stack_sets(strict, "suspended") == []
