"""The cache: content-addressed, whole or not there, bounded, and never a reason to fail."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cfngen.cache import OFF, Cache, digest, program, user_cache

KEY = digest("something")
FULL = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))
from cfngen.cache import Cache
cache = Cache(Path(sys.argv[1]))
cache.write({"key": "x" * 1000})
print(cache.read("key"), [path.name for path in Path(sys.argv[1]).iterdir()])
"""


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache" / "cfngen")


def entry(cache: Cache) -> Path:
    assert cache.folder
    return cache.folder / KEY


@pytest.mark.parametrize("value", [[], {}, "", 0, ["a", {"b": [1, None]}], "zwölf \udcff"])
def test_what_is_kept_is_found_again(cache: Cache, value: object) -> None:
    cache.write({KEY: value})
    assert cache.read(KEY) == value


def test_what_nobody_kept_is_not_found(cache: Cache) -> None:
    assert cache.read(KEY) is None


def test_without_a_cache_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    OFF.write({KEY: 1})
    assert OFF.read(KEY) is None
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_may_read_the_folder(cache: Cache) -> None:
    cache.write({KEY: 1})
    assert cache.folder
    assert cache.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda whole: whole[:-1], id="truncated"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="half"),
        pytest.param(lambda whole: b"", id="empty"),
        pytest.param(lambda whole: whole.replace(b"good", b"evil"), id="another value"),
        pytest.param(lambda whole: b"\0" * len(whole), id="zeroes, as after a crash"),
        pytest.param(lambda whole: whole.partition(b"\n")[2], id="no seal"),
        pytest.param(lambda whole: whole + b" ", id="longer"),
    ],
)
def test_a_broken_entry_is_ignored_and_written_anew(cache: Cache, broken) -> None:
    cache.write({KEY: ["good"]})
    entry(cache).write_bytes(broken(entry(cache).read_bytes()))
    assert cache.read(KEY) is None
    cache.write({KEY: ["good"]})
    assert cache.read(KEY) == ["good"]


def test_an_entry_that_is_sealed_but_no_json_is_ignored(cache: Cache) -> None:
    cache.write({KEY: 1})
    from hashlib import sha256

    entry(cache).write_bytes(sha256(b"no json").hexdigest().encode() + b"\nno json")
    assert cache.read(KEY) is None


def test_a_folder_in_an_entrys_place_harms_nothing(cache: Cache) -> None:
    entry(cache).mkdir(parents=True)
    cache.write({KEY: 1})
    assert cache.read(KEY) is None


@pytest.mark.parametrize("home", ["/proc", "/dev/null"])
def test_a_folder_that_cannot_be_made_means_no_cache(home: str) -> None:
    cache = Cache(Path(home, "cfngen"))
    cache.write({KEY: 1})
    assert cache.read(KEY) is None


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    words = [sys.executable, "-c", FULL, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "None []\n"


def test_the_oldest_entries_go_when_there_are_too_many(tmp_path: Path) -> None:
    cache = Cache(tmp_path, most_bytes=3 * 4096)
    for number in range(5):
        cache.write({str(number): number})
        os.utime(tmp_path / str(number), ns=(number, number))
    cache.write({"last": "last"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3", "4", "last"]


def test_what_a_killed_run_left_goes_too(tmp_path: Path) -> None:
    (tmp_path / "tmpabandoned").write_text("half")
    os.utime(tmp_path / "tmpabandoned", ns=(1, 1))
    Cache(tmp_path, most_bytes=4096).write({KEY: 1})
    assert [path.name for path in tmp_path.iterdir()] == [KEY]


def write_often(folder: Path, letter: str) -> None:
    for _ in range(60):
        Cache(folder, most_bytes=300_000).write({KEY: letter * 100_000, digest(letter): letter})


def test_runs_at_the_same_time_see_whole_entries_only(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_often, args=(tmp_path, letter)) for letter in "abc"]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        seen.add(Cache(tmp_path).read(KEY))
    for writer in writers:
        writer.join()
    assert {writer.exitcode for writer in writers} == {0}
    assert seen <= {None, *(letter * 100_000 for letter in "abc")}
    assert Cache(tmp_path).read(KEY) in {letter * 100_000 for letter in "abc"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("tmp")] == []


def test_the_cache_is_where_the_user_keeps_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert user_cache() == Cache(tmp_path / "xdg" / "cfngen")
    monkeypatch.setenv("HOME", str(tmp_path))
    for none in ("", "relative/is/ignored"):
        monkeypatch.setenv("XDG_CACHE_HOME", none)
        assert user_cache() == Cache(tmp_path / ".cache" / "cfngen")


@pytest.mark.parametrize("mode", [0o777, 0o720, 0o702])
def test_a_cache_that_somebody_else_may_write_to_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "cfngen").mkdir()
    assert user_cache() != OFF
    (tmp_path / "cfngen").chmod(mode)
    assert user_cache() == OFF


def test_parts_are_told_apart() -> None:
    told = [digest(*parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("1:a",), ("a", "1:"), ())]
    assert len(set(told)) == len(told)


def state(sources: Path) -> str:
    """What `program` says now; within a run it is asked once."""
    return str(program.__wrapped__(sources))


def test_every_source_file_counts_by_name_and_content(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    seen = [state(tmp_path)]
    for change in (
        lambda: (tmp_path / "a.py").write_text("1"),
        lambda: (tmp_path / "a.py").write_text("2"),
        lambda: (tmp_path / "rules" / "access.yaml").write_text("2"),
        lambda: (tmp_path / "a.py").rename(tmp_path / "b.py"),
        lambda: (tmp_path / "b.py").rename(tmp_path / "rules" / "b.py"),
        lambda: (tmp_path / "rules" / "b.py").unlink(),
    ):
        change()
        seen.append(state(tmp_path))
    assert len(set(seen)) == len(seen)


def test_compiled_python_and_what_cannot_be_read_do_not_count(tmp_path: Path) -> None:
    before = state(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("1")
    (tmp_path / ".#a.py").symlink_to("nobody@nowhere")
    assert state(tmp_path) == before


def test_an_installed_package_counts_by_version_and_by_when_it_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries, sources = tmp_path / "libraries", tmp_path / "sources"
    sources.mkdir()
    package = libraries / "troposphere-4.11.1.dist-info"
    package.mkdir(parents=True)
    monkeypatch.syspath_prepend(libraries)
    seen = [state(sources)]
    package = package.rename(libraries / "troposphere-4.11.2.dist-info")
    seen.append(state(sources))
    os.utime(package, ns=(5, 5))
    seen.append(state(sources))
    package.rmdir()
    seen.append(state(sources))
    assert len(set(seen)) == 4


def test_another_python_is_another_program() -> None:
    line = "import sys; {}from cfngen.cache import program; print(program())"
    said = [
        subprocess.run([sys.executable, "-c", line.format(first)], capture_output=True, text=True, check=True).stdout
        for first in ("", "", "sys.version = '4'; ", "sys.path.append('/elsewhere'); ")
    ]
    assert said[0] == said[1]
    assert len(set(said)) == 3


def test_an_entry_is_small_and_readable(cache: Cache) -> None:
    cache.write({KEY: {"a": 1}})
    seal, _, content = entry(cache).read_text().partition("\n")
    assert (len(seal), json.loads(content)) == (64, {"a": 1})
