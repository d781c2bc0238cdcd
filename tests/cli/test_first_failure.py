"""The first real failure of a real deployment: in the error of `deploy` and in `status`, down to the resource."""

from __future__ import annotations

import re

from cfngen.local.faults import Faults
from tests.cli.conftest import Real

LINE = re.compile(
    r"detection (?:eu/eu-west-1 )?333333333333/eu-west-1:"
    r" stack StackSet-real-broken-detection-[^ ]+-Configuration-[A-Z0-9]+:"
    r" configuration\.\w+ \(AWS::Config::DeliveryChannel\): .+"
)


def test_it_is_one_line_with_account_region_stack_layer_logical_id_and_awss_reason(real: Real) -> None:
    leave_a_delivery_channel(real)
    done = real.cfngen("deploy", real.environment("broken", account="333333333333", region="eu-west-1"))
    assert done.exit_code == 1
    (line,) = [line for line in done.output.splitlines() if line.startswith("detection 333333333333/eu-west-1")]
    assert LINE.fullmatch(line)
    told = real.cfngen("status", "broken")
    assert told.exit_code == 1
    (below,) = [line for line in told.output.splitlines() if line.startswith("detection eu/eu-west-1")]
    assert LINE.fullmatch(below)
    assert below.partition("333333333333/")[2] == line.partition("333333333333/")[2]


def test_a_failure_that_never_touched_the_stack_is_told_by_aws_and_not_by_an_older_one(real: Real) -> None:
    real.faults[0] = Faults(remove_role=frozenset(("333333333333",)))
    why = "detection 333333333333/eu-west-1: Account 333333333333 should have 'real-broken-stackset-execution' role"
    assert why in real.cfngen("deploy", "broken").output
    assert why.replace("detection", "detection eu/eu-west-1") in real.cfngen("status", "broken").output


def leave_a_delivery_channel(real: Real) -> None:
    """Somebody's, whose recorder is gone: preflight looks for recorders, so only the stack finds out."""
    member = real.member("333333333333", "eu-west-1")
    config = member.client("config")
    role = "arn:aws:iam::333333333333:role/other"
    member.client("s3").create_bucket(Bucket="theirs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    config.put_configuration_recorder(ConfigurationRecorder={"name": "theirs", "roleARN": role})
    config.put_delivery_channel(DeliveryChannel={"name": "theirs", "s3BucketName": "theirs"})
    config.delete_configuration_recorder(ConfigurationRecorderName="theirs")
