"""Answers from the cache: equal to those without it, and never given for a question that is a little different."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cfngen.answers import _lint_keys, _proofs_key, _reads_no_others, _regions_key, _remembered
from cfngen.cache import Cache
from cfngen.files import template_files

HOME = Path(__file__).parent.parent
COUNT = len(list((HOME / "templates_out").rglob("*.yaml")))
HEAVY = {"awacs", "boto3", "botocore", "cfnlint", "moto", "pydantic", "rich", "troposphere", "xml", "yaml"}
MODULES_AFTER = """
import sys
from cfngen.cli.main import main
try:
    main()
except SystemExit as end:
    print("exit", end.code, *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""
ROOT = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Store:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./store.yaml
      Parameters: {Name: example}
"""
STORE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters: {Name: {Type: String}}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Name}}
"""
FUNCTION = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Robot: {Type: "AWS::Lambda::Function", Properties: {Runtime: python3.13}}
"""
FORMS = ("text", "json", "sarif", "junit")
REGIONS = ("eu-west-1", "us-east-1")
DAY = "2026-11-29"


def cfngen(*words: str, cache: Path, source: Path = HOME, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line of a source tree; what it had imported at its end is the last line of stderr."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(source)}
    return subprocess.run(
        [sys.executable, "-P", "-c", MODULES_AFTER, *words],  # -P: from wherever, the same path of imports
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        **{"cwd": source, **options},
    )


def said(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """Return what a run printed and its exit code."""
    return done.stdout, done.stderr.splitlines()[-1].split()[1]


def loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    return HEAVY & set(done.stderr.splitlines()[-1].split()[2:])


def entries(cache: Path) -> set[str]:
    return {path.name for path in (cache / "cfngen").iterdir()} if (cache / "cfngen").exists() else set()


def tree(home: Path) -> dict[Path, bytes]:
    return {path.relative_to(home): path.read_bytes() for path in home.rglob("*.yaml")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "templates"
    for name, text in {"one/root": ROOT, "one/store": STORE, "two/store": STORE, "two/robot": FUNCTION}.items():
        path = home / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return home


@pytest.fixture
def params(tmp_path: Path) -> Path:
    shutil.copytree(HOME / "params", tmp_path / "params", ignore=shutil.ignore_patterns("prod.yaml"))
    return tmp_path / "params"


# Each command: the same answer with and without a cache, and nothing heavy when it is answered from there.


@pytest.mark.parametrize("words", [["build", "--check"], ["build"]], ids=" ".join)
def test_a_build_of_the_same_sources_is_answered_without_any_library(
    words: list[str], tmp_path: Path, params: Path
) -> None:
    words = ["--params", str(params), *words, "--out", str(tmp_path / "out")]
    shutil.copytree(HOME / "templates_out", tmp_path / "out")
    without = cfngen(*words, "--no-cache", cache=tmp_path)
    assert entries(tmp_path) == set()
    first, second = cfngen(*words, cache=tmp_path), cfngen(*words, cache=tmp_path)
    assert said(without) == said(first) == said(second)
    assert f"{COUNT} templates" in first.stdout
    assert "troposphere" in loaded(first)
    assert loaded(second) == set()


def test_a_cached_build_writes_and_refuses_what_an_uncached_one_does(tmp_path: Path, params: Path) -> None:
    words = ["--params", str(params), "build", "--out"]
    cfngen(*words, str(tmp_path / "warm"), cache=tmp_path)
    shutil.rmtree(tmp_path / "warm")
    cached = cfngen(*words, str(tmp_path / "a"), cache=tmp_path)
    fresh = cfngen(*words, str(tmp_path / "b"), "--no-cache", cache=tmp_path)
    assert (loaded(cached), loaded(fresh) > set()) == (set(), True)
    assert cached.stdout.replace(str(tmp_path / "a"), "") == fresh.stdout.replace(str(tmp_path / "b"), "")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    (tmp_path / "a" / "service" / "web.yaml").write_text("Resources: {}\n")
    checked = cfngen(*words, str(tmp_path / "a"), "--check", cache=tmp_path)
    assert (said(checked)[1], loaded(checked) & {"troposphere"}) == ("1", set())
    assert "web.yaml: differs from its layer" in checked.stderr


def test_a_build_after_a_changed_layer_is_a_new_one(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(HOME / "cfngen", source / "cfngen", ignore=shutil.ignore_patterns("__pycache__"))
    words = ["--params", "none", "build", "--out", "out"]
    cfngen(*words, cache=tmp_path, source=source)
    layer = source / "cfngen" / "layers" / "password_policy.py"
    layer.write_text(layer.read_text().replace('"""', '"""Strict: ', 1))
    changed = cfngen(*words, "--check", cache=tmp_path, source=source)
    assert "password_policy.yaml: differs from its layer" in changed.stderr
    without = cfngen(*words, "--check", "--no-cache", cache=tmp_path, source=source)
    assert changed.stderr.splitlines()[:-1] == without.stderr.splitlines()[:-1]


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A folder that was linted once, its parameters and its cache."""
    home = tmp_path_factory.mktemp("linted")
    for name, text in {"one/root": ROOT, "one/store": STORE, "two/robot": FUNCTION}.items():
        path = home / "templates" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copytree(HOME / "params", home / "params")
    cfngen("--params", str(home / "params"), "lint", "--templates", str(home / "templates"), cache=home)
    return home / "templates", home / "params", home


@pytest.mark.parametrize("form", FORMS)
def test_lint_says_the_same_with_and_without_a_cache(linted: tuple[Path, Path, Path], form: str) -> None:
    templates, params, cache = linted
    words = ["--params", str(params), "lint", "--templates", str(templates), "--format", form]
    with_cache, without = cfngen(*words, cache=cache), cfngen(*words, "--no-cache", cache=cache)
    assert said(with_cache) == said(without)
    assert said(without)[1] == "1"
    assert "W4011" in without.stdout or "E3003" in without.stdout
    assert loaded(with_cache) <= {"xml"}
    assert "cfnlint" in loaded(without)


def test_lint_looks_again_at_what_changed_and_at_what_nests_it_and_at_nothing_else(
    linted: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    _, params, cache = linted
    for name in ("templates", "cfngen"):
        shutil.copytree(cache / name, tmp_path / name)
    words = ["--params", str(params), "lint", "--templates", "templates"]
    before = entries(tmp_path)
    assert loaded(cfngen(*words, cache=tmp_path, cwd=tmp_path)) == set(), "wherever the folder is"
    store = tmp_path / "templates" / "one" / "store.yaml"
    store.write_text(STORE.replace("Name:", "Title:").replace("Name}", "Title}"))
    changed = cfngen(*words, cache=tmp_path, cwd=tmp_path)
    assert "root.yaml" in changed.stdout
    assert "Title" in changed.stdout, "the parent's wiring is broken by its child"
    assert len(entries(tmp_path) - before) == 2
    assert said(changed) == said(cfngen(*words, "--no-cache", cache=tmp_path, cwd=tmp_path))
    store.write_text(STORE)
    assert loaded(cfngen(*words, cache=tmp_path, cwd=tmp_path)) == set(), "as it was before"


@pytest.mark.parametrize("form", FORMS)
def test_verify_says_the_same_with_and_without_a_cache(tmp_path: Path, params: Path, form: str) -> None:
    (params / "dev.yaml").write_text((params / "dev.yaml").read_text().replace("10.64.0.0/16", "10.64.0.0/24"))
    words = ["--params", str(params), "verify", "dev", "--format", form]
    without = cfngen(*words, "--no-cache", cache=tmp_path)
    first, second = cfngen(*words, cache=tmp_path), cfngen(*words, cache=tmp_path)
    assert said(without) == said(first) == said(second)
    assert (loaded(first) >= {"yaml", "pydantic"}, loaded(second) <= {"xml"}) == (True, True)


def test_a_plan_refuses_stale_templates_from_the_cache_as_well(tmp_path: Path) -> None:
    shutil.copytree(HOME / "templates_out", tmp_path / "out")
    (tmp_path / "out" / "service" / "web.yaml").unlink()
    words = ["plan", "prod", "--templates", str(tmp_path / "out")]
    without, first = cfngen(*words, "--no-cache", cache=tmp_path), cfngen(*words, cache=tmp_path)
    second = cfngen(*words, cache=tmp_path)
    assert "web.yaml: is missing" in without.stderr
    assert said(without) == said(first) == said(second)
    assert "troposphere" in loaded(first) - loaded(second)


# Surroundings in which there is no cache, or somebody else's at the same time.


def test_runs_at_the_same_time_share_a_cache_and_say_the_same(tmp_path: Path) -> None:
    words = ["--params", str(HOME / "params"), "build", "--check"]
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: cfngen(*words, cache=tmp_path), range(4)))
    assert {said(run) for run in runs} == {(f"templates_out: {COUNT} templates are current\n", "0")}
    assert len(entries(tmp_path)) == 1


@pytest.mark.parametrize("content", [b"", b"garbage", b"0" * 64 + b"\n{}"], ids=["empty", "garbage", "wrong seal"])
def test_a_broken_entry_is_answered_anew_and_mended(tmp_path: Path, content: bytes) -> None:
    cfngen("build", "--check", cache=tmp_path)
    (entry,) = (tmp_path / "cfngen").iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(content)
    assert said(cfngen("build", "--check", cache=tmp_path)) == (f"templates_out: {COUNT} templates are current\n", "0")
    assert entry.read_bytes() == whole


def test_where_nothing_can_be_kept_it_works_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for cache in (Path("/proc"), Path("/dev/null"), tmp_path / "file"):
        done = cfngen("build", "--check", cache=cache)
        assert said(done) == (f"templates_out: {COUNT} templates are current\n", "0")
        assert len(done.stderr.splitlines()) == 1


def limit_files() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_with_a_full_disk_it_works_without_a_word(tmp_path: Path) -> None:
    done = cfngen("build", "--check", cache=tmp_path, preexec_fn=limit_files)
    assert said(done) == (f"templates_out: {COUNT} templates are current\n", "0")
    assert len(done.stderr.splitlines()) == 1
    assert entries(tmp_path) == set()


# Keys: everything that an answer depends on makes another key.


def keys_of(folder: Path, regions: tuple[str, ...] = REGIONS, today: str = DAY) -> dict[str, str]:
    found = _lint_keys(folder, template_files(folder), regions, today)
    return {path.relative_to(folder).with_suffix("").as_posix(): key for path, key in found.items()}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in after if before.get(name) != after[name]}


@pytest.mark.parametrize(
    ("change", "relinted"),
    [
        pytest.param(lambda f: (f / "two/store.yaml").write_text(ROOT), {"two/store"}, id="its own text"),
        pytest.param(lambda f: (f / "one/store.yaml").write_text(FUNCTION), {"one/root", "one/store"}, id="a child"),
        pytest.param(lambda f: (f / "one/more.yaml").write_text(STORE), {"one/root", "one/more"}, id="a new neighbour"),
        pytest.param(lambda f: (f / "one/store.yaml").rename(f / "one/s.yaml"), {"one/root", "one/s"}, id="a name"),
        pytest.param(lambda f: (f / "one/store.yaml").unlink(), {"one/root"}, id="a child that is gone"),
    ],
)
def test_findings_depend_on_a_template_and_what_it_nests(
    folder: Path, change: Callable[[Path], object], relinted: set[str]
) -> None:
    before = keys_of(folder)
    change(folder)
    assert changed(before, keys_of(folder)) == relinted


@pytest.mark.parametrize("regions", [("us-east-1",), ("us-east-1", "eu-west-1"), (*REGIONS, "us-west-2"), ()])
def test_findings_depend_on_the_regions(folder: Path, regions: tuple[str, ...]) -> None:
    assert changed(keys_of(folder), keys_of(folder, regions)) == {"one/root", "one/store", "two/store", "two/robot"}


def test_findings_about_functions_depend_on_the_day(folder: Path) -> None:
    assert changed(keys_of(folder), keys_of(folder, today="2026-11-30")) == {"two/robot"}


def test_cfn_lint_asks_the_calendar_about_runtimes_only() -> None:
    import cfnlint

    rules = Path(cfnlint.__file__).parent / "rules"
    asking = {path.name for path in rules.rglob("*.py") if re.search(r"\.(today|now|utcnow|time)\(", path.read_text())}
    assert asking == {"_rule.py", *(f"DeprecatedRuntime{what}.py" for what in ("Create", "Eol", "Update"))}


def test_findings_depend_on_schemas_that_cfn_lint_has_downloaded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    before = keys_of(folder)
    schemas = tmp_path / "caches" / "aws" / "cfn-lint" / "schemas"
    schemas.mkdir(parents=True)
    (schemas / "version.json").write_text('{"schema_date": "2026-12-01"}')
    downloaded = keys_of(folder)
    assert changed(before, downloaded) == set(before)
    os.utime(schemas / "version.json", ns=(7, 7))
    assert changed(downloaded, keys_of(folder)) == set(before)


def test_findings_do_not_depend_on_where_the_folder_is(folder: Path, tmp_path: Path) -> None:
    before = keys_of(folder)
    assert keys_of(folder.rename(tmp_path / "elsewhere")) == before


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param(ROOT, True, id="a neighbour"),
        pytest.param(ROOT.replace("./store", "../two/store"), False, id="another folder's"),
        pytest.param(ROOT.replace("./store.yaml", "./store.txt"), False, id="no template by its name"),
        pytest.param(ROOT.replace("./store", "./gone"), False, id="what is not there"),
        pytest.param(ROOT.replace("./store.yaml", "/etc/hosts"), False, id="an absolute path"),
        pytest.param(ROOT.replace("TemplateURL", '"Template\\x55RL"'), False, id="in disguise"),
        pytest.param(ROOT.replace("./store.yaml", "https://example.com/store.yaml"), True, id="an address"),
        pytest.param("Resources: [", False, id="nobody can tell"),
    ],
)
def test_findings_are_kept_only_where_the_key_has_all_that_is_nested(folder: Path, text: str, kept: bool) -> None:
    root = folder / "one" / "root.yaml"
    root.write_text(text)
    assert _reads_no_others(root, template_files(folder)) is kept


def test_a_template_that_cannot_be_read_has_no_key(folder: Path) -> None:
    (folder / "two" / "gone.yaml").symlink_to("nowhere.yaml")
    assert "two/gone" not in keys_of(folder)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda p: (p / "dev.yaml").write_text((p / "dev.yaml").read_text() + "# \n"), id="content"),
        pytest.param(lambda p: (p / "dev.yaml").rename(p / "qa.yaml"), id="name"),
        pytest.param(lambda p: shutil.copy(p / "dev.yaml", p / "qa.yaml"), id="one more"),
    ],
)
def test_regions_and_proofs_depend_on_every_environment_file(
    params: Path, folder: Path, change: Callable[[Path], object]
) -> None:
    before = (_regions_key(params), _proofs_key(params, (), folder))
    change(params)
    after = (_regions_key(params), _proofs_key(params, (), folder))
    assert all(before)
    assert all(after)
    assert not set(before) & set(after)


def test_proofs_depend_on_the_environments_the_templates_and_the_names_of_folders(
    params: Path, folder: Path, tmp_path: Path
) -> None:
    seen = [_proofs_key(params, names, folder) for names in ((), ("dev",), ("prod",), ("dev", "prod"), ("prod", "dev"))]
    (folder / "one" / "store.yaml").write_text(STORE + "# \n")
    seen.append(_proofs_key(params, (), folder))
    (folder / "one" / "store.yaml").rename(folder / "one" / "shop.yaml")
    seen.append(_proofs_key(params, (), folder))
    seen.append(_proofs_key(params, (), folder.rename(tmp_path / "elsewhere")))
    seen.append(_proofs_key(params.rename(tmp_path / "others"), (), tmp_path / "elsewhere"))
    assert None not in seen[:-1]
    assert len(set(seen)) == len(seen)


def test_what_cannot_be_read_has_no_key(params: Path, folder: Path, tmp_path: Path) -> None:
    os.mkfifo(params / "pipe.yaml")
    assert _regions_key(params) is None
    assert _proofs_key(params, (), folder) is None
    assert _regions_key(tmp_path / "nowhere") is None


def test_what_changes_while_an_answer_is_found_is_not_kept(tmp_path: Path) -> None:
    file, cache = tmp_path / "file", Cache(tmp_path / "cache")
    file.write_text("old")

    def find() -> str:
        file.write_text("new")
        return "about the new one"

    assert _remembered(cache, file.read_text, find) == "about the new one"
    assert cache.read("old") is cache.read("new") is None
    assert _remembered(cache, file.read_text, lambda: "again") == "again"
    assert json.loads((tmp_path / "cache" / "new").read_text().partition("\n")[2]) == "again"


def test_without_a_key_an_answer_is_found_every_time(tmp_path: Path) -> None:
    answers = iter([1, 2])
    found = [_remembered(Cache(tmp_path), lambda: None, lambda: next(answers)) for _ in range(2)]
    assert (found, list(tmp_path.iterdir())) == ([1, 2], [])
