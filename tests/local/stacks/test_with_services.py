"""The stack engine over HTTP with the real handlers: what a person's own boto3 sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from cfngen.local.server import Running, start
from cfngen.local.settings import Settings

ADMIN, REGION = "111111111111", "eu-west-1"
FAST = {"Delay": 0.02, "MaxAttempts": 1000}
CHILD = """
Parameters: {Name: {Type: String}}
Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Name}}}
Outputs: {Arn: {Value: !Ref Topic}}
"""
ROOT = """
Parameters:
  Names: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /names}
  Cidr: {Type: String, Default: 10.0.0.0/16}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Cidr}}
  Subnet:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, 1, 8]]
      AvailabilityZone: !Select [1, !GetAZs ""]
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://templates.s3.eu-west-1.amazonaws.com/child.yaml
      Parameters: {Name: !Select [1, !Ref Names]}
  Note: {Type: AWS::SSM::Parameter, Properties: {Name: /topic, Type: String, Value: !GetAtt Child.Outputs.Arn}}
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[Running]:
    with start(Settings(ADMIN, ())) as running:
        yield running


def client(aws: Running, service: str) -> Any:
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name=REGION)
    return session.client(service, endpoint_url=aws.url, config=config)


def test_a_family_of_stacks_lives_from_create_to_delete(aws: Running):
    cloudformation, ec2, ssm, s3 = (client(aws, name) for name in ("cloudformation", "ec2", "ssm", "s3"))
    s3.create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="templates", Key="child.yaml", Body=CHILD.encode())
    ssm.put_parameter(Name="/names", Type="StringList", Value="one,two")
    tags = [{"Key": "Project", "Value": "shop"}]

    cloudformation.create_stack(StackName="shop", TemplateBody=ROOT, Tags=tags)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="shop", WaiterConfig=FAST)
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Project", "Values": ["shop"]}])["Vpcs"]
    (subnet,) = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
    assert (subnet["CidrBlock"], subnet["AvailabilityZone"]) == ("10.0.0.0/24", "eu-west-1b")
    assert ssm.get_parameter(Name="/topic")["Parameter"]["Value"] == f"arn:aws:sns:{REGION}:{ADMIN}:two"

    cloudformation.update_stack(
        StackName="shop",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Cidr", "ParameterValue": "10.7.0.0/16"}],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName="shop", WaiterConfig=FAST)
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Project", "Values": ["shop"]}])["Vpcs"]
    assert vpc["CidrBlock"] == "10.7.0.0/16"

    cloudformation.delete_stack(StackName="shop")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="shop", WaiterConfig=FAST)
    assert ec2.describe_vpcs(Filters=[{"Name": "tag:Project", "Values": ["shop"]}])["Vpcs"] == []
    assert client(aws, "sns").list_topics()["Topics"] == []


def test_a_failure_of_a_service_rolls_back_and_reaches_the_events(aws: Running):
    cloudformation = client(aws, "cloudformation")
    template = {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "DependsOn": "Topic",
                "Properties": {"VpcId": "vpc-gone", "CidrBlock": "10.0.0.0/24"},
            },
        }
    }
    cloudformation.create_stack(StackName="broken", TemplateBody=json.dumps(template))
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        cloudformation.get_waiter("stack_create_complete").wait(StackName="broken", WaiterConfig=FAST)
    events = cloudformation.describe_stack_events(StackName="broken")["StackEvents"]
    (failed,) = [each for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["LogicalResourceId"] == "Subnet"
    assert "vpc-gone" in failed["ResourceStatusReason"]
    assert "HandlerErrorCode: NotFound" in failed["ResourceStatusReason"]
    assert client(aws, "sns").list_topics()["Topics"] == []


def test_refusals_arrive_as_the_errors_of_boto3(aws: Running):
    cloudformation = client(aws, "cloudformation")
    with pytest.raises(ClientError, match=r"\(ValidationError\).*Stack with id nowhere does not exist"):
        cloudformation.describe_stacks(StackName="nowhere")
    role = json.dumps({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}})
    with pytest.raises(cloudformation.exceptions.InsufficientCapabilitiesException):
        cloudformation.create_stack(StackName="roles", TemplateBody=role)


def test_a_change_set_waits_is_read_and_executed(aws: Running):
    cloudformation = client(aws, "cloudformation")
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    cloudformation.create_change_set(
        StackName="topics", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=template
    )
    names = {"StackName": "topics", "ChangeSetName": "first"}
    cloudformation.get_waiter("change_set_create_complete").wait(**names, WaiterConfig=FAST)
    assert cloudformation.describe_change_set(**names)["Changes"][0]["ResourceChange"]["Action"] == "Add"
    cloudformation.execute_change_set(**names)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="topics", WaiterConfig=FAST)
    assert len(client(aws, "sns").list_topics()["Topics"]) == 1


MOVING = """
Parameters: {Zone: {Type: String}, Broken: {Type: String, Default: "no"}}
Conditions: {IsBroken: !Equals [!Ref Broken, "yes"]}
Resources:
  Name:
    Type: AWS::Route53::RecordSet
    Properties:
      {HostedZoneId: !Ref Zone, Name: web.example.com, Type: CNAME, TTL: "300", ResourceRecords: [lb.example.com]}
  Late:
    Type: AWS::SSM::Parameter
    Condition: IsBroken
    DependsOn: Name
    Properties: {Name: /taken, Type: String, Value: late}
"""


def test_a_record_that_moves_to_another_zone_leaves_none_behind_and_comes_back_when_the_update_fails(aws: Running):
    cloudformation, route53, ssm = (client(aws, name) for name in ("cloudformation", "route53", "ssm"))
    zones = [
        route53.create_hosted_zone(Name="example.com", CallerReference=each)["HostedZone"]["Id"].rpartition("/")[2]
        for each in ("one", "two")
    ]

    def names(zone: str) -> list[str]:
        found = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return [each["Name"] for each in found if each["Type"] == "CNAME"]

    def update(waiter: str, **values: str) -> None:
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
        cloudformation.update_stack(StackName="moving", UsePreviousTemplate=True, Parameters=given)
        cloudformation.get_waiter(waiter).wait(StackName="moving", WaiterConfig=FAST)

    first = [{"ParameterKey": "Zone", "ParameterValue": zones[0]}]
    cloudformation.create_stack(StackName="moving", TemplateBody=MOVING, Parameters=first)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="moving", WaiterConfig=FAST)
    update("stack_update_complete", Zone=zones[1])
    assert [names(zone) for zone in zones] == [[], ["web.example.com."]]
    (name,) = cloudformation.describe_stack_resources(StackName="moving")["StackResources"]
    assert name["ResourceStatus"] == "UPDATE_COMPLETE"
    ssm.put_parameter(Name="/taken", Type="String", Value="mine")
    update("stack_rollback_complete", Zone=zones[0], Broken="yes")
    assert [names(zone) for zone in zones] == [[], ["web.example.com."]]
    cloudformation.delete_stack(StackName="moving")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="moving", WaiterConfig=FAST)
    assert [names(zone) for zone in zones] == [[], []]
