from __future__ import annotations

import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfngen.environment.document import MOST_BYTES, Scalar, dotted, read_document, unreadable
from cfngen.errors import CfngenError, Where


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "prod.yaml"

    def read(content):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_document(path)

    return read


@pytest.fixture
def refused(read):
    """Read what must be refused; return the problems as (line, path, what, hint)."""

    def refused(content):
        with pytest.raises(CfngenError) as caught:
            read(content)
        assert all(problem.where.file.endswith("prod.yaml") and problem.hint for problem in caught.value.problems)
        return [(each.where.line, each.where.path, each.what, each.hint) for each in caught.value.problems]

    return refused


def test_a_document_is_plain_data(read):
    document = read("a: 1\nb: [x, 1.5, true, null]\nc: {d: 'yes', e: 2024-01-01}\n")
    assert document.data == {"a": 1, "b": ["x", 1.5, True, None], "c": {"d": "yes", "e": "2024-01-01"}}


def test_a_value_is_on_the_line_of_its_key(read):
    document = read("# why\na:\n  b:\n    - x\n    - y\n")
    assert [document.line(place) for place in [(), ("a",), ("a", "b"), ("a", "b", 1)]] == [2, 2, 3, 5]


def test_a_place_that_is_not_there_has_the_line_of_what_is_around_it(read):
    assert read("a:\n  b: 1\n").where("a", "c", 0) == Where(read("a:\n  b: 1\n").file, 1, "a.c[0]")


@pytest.mark.parametrize("text", ["yes", "1.10", "08", "0777", "0x1F", "1_000", "12:30:45", "null", "~", "2024-01-01"])
def test_the_text_of_a_value_is_kept_as_written(read, text):
    assert read(f"a: {text}\n").scalars[("a",)] == Scalar(text, quoted=False)


@pytest.mark.parametrize("written", ["'012'", '"012"', "|-\n  012", ">-\n  012"])
def test_quotes_and_blocks_make_text(read, written):
    document = read(f"a: {written}\n")
    assert (document.data["a"], document.scalars[("a",)].quoted) == ("012", True)


@pytest.mark.parametrize("text", ["-0b_", "0x_", "9" * 5000])
def test_a_number_that_nobody_can_read_stays_text(read, text):
    assert read(f"a: {text}\n").data == {"a": text}


def test_an_account_id_without_quotes_would_be_another_number(read):
    assert read("a: 012345670123\n").data == {"a": 1402433619}


def test_a_byte_order_mark_is_ignored(read):
    assert read(b"\xef\xbb\xbfa: x\r\nb: y\r\n").data == {"a": "x", "b": "y"}


def test_at_finds_a_value_or_nothing(read):
    document = read("a: {b: [x]}\n")
    assert (document.at("a", "b"), document.at("a", "c"), document.at("a", "b", "x")) == (["x"], None, None)
    assert (document.text("a"), document.text("a", "b")) == (None, None)


def test_a_strange_key_is_shown_on_one_line():
    assert dotted(("a", "b\n" * 90, 3)) == f"a.{('b' + chr(10)) * 30 + '…'!r}[3]"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CfngenError, match=r"nope\.yaml: there is no such file\n  hint: check the name and the folder"):
        read_document(tmp_path / "nope.yaml")


def test_a_directory_is_refused(tmp_path):
    (tmp_path / "prod.yaml").mkdir()
    with pytest.raises(CfngenError, match=r"prod\.yaml: is a directory, not a file\n  hint: put the file in its place"):
        read_document(tmp_path / "prod.yaml")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "prod.yaml")
    with pytest.raises(CfngenError, match=r"prod\.yaml: is not a regular file"):
        read_document(tmp_path / "prod.yaml")


def test_a_file_without_permission_is_refused_with_the_command_that_gives_it(tmp_path):
    problem = unreadable(tmp_path / "prod.yaml", PermissionError(13, "Permission denied"))
    assert (problem.what, problem.hint) == ("may not be read by you", f"chmod u+r {tmp_path / 'prod.yaml'}")


def test_any_other_trouble_with_a_file_is_told_in_the_systems_words(tmp_path):
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    with pytest.raises(CfngenError, match=r"loop\.yaml: cannot be read: Too many levels of symbolic links"):
        read_document(tmp_path / "loop.yaml")


@pytest.mark.parametrize("content", ["", "\n\n", "# only words\n", "---\n", "null\n"])
def test_an_empty_file_is_refused(refused, content):
    assert refused(content) == [(0, "", "is empty", "copy another environment and change it")]


def test_a_file_that_is_not_utf_8_is_refused_with_byte_and_line(refused):
    [problem] = refused(b"a: 1\nb: caf\xe9\n")
    assert problem == (2, "", "is not UTF-8: byte 0xe9 at position 11", "save the file as UTF-8")


def test_utf_16_is_refused(refused):
    assert refused("a: 1\n".encode("utf-16"))[0][2] == "is not UTF-8: byte 0xff at position 0"


def test_a_control_character_is_refused_with_its_line(refused):
    assert refused(b"a: 1\nb: \x00\n") == [(2, "", "has the control character '\\x00'", "delete the character")]


@pytest.mark.parametrize("content", ["a:\n\t- b\n", "a:\n\tb: 1\n"])
def test_a_tab_is_refused_with_its_line(refused, content):
    assert refused(content) == [(2, "", "is indented with a tab", "indent with spaces: YAML allows no tab here")]


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("a: 1\nb: c: d\n", 2, "is not YAML: mapping values are not allowed in this context"),
        ("a: 1\nb: 'c\nd: e\n", 2, "is not YAML: while scanning a quoted scalar: found unexpected end of stream"),
        ("a: 1\nb: [c\nd: e\n", 3, "is not YAML: while parsing a flow sequence: did not find expected ',' or ']'"),
        ("a: @x\n", 1, "is not YAML: while scanning for the next token: found character that cannot start any token"),
    ],
)
def test_a_syntax_error_is_refused_with_its_line(refused, content, line, what):
    [(found, _, said, hint)] = refused(content)
    assert (found, hint) == (line, "check quotes, colons and indentation near this line")
    assert said == what


def test_a_tag_is_refused(refused):
    assert refused("a: 1\nb: !!python/object/apply:os.system [ls]\n") == [
        (2, "b", "has the tag tag:yaml.org,2002:python/object/apply:os.system", "remove it: a value is its text")
    ]


def test_an_anchor_and_its_alias_are_both_refused(refused):
    assert refused("a: &x 1\nb: *x\n") == [
        (1, "a", "has the anchor &x", "remove it: anchors are off"),
        (2, "b", "uses the alias *x", "write the value out: aliases are off"),
    ]


def test_an_alias_bomb_is_refused_without_growing(refused):
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 30)]
    problems = refused("\n".join(["a0: &a0 [x]", *levels]))
    assert len(problems) == 30 + 29 * 9


def test_a_merge_key_is_refused(refused):
    assert refused("a:\n  <<: {b: 1}\n") == [(2, "a.<<", "is a merge key", "write the keys out: merging is off")]


def test_a_duplicate_key_is_refused_with_both_lines(refused):
    assert refused("a:\n  b: 1\n  c: 2\n  b: 3\n") == [
        (4, "a.b", "is written twice, first in line 2", "keep one of the two")
    ]


def test_a_duplicate_key_does_not_move_the_lines_of_the_first(refused):
    assert refused("a: {b: &x 1}\na: {b: &y 1}\na: 2\n") == [
        (1, "a.b", "has the anchor &x", "remove it: anchors are off"),
        (2, "a", "is written twice, first in line 1", "keep one of the two"),
        (2, "a.b", "has the anchor &y", "remove it: anchors are off"),
        (3, "a", "is written twice, first in line 1", "keep one of the two"),
    ]


def test_a_second_document_is_refused(refused):
    assert refused("a: 1\n---\nb: 2\n") == [
        (2, "", "a second document begins here", "one file is one environment: remove the `---`")
    ]


@pytest.mark.parametrize(
    ("key", "kind"), [("1", "int"), ("no", "bool"), ("on", "bool"), ("null", "null"), ("1.5", "float")]
)
def test_a_key_that_is_not_text_is_refused(refused, key, kind):
    assert refused(f"{key}: x\n")[0][2:] == (f"is a key that YAML reads as {kind}", f'write "{key}" in quotes')


def test_a_key_that_is_a_list_is_refused(refused):
    assert refused("a: 1\n? [b, c]\n: 2\n") == [(2, "", "has a key that is not text", "a key is one word")]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_absurd_depth_is_refused(refused, opening):
    assert refused(opening * 100_000)[-1:] == [(1, "", "is nested deeper than 20 levels", "four levels are enough")]


def test_absurd_size_is_refused(refused):
    problem = (0, "", "is longer than 1 MiB", "is it another file? a few KiB are usual")
    assert refused("#" * (MOST_BYTES + 1)) == [problem]


def test_absurdly_many_values_are_refused(refused):
    assert refused("- a\n" * 20_000)[0][2] == "has more than 10000 values"


def test_all_problems_are_reported_at_once_and_with_a_syntax_error_too(refused):
    assert [line for line, *_ in refused("a: &x 1\na: 2\n1: !t 3\nd: 'e\n")] == [1, 2, 3, 3, 4]


@settings(deadline=None)
@given(
    content=st.one_of(st.binary(), st.text().map(str.encode), st.text("ab:-[]{}&*!|>'\"#%@,?\n\t 01~<").map(str.encode))
)
def test_arbitrary_bytes_are_read_or_refused(content, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "arbitrary.yaml"
    path.write_bytes(content)
    with suppress(CfngenError):
        assert read_document(path).data is not None
