from __future__ import annotations

import pytest

from cfngen.local.query import ApiError
from cfngen.local.stacks.world import bucket_and_key


@pytest.mark.parametrize(
    "url",
    [
        "https://my.bucket.s3.eu-west-1.amazonaws.com/cfngen/abc/web.yaml",
        "https://my.bucket.s3.amazonaws.com/cfngen/abc/web.yaml",
        "https://my.bucket.s3-eu-west-1.amazonaws.com/cfngen/abc/web.yaml",
        "https://s3.eu-west-1.amazonaws.com/my.bucket/cfngen/abc/web.yaml",
        "https://s3.amazonaws.com/my.bucket/cfngen/abc/web.yaml",
    ],
)
def test_every_form_of_an_s3_url_is_understood(url: str):
    assert bucket_and_key(url) == ("my.bucket", "cfngen/abc/web.yaml")


@pytest.mark.parametrize(
    "url",
    [
        "./web.yaml",
        "http://b.s3.amazonaws.com/web.yaml",
        "https://example.com/web.yaml",
        "https://b.s3.amazonaws.com/",
        "https://s3.amazonaws.com/bucket",
        "file:///etc/passwd",
        "",
    ],
)
def test_any_other_url_is_refused_in_aws_words(url: str):
    with pytest.raises(ApiError, match="TemplateURL must be a supported URL"):
        bucket_and_key(url)


def test_blanks_in_a_key_are_read():
    assert bucket_and_key("https://b.s3.amazonaws.com/a%20b.yaml") == ("b", "a b.yaml")
