"""`cfngen init` as a person or a script runs it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cfngen.environment.config import load_environment

FLAGS = {
    "--project": "medapp",
    "--domain": "app.example.com",
    "--admin-account": "111111111111",
    "--geography": "us:222222222222:us-east-1",
}
WORDS = [word for pair in FLAGS.items() for word in pair]


def init(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cfngen", "init", *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_flags_make_an_environment_and_the_folder_for_it(tmp_path):
    done = init(tmp_path, "prod", *WORDS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "wrote params/prod.yaml"
    assert load_environment(tmp_path / "params", "prod").project == "medapp"
    assert [path.name for path in (tmp_path / "params").iterdir()] == ["prod.yaml"]


@pytest.mark.parametrize("left_out", FLAGS)
def test_without_a_terminal_a_missing_flag_is_named(tmp_path, left_out):
    words = [word for pair in FLAGS.items() if pair[0] != left_out for word in pair]
    done = init(tmp_path, "prod", *words)
    assert done.returncode == 1
    assert f"{left_out}: is missing" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_terminal_all_missing_flags_are_named_at_once(tmp_path):
    done = init(tmp_path, "prod")
    assert done.returncode == 1
    assert [flag for flag in FLAGS if f"{flag}: is missing" not in done.stderr] == []


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    file = tmp_path / "params" / "prod.yaml"
    file.parent.mkdir()
    file.write_text("mine")
    done = init(tmp_path, "prod", *WORDS)
    assert done.returncode == 1
    assert done.stderr.startswith("params/prod.yaml: is already there")
    assert file.read_text() == "mine"


def test_of_two_at_once_one_writes_and_the_other_says_so(tmp_path):
    words = [sys.executable, "-m", "cfngen", "init", "prod", *WORDS]
    both = [
        subprocess.Popen(words, cwd=tmp_path, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [each.communicate(timeout=60)[1].decode() for each in both]
    assert sorted(each.returncode for each in both) == [0, 1]
    assert "is already there" in "".join(said)


def test_wrong_answers_are_all_named_by_their_flags_and_nothing_is_written(tmp_path):
    done = init(
        tmp_path,
        "prod",
        "--project",
        "M",
        "--domain",
        "nowhere",
        "--admin-account",
        "1",
        "--geography",
        "us:2:us-east-9",
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    wanted = ["--project: M ", "--domain: nowhere ", "--admin-account: ", "--geography us.account: ", "us-east-9"]
    assert [words for words in wanted if words not in done.stderr] == []
    assert list((tmp_path / "params").iterdir()) == []


def test_an_account_that_is_too_short_is_told_in_words_of_the_command_line(tmp_path):
    done = init(tmp_path, "prod", *WORDS, "--edge-account", "9")
    assert done.returncode == 1
    assert done.stderr == (
        "--edge-account: the account id 9 has 1 digit instead of 12\n"
        "  hint: write all 12 digits: a leading zero may have been lost\n"
    )


def test_of_a_wrong_geography_nothing_is_said_of_what_follows_from_it(tmp_path):
    done = init(tmp_path, "prod", *WORDS[:-1], "mars:1:2")
    assert done.returncode == 1
    assert done.stderr == (
        "--geography mars: mars is not a geography\n  hint: templates have a place for us, eu or apac, and no other\n"
    )


def test_a_region_of_the_admin_account_that_was_typed_is_told_beside_a_wrong_geography(tmp_path):
    done = init(tmp_path, "prod", *WORDS[:-1], "us:222222222222:us-east-9", "--admin-region", "us-east-8")
    assert "--admin-region: us-east-8 is not a region" in done.stderr
    assert "--geography us.active: us-east-9 is not a region" in done.stderr


def test_a_standby_that_is_the_active_region_is_to_be_left_out_and_no_line_removed(tmp_path):
    done = init(tmp_path, "prod", *WORDS[:-1], "us:222222222222:us-east-1:us-east-1")
    assert "hint: choose another region of us, or leave it out to have no standby" in done.stderr


@pytest.mark.parametrize("written", ["us", "us:222222222222", "us:a:b:c:d", ""])
def test_a_geography_that_is_not_written_as_one_is_refused_with_an_example(tmp_path, written):
    done = init(tmp_path, "prod", *WORDS[:-1], written)
    assert done.returncode == 1
    assert "--geography" in done.stderr
    assert "SLOT:ACCOUNT:ACTIVE" in done.stderr or "is missing" in done.stderr


def test_a_name_that_no_environment_can_have_is_refused(tmp_path):
    done = init(tmp_path, "Production", *WORDS)
    assert done.returncode == 1
    assert "cannot be the name of an environment" in done.stderr


def test_a_name_that_cannot_be_is_refused_before_anything_is_asked_or_missed(tmp_path):
    done = init(tmp_path, "Bad Name")
    assert done.returncode == 1
    assert "cannot be the name of an environment" in done.stderr
    assert "is missing" not in done.stderr


def interviewed(folder, *answers):
    """Return the exit code and both outputs of `cfngen init prod` on a terminal where somebody answers."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "cfngen", "init", "prod"],
        cwd=folder,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(theirs)
    writer = threading.Thread(target=os.write, args=(ours, "".join(f"{each}\n" for each in answers).encode()))
    writer.start()
    out, err = done.communicate(timeout=60)
    writer.join()
    os.close(ours)
    return done.returncode, out, err


def test_on_a_terminal_it_asks_and_asks_again(tmp_path):
    domains = ["foo", f"{'a' * 40}.example.com", "app.example.com"]
    answers = ["M", "medapp", *domains, "oops", "111111111111", "222222222222", "", "us-west-2"]
    code, out, err = interviewed(tmp_path, *answers, "", "", "", "")
    assert code == 0, err
    assert "Error: M is not 2 to 16 lower-case letters, digits and hyphens\n" in err
    assert "Error: foo is not a domain, such as app.example.com\n" in err
    assert "has 52 characters, and at most 48 fit" in err
    assert "Error: oops is not 12 digits\n" in err
    assert "Region of the account that holds the stack sets [us-east-1]: " in err
    assert "Account of the public zone and CloudFront (empty: none): " in err
    assert "wrote params/prod.yaml" in out
    found = load_environment(tmp_path / "params", "prod")
    assert list(map(str, found.targets)) == ["us/us-east-1", "us/us-west-2"]


def test_an_account_that_another_geography_has_is_asked_for_again(tmp_path):
    us = ["222222222222", "", ""]
    eu = ["222222222222", "333333333333", "", ""]
    code, _, err = interviewed(tmp_path, "medapp", "app.example.com", "111111111111", *us, *eu, "", "", "")
    assert code == 0, err
    assert "Error: 222222222222 is already the account of us: each geography has one of its own" in err
    found = load_environment(tmp_path / "params", "prod")
    assert [each.account for each in found.geographies.values()] == ["222222222222", "333333333333"]


def test_the_admin_and_the_edge_account_may_be_a_geographys(tmp_path):
    same = "222222222222"
    code, _, err = interviewed(tmp_path, "medapp", "app.example.com", same, same, "", "", "", "", "", same)
    assert (code, err.count("Error")) == (0, 0), err
    assert load_environment(tmp_path / "params", "prod").accounts == (same,)


def test_without_any_geography_it_asks_for_them_again(tmp_path):
    none, us = ["", "", ""], ["222222222222", "", "", "", ""]
    code, _, err = interviewed(tmp_path, "medapp", "app.example.com", "111111111111", *none, *us, "", "")
    assert code == 0, err
    assert "Error: an environment has at least one geography: give us, eu or apac an account" in err
