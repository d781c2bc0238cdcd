from __future__ import annotations

import pytest

from cfngen.rules.unused_functions import UnusedFunctionsRule

from .weakening import weakened

GOOD = """\
Resources:
  Setter: {Type: AWS::Lambda::Function}
  Words: {Type: Custom::Words, Properties: {ServiceToken: !GetAtt Setter.Arn}}
  Told: {Type: AWS::Lambda::Function}
Outputs: {ToldArn: {Value: !Sub "${Told.Arn}:live"}}
"""


def test_functions_that_are_used_are_accepted(matches):
    assert matches(UnusedFunctionsRule(), GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [("!GetAtt Setter.Arn", "other", "Resources.Setter"), ("${Told.Arn}", "${Words}", "Resources.Told")],
)
def test_a_function_that_nothing_calls_is_found(matches, old, new, path):
    ((where, what),) = matches(UnusedFunctionsRule(), weakened(GOOD, old, new))
    assert where == path
    assert "a custom resource (ServiceToken)" in what
