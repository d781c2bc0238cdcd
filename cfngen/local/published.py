"""What AWS publishes in every account: machine images, managed policies and prefix lists, as moto does not.

moto serves `/aws/service/ami-amazon-linux-latest/` in every region but no Windows images, and knows AWS's managed
policies but loads all or none: here an account has those it has asked for. Of the images themselves it loads more than
a thousand for containers, each with a volume and a snapshot, into every account and region: those are left out.
Source of the image names: https://docs.aws.amazon.com/AWSEC2/latest/WindowsGuide/ec2-windows-amis.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from botocore.utils import parse_timestamp
from moto.core.utils import utcnow
from moto.ec2.models.amis import AMIS, Ami
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, iam_backends
from moto.ssm.models import Parameter, ssm_backends
from moto.utilities.utils import load_resource

WINDOWS_PREFIX = "/aws/service/ami-windows-latest/"
WINDOWS_IMAGES = tuple(
    f"Windows_Server-{year}-English-{edition}-Base" for year in (2016, 2019, 2022, 2025) for edition in ("Full", "Core")
)

CLOUDFRONT = "com.amazonaws.global.cloudfront.origin-facing"
CLOUDFRONT_LISTS = {
    "ap-northeast-1": "pl-58a04531",
    "ap-southeast-1": "pl-31a34658",
    "eu-central-1": "pl-a3a144ca",
    "eu-west-1": "pl-4fa04526",
    "us-east-1": "pl-3b927c52",
    "us-west-2": "pl-82a045eb",
}
"""Ids of CloudFront's prefix list as AWS has them in some regions; moto makes up another one at every start."""

_MANAGED = re.compile(r"arn:aws:iam::aws:policy/(?:.*/)?([\w+=,.@-]+)")


def image_id(region: str, name: str) -> str:
    """Return the id that stands for an image in a region, always the same one."""
    return f"ami-{sha256(f'{region}/{name}'.encode()).hexdigest()[:17]}"


def publish_prefix_lists(backend: Any) -> None:
    """Give CloudFront's prefix list of one account and region the id that it has there in every account."""
    lists, region = backend.managed_prefix_lists, backend.region_name
    for found in [each for each in lists.values() if each.prefix_list_name == CLOUDFRONT]:
        del lists[found.id]
        found.id = CLOUDFRONT_LISTS.get(region, f"pl-{sha256(region.encode()).hexdigest()[:8]}")
        found.prefix_list_arn = found.arn(region, found.owner_id)
        lists[found.id] = found


def publish_windows_images(account: str, region: str) -> None:
    """Let an account see the public Windows image parameters of a region."""
    parameters = ssm_backends[account][region]._parameters  # noqa: SLF001 - the API refuses names under /aws
    for image in WINDOWS_IMAGES:
        name = WINDOWS_PREFIX + image
        if name not in parameters:
            parameters[name].append(_parameter(account, name, image_id(region, image)))


def load_images(backend: Any) -> None:
    """Give EC2 of one account and region the images that AWS publishes there: a few old ones, and the latest."""
    region = backend.region_name
    windows = (_windows_image(region, name) for name in WINDOWS_IMAGES)
    for image in (*AMIS, *_latest_images(region), *windows):
        made = image.get("creation_date")
        date = parse_timestamp(made) if isinstance(made, str) else made
        backend.amis[image["ami_id"]] = Ami(backend, **{**image, "owner_alias": "amazon", "creation_date": date})


@cache
def _latest_images(region: str) -> tuple[Mapping[str, Any], ...]:
    try:
        return tuple(load_resource(f"ec2/resources/latest_amis/{region}.json"))
    except FileNotFoundError:
        return ()


def _windows_image(region: str, name: str) -> Mapping[str, Any]:
    return {
        "ami_id": image_id(region, name),
        "architecture": "x86_64",
        "description": f"Microsoft {name.replace('_', ' ').replace('-', ' ')}",
        "hypervisor": "xen",
        "name": name,
        "owner_id": "801119661308",
        "platform": "windows",
        "public": True,
        "root_device_type": "ebs",
        "virtualization_type": "hvm",
    }


def publish_managed_policies(account: str, arns: Iterable[str]) -> None:
    """Let an account see those of AWS's managed policies that `arns` name; other ARNs are passed over."""
    backend = iam_backends[account]["aws"]
    for name in {match[1] for match in map(_MANAGED.fullmatch, arns) if match} & _managed_policies().keys():
        policy = AWSManagedPolicy.from_data(name, account, "aws", dict(_managed_policies()[name]))
        backend.managed_policies.setdefault(policy.arn, policy)


@cache
def _managed_policies() -> Mapping[str, Mapping[str, Any]]:
    policies: dict[str, Mapping[str, Any]] = json.loads(aws_managed_policies_data)
    return policies


def _parameter(account: str, name: str, value: str) -> Any:
    make: Any = Parameter
    return make(
        account_id=account,
        name=name,
        value=value,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=utcnow(),
        version=1,
        data_type="aws:ec2:image",
    )
