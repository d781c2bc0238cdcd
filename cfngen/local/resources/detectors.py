"""GuardDuty, Security Hub and Access Analyzer: switches, settings and standards.

Not represented: findings, archive rules, disabled controls, the default standards, and changed tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from .api import attributes, changed, gone, leave, named, pick, send, tag_map
from .handler import Handler, Made, Request


def _create_detector(r: Request) -> Made:
    guard_duty = r.clients("guardduty")
    if guard_duty.list_detectors()["DetectorIds"]:
        why = "The request is rejected because a detector already exists for the current account."
        raise ClientError({"Error": {"Code": "BadRequestException", "Message": why}}, "CreateDetector")
    tags = tag_map(r.properties)
    made = send(guard_duty.create_detector, leave(r.properties, "Tags"), **({"Tags": tags} if tags else {}))
    return Made(made["DetectorId"], {"Id": made["DetectorId"]})


def _update_detector(r: Request) -> Made:
    send(r.clients("guardduty").update_detector, leave(r.properties, "Tags"), DetectorId=r.physical_id)
    return Made(r.physical_id, {"Id": r.physical_id})


def _create_hub(r: Request) -> Made:
    tags = tag_map(r.properties)
    given = pick(r.properties, "EnableDefaultStandards", "ControlFindingGenerator")
    send(r.clients("securityhub").enable_security_hub, given or {"EnableDefaultStandards": True}, Tags=tags)
    return _settle_hub(r)


def _settle_hub(r: Request) -> Made:
    hub = r.clients("securityhub")
    settings = changed(r, "AutoEnableControls", "ControlFindingGenerator")
    if settings:
        send(hub.update_security_hub_configuration, settings)
    found = hub.describe_hub()
    return Made(found["HubArn"], {"ARN": found["HubArn"], "SubscribedAt": str(found["SubscribedAt"])})


def _delete_hub(r: Request) -> None:
    try:
        r.clients("securityhub").disable_security_hub()
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidAccessException":  # there is no hub
            raise


def _create_standard(r: Request) -> Made:
    wanted = [{"StandardsArn": r.properties["StandardsArn"]}]
    made = r.clients("securityhub").batch_enable_standards(StandardsSubscriptionRequests=wanted)
    arn = made["StandardsSubscriptions"][0]["StandardsSubscriptionArn"]
    return Made(arn, {"StandardsSubscriptionArn": arn})


def _analyzer(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration in the service's spelling: `{"unusedAccess": {"unusedAccessAge": 90}}`."""
    given = properties.get("AnalyzerConfiguration", {})
    kinds = {"UnusedAccessConfiguration": "unusedAccess", "InternalAccessConfiguration": "internalAccess"}
    return {"configuration": {kinds[name]: value for name, value in given.items()}} if given else {}


def _create_analyzer(r: Request) -> Made:
    name, tags = named(r, "AnalyzerName"), tag_map(r.properties)
    given = {**pick(r.properties, "Type"), **_analyzer(r.properties)}
    made = send(r.clients("accessanalyzer").create_analyzer, given, analyzerName=name, tags=tags)
    return Made(made["arn"], attributes({"Arn": made["arn"]}, "Arn"))


def _update_analyzer(r: Request) -> Made:
    given = _analyzer(r.properties)
    if given and given != _analyzer(r.before):
        send(r.clients("accessanalyzer").update_analyzer, given, analyzerName=_name(r))
    return Made(r.physical_id, {"Arn": r.physical_id})


def _name(r: Request) -> str:
    return r.physical_id.rpartition("/")[2]


HANDLERS: Mapping[str, Handler] = {
    "AWS::AccessAnalyzer::Analyzer": Handler(
        _create_analyzer,
        lambda r: gone(r.clients("accessanalyzer").delete_analyzer, analyzerName=_name(r)),
        _update_analyzer,
    ),
    "AWS::GuardDuty::Detector": Handler(
        _create_detector,
        lambda r: gone(r.clients("guardduty").delete_detector, DetectorId=r.physical_id),
        _update_detector,
    ),
    "AWS::SecurityHub::Hub": Handler(_create_hub, _delete_hub, _settle_hub),
    "AWS::SecurityHub::Standard": Handler(
        _create_standard,
        lambda r: gone(r.clients("securityhub").batch_disable_standards, StandardsSubscriptionArns=[r.physical_id]),
    ),
}
