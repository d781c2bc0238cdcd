"""The stop before certificates in zones that nobody finds: when it looks, for which zones, and with whose servers."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from cfngen.cli.delegation import require_delegation
from cfngen.deployment import Instance
from cfngen.environment.config import load_environment
from cfngen.errors import CfngenError
from cfngen.planning.changes import Effect, Group, Impact, ResourceChange
from cfngen.planning.operations import Step

EU = Instance("333333333333", "eu-west-1")
STANDBY = Instance("333333333333", "eu-central-1")
PARAMS = """
project: medapp
domain: app.example.com
bundles: [zone, service]
admin: {account: "111111111111", region: us-east-1}
geographies:
  us: {account: "222222222222", active: us-east-1}
  eu: {account: "333333333333", active: eu-west-1, standby: eu-central-1}
"""


@dataclass
class There:
    """A deployment whose zones have stacks that tell their name servers."""

    environment: Any
    endpoint: str = "https://cloudformation.us-east-1.amazonaws.com"
    read: list[Instance] = field(default_factory=list)

    @property
    def workspace(self) -> Any:
        return SimpleNamespace(environment=self.environment)

    @property
    def aws(self) -> Any:
        return SimpleNamespace(client=lambda service: SimpleNamespace(meta=SimpleNamespace(endpoint_url=self.endpoint)))

    @property
    def stacksets(self) -> Any:
        zones = {Instance("222222222222", "us-east-1"): "us", EU: "eu"}
        instances = {place: SimpleNamespace(stack_id=stack) for place, stack in zones.items()}
        return SimpleNamespace(observe=lambda names: {name: SimpleNamespace(instances=instances) for name in names})

    @property
    def readers(self) -> Any:
        return SimpleNamespace(outputs=self._outputs)

    def _outputs(self, place: Instance, stack: str) -> dict[str, str]:
        self.read.append(place)
        return {"ZoneNameServers": f"ns-1.{stack}.example.net,ns-2.{stack}.example.net"}


@pytest.fixture
def there(tmp_path):
    (tmp_path / "prod.yaml").write_text(PARAMS)
    return There(load_environment(tmp_path, "prod"))


def step(kind: str = "AWS::CertificateManager::Certificate", effect: Effect = Effect.CREATE) -> Step:
    made = Impact("update", resources=(ResourceChange("web", "WebCertificate", kind, effect),))
    return Step("service", "medapp-prod-service", (), 2, groups=(Group((EU, STANDBY), made),))


def test_a_certificate_waits_for_the_zone_of_its_own_geography_alone(there):
    asked: list[str] = []
    with pytest.raises(CfngenError, match=r"enter NS records for eu\.net\.app\.example\.com") as stopped:
        require_delegation(there, step(), lambda zone: asked.append(zone) or ())
    assert asked == ["eu.net.app.example.com"]
    assert "ns-1.eu.example.net, ns-2.eu.example.net" in stopped.value.problems[0].hint
    assert there.read == [EU]


def test_a_delegated_zone_stops_nothing(there):
    require_delegation(there, step(), lambda zone: ("ns-1.eu.example.net",))


@pytest.mark.parametrize("other", [step("AWS::SNS::Topic"), step(effect=Effect.DELETE), step(effect=Effect.IN_PLACE)])
def test_what_makes_no_certificate_looks_nothing_up(there, other):
    require_delegation(there, other, lambda zone: pytest.fail("asked"))


def test_on_an_endpoint_of_this_machine_nothing_is_looked_up(there):
    there.endpoint = "http://127.0.0.1:5757"
    require_delegation(there, step(), lambda zone: pytest.fail("asked"))
