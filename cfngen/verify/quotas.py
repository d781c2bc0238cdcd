"""Quotas as data: what AWS allows, and which page says so.

CloudFormation: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

from dataclasses import dataclass

CLOUDFORMATION = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
STACKSETS = CLOUDFORMATION
"""The StackSets rows are those of July 2023: the page has them below what could be read since. Check them again."""

CREATE_STACK_SET = "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html"
EC2_TEMPLATES = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"
VPC = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"


@dataclass(frozen=True)
class Quota:
    """What is counted, how many may be, where AWS says so, and whether AWS raises it on request."""

    name: str
    allowed: int
    source: str = CLOUDFORMATION
    adjustable: bool = False

    @property
    def rule(self) -> str:
        """The id of findings against it."""
        return "limits." + self.name.replace(" ", "-")


RESOURCES = Quota("resources per template", 500)
PARAMETERS = Quota("parameters per template", 200)
OUTPUTS = Quota("outputs per template", 200)
MAPPINGS = Quota("mappings per template", 200)
ATTRIBUTES = Quota("attributes per mapping", 200)
DESCRIPTION = Quota("bytes of a description", 1024)
NAME = Quota("characters of a parameter or output name", 255)
DYNAMIC_REFERENCES = Quota("dynamic references per template", 60)
BODY = Quota("bytes of a template in a request", 51_200)
OBJECT = Quota("bytes of a template in S3", 1_000_000)
"""1 MB, read as the smaller of its two meanings."""

VALUE = Quota("bytes of a parameter value", 4096)
NESTED = Quota("resources of nested stacks per operation", 2500)
STACKS = Quota("stacks per account and region", 2000, adjustable=True)

STACK_SETS = Quota("stack sets per administrator", 1000, STACKSETS, adjustable=True)
INSTANCES = Quota("instances per stack set", 100_000, STACKSETS, adjustable=True)
OPERATIONS = Quota("instances in operations at once", 10_000, STACKSETS)
STACK_SET_NAME = Quota("characters of a stack set name", 128, CREATE_STACK_SET)
STACK_TAGS = Quota("tags of a stack", 50, CREATE_STACK_SET)

USER_DATA = Quota("bytes of user data", 16_384, EC2_TEMPLATES)
"""Before it is encoded: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html"""

VPCS = Quota("networks per account and region", 5, VPC, adjustable=True)
ADDRESSES = Quota("elastic addresses per account and region", 5, VPC, adjustable=True)
TRAILS = Quota(
    "trails per region", 5, "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html"
)
GROUP_RULES = Quota("rules of a security group in one direction", 60, VPC, adjustable=True)
ACL_ENTRIES = Quota("entries of a network ACL in one direction", 20, VPC, adjustable=True)
GROUPS = Quota("security groups per interface", 5, VPC, adjustable=True)

MANAGED_POLICY = Quota("characters of a managed policy", 6144, IAM)
TRUST_POLICY = Quota("characters of a trust policy", 2048, IAM, adjustable=True)
ROLE_POLICIES = Quota("managed policies of a role", 10, IAM, adjustable=True)
BUCKET_POLICY = Quota(
    "bytes of a bucket policy", 20_480, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"
)
KEY_POLICY = Quota(
    "bytes of a key policy", 32_768, "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"
)
