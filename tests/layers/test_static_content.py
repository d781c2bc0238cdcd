from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.layers import static_content


@pytest.fixture(scope="module")
def resources():
    template = Template()
    static_content.build(template)
    return template.to_dict()["Resources"]


def test_the_bucket_is_closed_versioned_and_logged(resources):
    bucket = resources["StaticBucket"]["Properties"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": "AccessLogsBucket"}


def test_only_distributions_of_this_account_read_it_and_only_by_tls(resources):
    tls, read = resources["StaticBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert tls["Effect"] == "Deny"
    assert read["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert read["Action"] == ["s3:GetObject"]
    ours = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*"
    assert read["Condition"] == {"ArnLike": {"aws:SourceArn": {"Fn::Sub": ours}}}
