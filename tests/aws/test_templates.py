"""The templates of what is deployed: from the bucket, and from stacks that are not current."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cfngen.aws.bucket import Bucket
from cfngen.aws.templates import with_templates
from cfngen.planning.operations import ObservedStack
from tests.aws.accounts import reading
from tests.bundles import BUCKET, EU, US, deployed, root, stack_set


def item(archive=BUCKET):
    return stack_set("logs", {"root": root("archive"), "archive": archive}, {US: {}, EU: {}})


OLD, NEW = item(), item(BUCKET.replace("Properties: {}", "Properties: {BucketName: x}"))
NAME = OLD.definition.name
ROOT = OLD.definition.template


def refused(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@dataclass
class S3:
    """Objects by key; what is an exception is raised."""

    objects: dict[str, Any]
    asked: list[str] = field(default_factory=list)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append(Key)
        found = self.objects.get(Key, refused("NoSuchKey"))
        if isinstance(found, Exception):
            raise found
        return {"Body": io.BytesIO(found.encode())}


@dataclass
class CloudFormation:
    """One stack of an account."""

    status: str = "UPDATE_COMPLETE"
    body: Any = ROOT
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append(StackName)
        if self.error:
            raise self.error
        parameters = [{"ParameterKey": "Size", "ParameterValue": "1", "ResolvedValue": "x"}]
        return {"Stacks": [{"StackStatus": self.status, "Parameters": parameters}]}

    def get_template(self, *, StackName: str, TemplateStage: str) -> dict[str, Any]:  # noqa: N803
        assert TemplateStage == "Original"
        return {"TemplateBody": self.body}


def bucket(**objects):
    texts = {each.key: each.body for each in OLD.uploads[:-1]}
    return Bucket("bucket", S3(texts | objects))


def readers(client):
    return reading({US: client, EU: client})


def outdated():
    return deployed(OLD, us_east_1="OUTDATED")


def test_the_children_of_the_deployed_root_are_read_by_their_keys():
    store = bucket()
    found = with_templates(deployed(OLD), [NEW], store, None)[NAME]
    assert found.children == {each.key: each.body for each in OLD.uploads[:-1]}


def test_what_is_to_be_uploaded_anyway_is_not_read():
    store = bucket()
    assert with_templates(deployed(OLD), [OLD], store, None)[NAME].children == {}
    assert store.s3.asked == []


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_what_cannot_be_read_is_left_out(code):
    (child,) = OLD.uploads[:-1]
    found = with_templates(deployed(OLD), [NEW], bucket(**{child.key: refused(code)}), None)[NAME]
    assert found.children == {}


def test_a_stack_that_is_not_current_is_asked_what_it_is_made_from():
    client = CloudFormation()
    found = with_templates(outdated(), [NEW], bucket(), readers(client))[NAME].instances
    assert found[US].stack == ObservedStack(ROOT, {"Size": "1"})
    assert found[EU].stack is None
    assert client.asked == ["s"]


def test_the_children_of_its_own_root_are_read_too():
    there = with_templates(deployed(NEW, us_east_1="OUTDATED"), [NEW], bucket(), readers(CloudFormation()))[NAME]
    assert there.children == {each.key: each.body for each in OLD.uploads[:-1]}


def test_a_template_in_json_is_its_text():
    found = with_templates(outdated(), [NEW], bucket(), readers(CloudFormation(body={"Resources": {}})))[NAME]
    assert found.instances[US].stack.template == '{"Resources": {}}'


@pytest.mark.parametrize(
    "client",
    [
        CloudFormation("ROLLBACK_COMPLETE"),
        CloudFormation("DELETE_COMPLETE"),
        CloudFormation(error=refused("ValidationError", "Stack with id s does not exist")),
    ],
)
def test_a_stack_that_is_not_there_has_no_template(client):
    found = with_templates(outdated(), [NEW], bucket(), readers(client))[NAME].instances
    assert found[US].stack == ObservedStack("", {})


def test_an_account_that_cannot_be_entered_leaves_it_unknown():
    client = CloudFormation(error=refused("AccessDenied"))
    assert with_templates(outdated(), [NEW], bucket(), readers(client))[NAME].instances[US].stack is None
