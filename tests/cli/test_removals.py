"""What goes when an environment names less: the last bundle first, over a local AWS that refuses any other order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cfngen.local.stacksets.backend import StackFailed
from cfngen.local.stacksets.simulated import Call
from tests.cli.conftest import Hold, Stage

ENVIRONMENT = """
project: sim
domain: sim.example.com
bundles: [{bundles}]
admin: {{account: "111111111111", region: us-east-1}}
parameters: {{DatabaseDeletionProtection: false, UserPoolDeletionProtection: INACTIVE}}
geographies:
  us: {{account: "222222222222", active: us-east-1, parameters: {{VpcCidr: 10.0.0.0/16}}}}
  eu: {{account: "333333333333", active: eu-west-1, parameters: {{VpcCidr: 10.1.0.0/16}}}}
"""


def write(stage: Stage, name: str, *, bundles: str = "foundation, service", drop: str = "") -> str:
    """Write an environment; `drop` names a geography to leave out."""
    lines = ENVIRONMENT.format(bundles=bundles).splitlines()
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
        users = [name for name, each in stacks.items() if (each.account, each.region) == place and "-service-" in name]
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
