from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from troposphere import Ref, logs

from cfngen.parts.user_data import boot

LIMIT_BYTES = 16 * 1024
"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"""


@pytest.fixture(scope="module")
def subs():
    data = boot("IsWindows", "WebFleet", logs.LogGroup("WebLogs"), {"APP_URL": Ref("AppUrl")}).to_dict()
    condition, windows, linux = data["Fn::Base64"]["Fn::If"]
    assert condition == "IsWindows"
    return {"windows": windows["Fn::Sub"], "linux": linux["Fn::Sub"]}


def scripts(subs):
    """Return each script as an instance sees it, with a sample for every variable."""
    return {system: re.sub(r"\$\{([\w:]+)\}", r"sample", text) for system, (text, _) in subs.items()}


def agent_configuration(script):
    (text,) = re.findall(r"^\{\"metrics\".*?\n(?=END|'@)", script, flags=re.DOTALL | re.MULTILINE)
    return json.loads(text)


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_every_variable_of_a_script_has_a_value_and_every_value_is_used(subs, system):
    text, values = subs[system]
    used = {name for name in re.findall(r"\$\{([\w:]+)\}", text) if not name.startswith("AWS::")}

    assert used == set(values)


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_a_script_fits_user_data(subs, system):
    assert len(scripts(subs)[system].encode()) < LIMIT_BYTES / 2


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_cloudformation_hears_how_the_boot_ended_for_the_fleet_in_this_stack(subs, system):
    text, values = subs[system]

    assert values["Fleet"] == "WebFleet"
    assert re.search(
        r"cfn-signal(\.exe)? --exit-code \S+ --stack '\$\{AWS::StackName\}' --resource '\$\{Fleet\}' "
        r"--region '\$\{AWS::Region\}'",
        text,
    )


def test_windows_reports_a_failure_unless_everything_succeeded(subs):
    script = scripts(subs)["windows"]
    order = [
        script.index(part) for part in ("$result = 1", "try {", "$result = 0", "} catch", "} finally", "cfn-signal")
    ]

    assert order == sorted(order)
    assert "$ErrorActionPreference = 'Stop'" in script


def test_linux_reports_the_status_with_which_it_ends(subs):
    script = scripts(subs)["linux"]

    assert script.startswith("#!/bin/bash\nset -euo pipefail\n")
    assert script.index("trap 'signal $?' EXIT") < script.index("dnf install")


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_health_is_checked_on_the_instance_before_it_reports_success(subs, system):
    assert "http://localhost/health" in scripts(subs)[system]


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_logs_go_to_the_fleets_group_in_streams_by_instance(subs, system):
    collected = json.dumps(agent_configuration(scripts(subs)[system])["logs"])

    assert set(re.findall(r'"log_group_name": "(\w+)"', collected)) == {"sample"}
    assert all(stream.startswith("{instance_id}/") for stream in re.findall(r'"log_stream_name": "([^"]+)"', collected))
    assert subs[system][1]["LogGroup"] == {"Ref": "WebLogs"}


def test_the_application_finds_its_variables_in_the_machines_environment(subs):
    assert "SetEnvironmentVariable('APP_URL', '${APP_URL}', 'Machine')" in subs["windows"][0]
    assert "\nAPP_URL=${APP_URL}\nEND\n" in subs["linux"][0]


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash on this machine")
def test_bash_can_parse_the_linux_script(subs):
    done = subprocess.run(["bash", "-n"], input=scripts(subs)["linux"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_windows_ends_its_here_string_at_the_start_of_a_line_and_closes_what_it_opens(subs):
    script = scripts(subs)["windows"]

    assert re.findall(r"@'$", script, flags=re.MULTILINE) == ["@'"]
    assert re.findall(r"^'@$", script, flags=re.MULTILINE) == ["'@"]
    assert all(script.count(opening) == script.count(closing) for opening, closing in ("{}", "()", "[]"))
    assert script.startswith("<powershell>\n")
    assert script.endswith("</powershell>\n")
