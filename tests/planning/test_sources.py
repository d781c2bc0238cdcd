"""Templates read from what is deployed: children by their URL, unknown where they cannot be read."""

from __future__ import annotations

from cfngen.planning.sources import child_keys, source, template_changes, template_key
from tests.bundles import BUCKET, US, root, stack_set


def item(**layers):
    return stack_set("logs", {"root": root("archive", "trail"), "archive": BUCKET, "trail": BUCKET, **layers}, {US: {}})


def texts(wanted):
    return {each.key: each.body for each in wanted.uploads}


def read(wanted, known=None, like=None):
    return source("logs", wanted.definition.template, texts(wanted) if known is None else known, like)


def test_the_key_of_a_template_is_the_path_of_its_url():
    assert (
        template_key("https://b.s3.eu-west-1.amazonaws.com/templates/logs/9f/trail.yaml")
        == "templates/logs/9f/trail.yaml"
    )


def test_a_packaged_root_names_its_children():
    wanted = item()
    assert set(child_keys(wanted.definition.template)) == set(texts(wanted)) - {wanted.uploads[-1].key}
    assert child_keys("no: template") == ()


def test_a_child_that_is_the_same_is_not_parsed_twice():
    new = read(item())
    old = read(item(trail=BUCKET.replace("Archive", "Trail")), like=new)
    assert old.bundle.children["archive"] is new.bundle.children["archive"]
    assert [each.name for each in template_changes(old, new)] == ["trail"]


def test_what_cannot_be_read_is_unknown_and_another_version_stands_in():
    wanted = item()
    new = read(wanted)
    known = {key: text for key, text in texts(wanted).items() if "trail" not in key}
    old = read(wanted, known, like=new)
    assert old.unknown == {"trail"}
    assert old.bundle.children["trail"] is new.bundle.children["trail"]
    assert [(each.name, each.known) for each in template_changes(old, new)] == [("trail", False)]


def test_a_root_that_is_no_template_is_unknown_with_all_it_has():
    new = read(item())
    assert source("logs", "no: template", {}) is None
    assert source("logs", "{", {}, like=new).unknown == {"root", "archive", "trail"}


def test_metadata_and_nested_stacks_are_found_by_name():
    found = read(item())
    assert (found.nested("trail"), found.nested("nothing")) == ("Trail", "")
    assert found.metadata("archive", "Nothing") == {}
    assert found.declared("archive", "Archive")["Type"] == "AWS::S3::Bucket"
    assert found.body("nothing") == {}
