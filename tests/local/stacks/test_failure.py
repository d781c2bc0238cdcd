from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from cfngen.local.query import ApiError
from cfngen.local.stacks.failure import ResourceError, is_gone, reason_of


def service_error(code: str) -> ClientError:
    metadata = {"HTTPStatusCode": 404, "RequestId": "r-1", "HostId": "", "HTTPHeaders": {}, "RetryAttempts": 0}
    return ClientError({"Error": {"Code": code, "Message": "No."}, "ResponseMetadata": metadata}, "CreateVpc")


@pytest.mark.parametrize(
    ("code", "handler_code"),
    [
        ("InvalidVpcID.NotFound", "NotFound"),
        ("NoSuchBucket", "NotFound"),
        ("BucketAlreadyExists", "AlreadyExists"),
        ("InvalidGroup.Duplicate", "AlreadyExists"),
        ("AccessDenied", "AccessDenied"),
        ("ThrottlingException", "Throttling"),
        ("VpcLimitExceeded", "ServiceLimitExceeded"),
        ("ValidationError", "InvalidRequest"),
    ],
)
def test_an_error_of_a_service_is_passed_on_as_cloudformation_does(code: str, handler_code: str):
    assert reason_of(service_error(code), "AWS::EC2::VPC", "t-1") == (
        'Resource handler returned message: "No. (Service: Ec2, Status Code: 404, Request ID: r-1)" '
        f"(RequestToken: t-1, HandlerErrorCode: {handler_code})"
    )


def test_a_defect_of_a_handler_names_itself():
    assert reason_of(KeyError("Id"), "AWS::EC2::VPC", "t-1") == (
        "Resource handler returned message: \"KeyError: 'Id'\" (RequestToken: t-1, HandlerErrorCode: InternalFailure)"
    )


def test_own_refusals_keep_their_words():
    assert reason_of(ApiError("ValidationError", "No."), "AWS::EC2::VPC", "t-1") == "No."
    assert reason_of(ResourceError("Not here."), "AWS::EC2::VPC", "t-1") == "Not here."


def test_what_is_not_found_is_gone():
    assert is_gone(service_error("NoSuchEntity"))
    assert not is_gone(service_error("DependencyViolation"))
    assert not is_gone(ValueError("NotFound"))
