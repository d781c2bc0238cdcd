from __future__ import annotations

import pytest
from troposphere import Template

from cfngen.bundle import compose
from cfngen.catalog import BUNDLES
from cfngen.layers import zone


@pytest.fixture(scope="module")
def body():
    template = Template()
    zone.build(template)
    return template.to_dict()


def test_the_zone_has_the_geographys_name_below_net_and_is_public(body):
    made = body["Resources"]["Zone"]["Properties"]

    assert made["Name"] == {"Fn::Sub": "${Geography}.net.${DomainName}"}
    assert "VPCs" not in made


def test_the_zone_outlives_its_stack_because_parents_and_certificates_know_its_servers(body):
    made = body["Resources"]["Zone"]

    assert (made["DeletionPolicy"], made["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert made["Metadata"]["com.aws.cloudformation.Context"]["mutable"] == "must-never-change"


def test_a_zone_that_is_made_gives_its_id_and_its_servers(deployed):
    resources, outputs = deployed(zone, **{"AWS::Region": "eu-west-1"})

    assert set(resources) == {"Zone"}
    assert "QueryLoggingConfig" not in resources["Zone"]["Properties"]
    assert outputs["ZoneId"]["Value"] == {"Ref": "Zone"}
    assert outputs["ZoneNameServers"]["Value"] == {"Fn::GetAtt": ["Zone", "NameServers"]}


def test_queries_are_logged_encrypted_where_the_home_is_the_region_that_route_53_writes_them_to(deployed):
    resources, _ = deployed(zone, **{"AWS::Region": "us-east-1"})
    logging = resources["Zone"]["Properties"]["QueryLoggingConfig"]

    assert set(resources) == {"Zone", "ZoneLogsKey", "ZoneLogsKeyAlias", "QueryLogsPolicy", "QueryLogs"}
    assert logging == {"CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["QueryLogs", "Arn"]}}
    assert resources["QueryLogs"]["Properties"]["KmsKeyId"] == {"Fn::GetAtt": ["ZoneLogsKey", "Arn"]}
    assert resources["QueryLogs"]["DependsOn"] == "QueryLogsPolicy"


def test_a_zone_that_is_there_already_is_passed_on_and_nobody_delegates_to_it_again(deployed):
    resources, outputs = deployed(zone, ExistingZoneId="Z0123456789ABCDEFGHIJ")

    assert resources == {}
    assert outputs["ZoneId"]["Value"] == "Z0123456789ABCDEFGHIJ"
    assert outputs["ZoneNameServers"]["Value"] == "none"


def test_the_zone_is_deployed_before_all_that_need_it_and_its_root_gives_what_other_regions_read():
    names = [bundle.name for bundle in BUNDLES]
    root = compose()["zone"]["root"]

    assert names.index("zone") < names.index("foundation") < names.index("service")
    assert {"ZoneId", "ZoneNameServers"} <= set(root["Outputs"])
