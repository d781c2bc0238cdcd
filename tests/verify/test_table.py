from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.errors import CfngenError
from cfngen.verify.table import FILE, read_table

TABLE = """\
people:
  monitors: {kind: role, id: identity.Monitor*Role}
  anybody: {kind: [role, user]}
things:
  documents: {type: AWS::S3::Bucket, id: documents.DocumentsBucket, part: "/{}"}
  others: {type: AWS::EC2::VPC, arn: "arn:{partition}:ec2:{region}:{account}:instance/{other}"}
deeds:
  read: [s3:GetObject*]
  act: {all: iam:*MFADevice*, but: iam:ListMFADevices}
sentences:
  - who: monitors
    but: anybody
    may not: [read, act]
    of: documents
    with: {aws:ResourceTag/Environment: "{environment}"}
    when: identity
    why: They look on.
"""


@pytest.fixture
def told(tmp_path: Path):
    """Return what is said of the sample after a change, with the lines it is said of."""

    def read(old: str, new: str) -> list[str]:
        assert TABLE.count(old) == 1, old
        path = tmp_path / "access.yaml"
        path.write_text(TABLE.replace(old, new))
        with pytest.raises(CfngenError) as caught:
            read_table(path)
        return [str(each).removeprefix(f"{path}:").replace("\n  ", " ") for each in caught.value.problems]

    return read


def test_a_table_is_read_with_its_names_and_deeds_spelled_out(tmp_path):
    (tmp_path / "access.yaml").write_text(TABLE)
    table = read_table(tmp_path / "access.yaml")
    (row,) = table.sentences
    assert (row.who, row.but, row.verb, row.of, row.when) == (
        ("monitors",),
        ("anybody",),
        "may not",
        ("documents",),
        ("identity",),
    )
    assert {"s3:getobject", "s3:getobjectversion", "iam:enablemfadevice"} <= set(row.actions)
    assert "iam:listmfadevices" not in row.actions
    assert row.context == {"aws:ResourceTag/Environment": ("{environment}",)}
    assert row.where.line == 11
    assert table.people["anybody"][0].kinds == ("role", "user")
    assert table.things["documents"][0].part == "/{}"


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("who: monitors", "who: monitor", "11 sentences[0].who: nothing is called monitor under people hint: did"),
        ("but: anybody", "but: nobody", "12 sentences[0].but: nothing is called nobody under people"),
        ("of: documents", "of: document", "14 sentences[0].of: nothing is called document under things hint: did you"),
        ("[read, act]", "[reads]", "13 sentences[0].may not: nothing is called reads under deeds hint: did you"),
        ("may not", "may never", "11 sentences[0]: is no sentence: it needs who, of, why and one of may, may not"),
        ("    why: They look on.\n", "", "11 sentences[0]: is no sentence"),
        ("when: identity", "wenn: identity", "16 sentences[0].wenn: a sentence has no wenn hint: did you mean when?"),
        ("  - who: monitors", "  - 7\n  - who: monitors", "11 sentences[0]: is no sentence"),
        ('"{environment}"', '"{enviroment}"', "15 sentences[0].with: {enviroment}: nothing is filled in for {enviro"),
        ('"{environment}"', '"{environment"', "15 sentences[0].with: {environment: expected '}' before end of string"),
        ("with: {aws:ResourceTag/Environment: \"{environment}\"}", "with: dev", "15 sentences[0].with: is not keys"),
        ("{kind: [role, user]}", "{kind: [rol]}", "3 people.anybody: no kind is called rol hint: did you mean role?"),
        ("{kind: [role, user]}", "role", "3 people.anybody: anybody does not say of which kind hint: write {kind: …"),
        ("{kind: role, id", "{kind: role, ids", "2 people.monitors: monitors has no ids hint: did you mean id?"),
        ("identity.Monitor", "identiti.Monitor", "2 people.monitors: identiti.Monitor*Role names no layer hint"),
        ("type: AWS::S3::Bucket", "type: AWS::S3::Buket", "5 things.documents: no type is called AWS::S3::Buket"),
        ("instance/{other}", "instance/{another}", "6 things.others: arn:{partition}:ec2:{region}:{account}:insta"),
        ("s3:GetObject*", "s3:GetObjekt", "8 deeds.read: AWS lists no action like s3:GetObjekt hint: did you mean"),
        ("s3:GetObject*", "s4:*", "8 deeds.read: AWS lists no action like s4:*"),
        ("[s3:GetObject*]", "[]", "8 deeds.read: read names no action"),
        ("but: iam:ListMFADevices", "without: []", "9 deeds.act: act has no without"),
        ("deeds:", "deads:", "1 deeds: deeds is not names and what they stand for"),
        ("sentences:\n", "sentences: {}\nothers:\n", "sentences: sentences is not a list"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_its_line_and_what_was_probably_meant(told, old, new, wanted):
    found = told(old, new)
    assert any(wanted in each for each in found), found


def test_all_mistakes_are_told_at_once(told):
    found = told("who: monitors\n    but: anybody\n    may not: [read, act]", "who: x\n    but: y\n    may: z")
    assert len(found) == 3


def test_the_table_of_the_package_has_a_reason_for_every_sentence_and_uses_every_name():
    table = read_table(FILE)
    assert all(row.why.endswith(".") for row in table.sentences)
    people = {name for row in table.sentences for name in (*row.who, *row.but)}
    things = {name for row in table.sentences for name in row.of}
    assert (set(table.people) - people, set(table.things) - things) == (set(), set())


def test_a_deed_of_the_package_is_done_in_some_sentence():
    table = read_table(FILE)
    done = {action for row in table.sentences for action in row.actions}
    assert {name for name, actions in table.deeds.items() if not set(actions) & done} == set()
