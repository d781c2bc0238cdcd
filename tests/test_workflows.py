"""The workflows and hooks that users get: their form, what they may do, and that their commands work."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from cfngen.environment.config import environment_names, load_environments
from cfngen.names import deploy_role, plan_role
from tests.test_hints import wrong

HOME = Path(__file__).parent.parent
WORKFLOWS = {path.stem: path for path in sorted(HOME.glob(".github/workflows/*.yml"))}
BODIES = {name: yaml.safe_load(path.read_text(encoding="utf-8")) for name, path in WORKFLOWS.items()}
JOBS = {f"{name}.{job}": body for name, workflow in BODIES.items() for job, body in workflow["jobs"].items()}
HOOKS = yaml.safe_load((HOME / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent
OFFLINE = ("build", "verify")
"""Commands that a test runs as they stand; `lint` is slow, so it runs once, for its SARIF."""


def steps(job):
    return JOBS[job]["steps"]


def runs(job):
    return [step["run"] for step in steps(job) if "run" in step]


COMMANDS = sorted({line for job in JOBS for line in runs(job) if line.startswith("cfngen ")})
ALL_RUNS = [line for job in JOBS for run in runs(job) for line in run.splitlines()]


def shell(line, folder, **variables):
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def checkout(tmp_path):
    """A folder like a checkout with one environment, so that one region is linted, in which a command may write."""
    (tmp_path / "templates_out").symlink_to(HOME / "templates_out")
    (tmp_path / "params").mkdir()
    for name in ("dev.yaml", "schema.json"):
        shutil.copy(HOME / "params" / name, tmp_path / "params")
    return tmp_path


def test_the_workflows_keep_to_github_s_schema():
    words = ["--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS.values())]
    done = subprocess.run([BIN / "check-jsonschema", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_a_workflow_beside_the_schema_would_be_refused(tmp_path):
    broken = tmp_path / "broken.yml"
    broken.write_text("on: push\njobs: {a: {runs-on: x, step: []}}\n")
    words = ["--builtin-schema", "vendor.github-workflows", broken]
    assert subprocess.run([BIN / "check-jsonschema", *words], capture_output=True, timeout=60).returncode == 1


@pytest.mark.parametrize("job", JOBS)
def test_every_job_ends_by_itself(job):
    assert JOBS[job]["timeout-minutes"] > 0


@pytest.mark.parametrize("job", JOBS)
def test_actions_are_pinned_to_a_commit(job):
    used = [step["uses"] for step in steps(job) if "uses" in step]
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []


@pytest.mark.parametrize("name", BODIES)
def test_a_workflow_may_only_read_unless_a_job_says_more(name):
    assert BODIES[name]["permissions"] == {"contents": "read"}


def test_only_jobs_that_enter_a_role_get_a_token_for_it():
    entering = {job for job in JOBS if any("role-to-assume" in step.get("with", {}) for step in steps(job))}
    assert entering == {"plan.plan", "deploy.plan", "deploy.deploy"}
    assert {job for job in JOBS if JOBS[job].get("permissions", {}).get("id-token") == "write"} == entering


def test_nothing_that_others_can_write_is_spelt_into_a_script():
    assert [line for line in ALL_RUNS if "${{" in line] == []


@pytest.mark.parametrize(
    ("job", "role"), [("plan.plan", plan_role), ("deploy.plan", plan_role), ("deploy.deploy", deploy_role)]
)
def test_a_job_enters_the_role_that_the_layer_makes_for_it(job, role):
    (arn,) = [step["with"]["role-to-assume"] for step in steps(job) if "role-to-assume" in step.get("with", {})]
    wanted = role("${{ vars.PROJECT }}", "${{ matrix.environment }}")
    assert arn == "arn:aws:iam::${{ vars.ADMIN_ACCOUNT }}:role/" + wanted


def test_only_deployment_changes_anything_and_it_waits_for_its_github_environment():
    deploying = {job for job in JOBS if any(" deploy " in line for line in runs(job))}
    assert deploying == {"deploy.deploy"}
    assert JOBS["deploy.deploy"]["environment"] == "${{ matrix.environment }}"
    assert JOBS["deploy.deploy"]["needs"] == "plan"
    assert JOBS["deploy.deploy"]["strategy"]["max-parallel"] == 1


@pytest.mark.parametrize("job", [job for job in JOBS if "strategy" in JOBS[job]])
def test_the_environments_are_those_of_params(job):
    assert JOBS[job]["strategy"]["matrix"]["environment"] == [*environment_names(HOME / "params")]


def test_the_plan_of_a_pull_request_becomes_a_comment():
    assert "cfngen plan" in " ".join(runs("plan.plan"))
    assert JOBS["plan.plan"]["permissions"]["pull-requests"] == "write"
    assert "body=@comment.md" in runs("plan.plan")[-1]


def test_lint_verify_policies_and_tests_judge_every_pull_request():
    assert set(BODIES["check"]["jobs"]) == {"lint", "verify", "policy", "test", "demo"}
    assert "pull_request" in BODIES["check"][True]  # YAML 1.1 reads `on` as true


def test_the_site_is_built_strictly_on_every_pull_request():
    assert {"python scripts/docs.py --check", "mkdocs build --strict"} <= set(runs("check.lint"))


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_a_workflow_exists_with_these_options(line):
    assert wrong(shlex.split(re.split(r"\s>", line)[0])) == []


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.split()[1] in OFFLINE and ">" not in line])
def test_an_offline_command_of_a_workflow_passes(line, checkout):
    done = shell(line, checkout)
    assert done.returncode == 0, done.stderr + done.stdout


def test_lint_writes_sarif_and_verify_writes_junit(checkout):
    for job in ("check.lint", "check.verify"):
        (line,) = [line for line in runs(job) if ">" in line]
        assert shell(line, checkout).returncode == 0
    assert json.loads((checkout / "lint.sarif").read_text())["version"] == "2.1.0"
    assert int(ET.parse(checkout / "verify.xml").getroot().attrib["tests"]) > 3


def test_every_script_is_one_that_bash_understands():
    for job in JOBS:
        for script in runs(job):
            assert subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True).stderr == ""


def test_the_comment_is_made_once_and_rewritten_afterwards(tmp_path):
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text('#!/bin/sh\necho "$@" >> calls\ncase "$*" in *--jq*) cat old 2>/dev/null;; esac\nexit 0\n')
    gh.chmod(0o755)
    (tmp_path / "plan.md").write_text("# Plan\n")
    told = {"GITHUB_REPOSITORY": "acme/infra", "NUMBER": "7", "ENVIRONMENT": "dev", "GH_TOKEN": "x"}
    path = {"PATH": f"{gh.parent}:{os.environ['PATH']}"}
    script = runs("plan.plan")[-1]
    assert shell(script, tmp_path, **told, **path).returncode == 0
    (tmp_path / "old").write_text("42\n")
    assert shell(script, tmp_path, **told, **path).returncode == 0
    calls = [line for line in (tmp_path / "calls").read_text().splitlines() if "--jq" not in line]
    assert calls == [
        "api repos/acme/infra/issues/7/comments --field body=@comment.md",
        "api repos/acme/infra/issues/comments/42 --method PATCH --field body=@comment.md",
    ]
    assert (tmp_path / "comment.md").read_text() == "<!-- cfngen plan dev -->\n# Plan\n"


def test_the_policy_job_waits_for_an_organization_s_own_judge(tmp_path):
    *_, judges, script = runs("check.policy")
    assert judges == "make policy"
    assert "is not there yet" in shell(script, tmp_path).stdout
    judge = tmp_path / "policies" / "judge"
    judge.parent.mkdir()
    judge.write_text("#!/bin/sh\nexit 1\n")
    judge.chmod(0o755)
    assert shell(script, tmp_path).returncode == 1


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_of_pre_commit_runs_a_command_that_exists(hook):
    assert set(hook) == {"id", "name", "entry", "language", "files", "pass_filenames"}
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    assert wrong(shlex.split(hook["entry"])) == []
    assert re.search(hook["files"], "params/prod.yaml")


def test_the_hooks_are_build_lint_and_verify():
    assert [hook["entry"] for hook in HOOKS] == ["cfngen build --check", "cfngen lint", "cfngen verify"]


def test_one_admin_account_and_project_serve_all_environments_of_the_workflows():
    known = {(each.admin.account, each.project) for each in load_environments(HOME / "params")}
    assert len(known) == 1
