"""CloudFormation's own opinion, for a person and for a pull request."""

from __future__ import annotations

from cfngen.text.live import TITLE, live_lines, live_markdown
from cfngen.text.plan_markdown import plan_markdown
from tests.bundles import EU, US
from tests.text import plans

NAMED = {US: "us/us-east-1", EU: "eu/eu-west-1"}


def test_each_group_is_told_with_where_it_was_asked_and_what_was_not_foreseen():
    assert list(live_lines(plans.OPINIONS, NAMED)) == [
        TITLE,
        "~ foundation, asked in eu/eu-west-1 for eu/eu-west-1, 444444444444/ap-southeast-1",
        "!     data.Database (AWS::RDS::DBInstance) is replaced: StorageEncrypted",
        "!     data.Group (AWS::RDS::DBSubnetGroup) is replaced: SubnetIds (not foreseen by cfngen)",
        "! foundation, asked in us/us-east-1 for us/us-east-1",
        "!     says nothing: us may not",
        "~ service, asked in us/us-east-1 for us/us-east-1",
        "~     nothing changes",
    ]


def test_nothing_is_said_where_nobody_was_asked():
    assert list(live_lines((), NAMED)) == []
    assert live_markdown((), NAMED) == ""


def test_a_comment_ends_with_it():
    text = plan_markdown(plans.replacement(), NAMED, "prod", live_markdown(plans.OPINIONS, NAMED))
    assert text.rstrip().endswith("</details>")
    assert "not foreseen by cfngen" in text
