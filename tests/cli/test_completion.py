"""Completion as shells ask for it: the words in variables, the answer on stdout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cfngen.catalog import NAMES, bundle_named
from cfngen.cli.completion import SHELLS
from cfngen.cli.main import COMMANDS
from cfngen.environment.config import load_environment

HOME = Path(__file__).parent.parent.parent
CFNGEN = Path(sys.executable).with_name("cfngen")
HEAVY = {"awacs", "boto3", "botocore", "cfnlint", "moto", "pydantic", "rich", "troposphere"}
LOADED = """
import sys
from cfngen.cli.main import main
try:
    main()
except SystemExit:
    print(*{name.partition(".")[0] for name in sys.modules})
"""
ASKED = [
    "",
    "pl",
    "plan ",
    "plan prod --",
    "params prod ",
    "verify dev ",
    "explain V",
    "explain E9",
    "local ",
    "deploy prod --bundle ",
]


def variables(words, shell="bash"):
    words = ["cfngen", *words.split(" ")]
    last = words[-1] if shell == "fish" else str(len(words) - 1)
    return {"COMP_WORDS": " ".join(words), "COMP_CWORD": last, "_CFNGEN_COMPLETE": f"{shell}_complete"}


def ask(words, shell="bash", folder=HOME):
    done = subprocess.run(
        [CFNGEN],
        cwd=folder,
        env={**os.environ, **variables(words, shell)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout


def completed(words, folder=HOME):
    return [line.partition(",")[2] for line in ask(words, folder=folder).split("\n") if line]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", [*COMMANDS]),
        ("pl", ["plan"]),
        ("plan ", ["dev", "prod"]),
        ("verify dev ", ["prod"]),
        ("plan prod --bundle ", [*NAMES]),
        ("plan prod --format m", ["markdown"]),
        ("params prod eu/", ["eu/eu-west-1", "eu/eu-central-1"]),
        ("params prod edge", ["edge/us-east-1"]),
        ("diagram prod ad", ["admin/us-east-1"]),
        ("params dev edge", []),
        ("diagram prod us/us-w", ["us/us-west-2"]),
        ("explain VpcC", ["VpcCidr"]),
        ("explain netw", ["network"]),
        ("explain E9121", ["E9121"]),
        ("explain VpcCidr --env p", ["prod"]),
        ("completion ", [*SHELLS]),
        ("local ", ["up"]),
        ("params nonsense ", []),
    ],
)
def test_what_is_completed(words, wanted):
    assert completed(words) == wanted


@pytest.mark.parametrize(
    "change",
    [
        ("", ""),
        ("managed: true", "managed: false"),
        ('account: "999999999999"', 'account: "999999999999"\n  managed: false'),
        ('account: "999999999999"', 'account: "111111111111"'),
        ('account: "999999999999"', 'account: "222222222222"'),
        ("bundles: [account, detection, zone, domain, foundation, service, edge]", "bundles: [foundation, service]"),
    ],
)
def test_every_target_of_an_environment_is_completed_and_no_other(tmp_path, change):
    folder = tmp_path / "params"
    folder.mkdir()
    text = (HOME / "params" / "prod.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    (folder / "prod.yaml").write_text(text.replace(*change), encoding="utf-8")
    wanted = set(map(str, load_environment(folder, "prod").every_place))
    assert set(completed("params prod ", folder=tmp_path)) == wanted


def test_a_shell_that_shows_descriptions_says_what_each_bundle_is_for():
    words = ["plan prod --bundle found", "explain foundatio"]
    assert [ask(each, "zsh").splitlines()[2] for each in words] == [bundle_named("foundation").summary] * 2


def test_after_a_command_that_does_not_exist_nothing_goes_wrong():
    assert "Traceback" not in ask("nonsense ")


def test_options_are_completed_too():
    assert "--exit-code" in completed("plan prod --")


def test_environments_come_from_the_folder_that_is_named(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "qa.yaml").write_text("project: x\n")
    assert completed("--params elsewhere plan ", tmp_path) == ["qa"]


@pytest.mark.parametrize("text", ["geographies: [", "", "geographies: 7\n", "\x00"])
def test_a_file_that_is_no_environment_completes_nothing_and_says_nothing(tmp_path, text):
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "prod.yaml").write_text(text)
    assert completed("params prod ", tmp_path) == []


def test_zsh_and_fish_show_what_a_command_does():
    assert f"plain\nplan\n{COMMANDS['plan']}\n" in ask("pla", "zsh")
    assert ask("pla", "fish") == f"plain,plan\t{COMMANDS['plan']}\n"


@pytest.mark.parametrize("words", ASKED)
def test_completing_loads_no_heavy_library(words):
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=HOME,
        env={**os.environ, **variables(words)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert HEAVY & set(done.stdout.splitlines()[-1].split()) == set()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_printed_for_each_shell(shell):
    done = subprocess.run([CFNGEN, "completion", shell], capture_output=True, text=True, check=True, timeout=60)
    assert f"_CFNGEN_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shutil.which(shell)])
def test_a_shell_that_is_here_understands_its_script(shell):
    script = subprocess.run([CFNGEN, "completion", shell], capture_output=True, text=True, check=True).stdout
    done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_completes_with_the_script():
    asked = "COMP_WORDS=(cfngen params prod apac/); COMP_CWORD=3; _cfngen_completion cfngen; echo ${COMPREPLY[@]}"
    done = subprocess.run(
        ["bash", "-c", f"source <(cfngen completion bash); {asked}"],
        cwd=HOME,
        env={**os.environ, "PATH": f"{CFNGEN.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["apac/ap-southeast-1", "apac/ap-northeast-1"]


def test_a_target_that_is_not_there_is_answered_with_all_that_are_the_geographies_first():
    words = [CFNGEN, "params", "prod", "mars/one"]
    done = subprocess.run(words, cwd=HOME, capture_output=True, text=True, timeout=60)
    told = done.stderr.partition("its targets are ")[2].strip().split(", ")
    every = [str(target) for target in load_environment(HOME / "params", "prod").targets]
    assert told == [*every, "edge/us-east-1", "admin/us-east-1"]
