"""The README's rollout is a real one: the plan, the canary that fails, and the run that finishes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cfngen.local.faults import Faults, Stacks
from cfngen.local.server import start
from cfngen.local.settings import Settings
from tests.cli.conftest import ACCOUNTS, ADMIN, Real

README = Path(__file__).parent.parent.parent / "README.md"
SHOWN = re.compile(r"<!-- shown: rollout -->\n```text\n(.*?)```\n<!-- /shown -->", re.DOTALL)
REASON = "Resource handler returned message: The key is pending deletion (Service: Config, Status Code: 400)"
ENVIRONMENT = """
project: medapp
domain: app.example.com
bundles: [detection]
admin: {{account: "111111111111", region: us-east-1}}
rollout: {{canary: us/us-east-1}}
parameters:
  LogRetentionDays: {days}
  ManageConfig: true
  ManageGuardDuty: false
  ManageSecurityHub: false
  ManageInspector: false
  ManageAccessAnalyzer: false
geographies:
  us: {{account: "222222222222", active: us-east-1, standby: us-west-2}}
  eu: {{account: "333333333333", active: eu-west-1}}
"""


class Faulty:
    """A local AWS in which something can be made to go wrong, and one environment in it."""

    def __init__(self, real: Real, faults: list[Faults]) -> None:
        self.real, self.faults = real, faults

    def keeps_logs_for(self, days: int) -> None:
        """Write the environment with another retention."""
        (self.real.params / "prod.yaml").write_text(ENVIRONMENT.format(days=days))

    def prints(self, verb: str, *, code: int = 0) -> str:
        """Run a command; return what it prints, less what differs from run to run."""
        done = self.real.cfngen(verb, "prod")
        assert done.exit_code == code, done.output
        return steady(done.output.replace(str(self.real.params), "params"))


@pytest.fixture
def aws(tmp_path: Path, templates: Path) -> Iterator[Faulty]:
    faults = [Faults()]
    with start(Settings(ADMIN, ACCOUNTS), faults=lambda: faults[0]) as running:
        yield Faulty(Real(running.url, tmp_path, templates), faults)


def test_the_readme_shows_a_real_plan_a_failed_canary_and_the_resume(aws: Faulty) -> None:
    aws.keeps_logs_for(365)
    aws.prints("deploy")
    aws.keeps_logs_for(3653)
    planned = aws.prints("plan")
    aws.faults[0] = Faults(fail=(Stacks(account="222222222222", region="us-east-1", reason=REASON),))
    failed = aws.prints("deploy", code=1)
    aws.faults[0] = Faults()
    resumed = aws.prints("deploy")
    runs = (("plan", planned), ("deploy", only_progress(failed)), ("deploy", resumed))
    shown = "\n".join(f"$ cfngen {verb} prod\n{out}" for verb, out in runs)
    (written,) = SHOWN.findall(README.read_text(encoding="utf-8"))
    assert sorted(written.splitlines()) == sorted(shown.splitlines()), f"the README should show:\n{shown}"


def only_progress(output: str) -> str:
    """Return what is printed after the plan, which is the one shown before."""
    plan, rest = re.split(r"(?<=operations\.\n)", output, maxsplit=1)
    return f"… the plan …\n{rest}" if plan else output


def steady(output: str) -> str:
    """Return an output without what differs from run to run: ids of releases, and what was seen on its way."""
    output = re.sub(r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{12,64}\b", "9f2c41d7…", output)
    return re.sub(r"^.* RUNNING\n", "", output, flags=re.MULTILINE)
