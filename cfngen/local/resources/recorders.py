"""AWS Config's recorder, delivery channel and rules.

Not represented: recording itself, recording modes, custom rules' functions; a rule never evaluates anything.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from .api import forgiving, gone, named, send
from .handler import Handler, Made, Request


def _put_recorder(r: Request, name: str) -> Made:
    config = r.clients("config")
    send(config.put_configuration_recorder, {"ConfigurationRecorder": {**r.properties, "Name": name}})
    _start(r)
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{r.account}/{r.region}/{name}")
    arn = f"arn:aws:config:{r.region}:{r.account}:configuration-recorder/{name}/{identity}"
    return Made(name, {"ResourceARN": arn})


def _start(r: Request) -> None:
    """Start the recorder once there is a channel to deliver to, whichever of the two comes last."""
    config = r.clients("config")
    if config.describe_delivery_channels()["DeliveryChannels"]:
        for recorder in config.describe_configuration_recorders()["ConfigurationRecorders"]:
            config.start_configuration_recorder(ConfigurationRecorderName=recorder["name"])


def _stop(r: Request) -> None:
    config = r.clients("config")
    for recorder in config.describe_configuration_recorders()["ConfigurationRecorders"]:
        config.stop_configuration_recorder(ConfigurationRecorderName=recorder["name"])


def _delete_recorder(r: Request) -> None:
    with forgiving():
        r.clients("config").stop_configuration_recorder(ConfigurationRecorderName=r.physical_id)
        r.clients("config").delete_configuration_recorder(ConfigurationRecorderName=r.physical_id)


def _put_channel(r: Request, name: str) -> Made:
    send(r.clients("config").put_delivery_channel, {"DeliveryChannel": {**r.properties, "Name": name}})
    _start(r)
    return Made(name)


def _delete_channel(r: Request) -> None:
    """Delete the channel; AWS refuses that as long as anything is recorded."""
    _stop(r)
    gone(r.clients("config").delete_delivery_channel, DeliveryChannelName=r.physical_id)


def _put_rule(r: Request, name: str) -> Made:
    config = r.clients("config")
    send(config.put_config_rule, {"ConfigRule": {**r.properties, "ConfigRuleName": name}})
    rule = config.describe_config_rules(ConfigRuleNames=[name])["ConfigRules"][0]
    known = {"Arn": rule["ConfigRuleArn"], "ConfigRuleId": rule["ConfigRuleId"]}
    return Made(name, {**known, "Compliance.Type": "INSUFFICIENT_DATA"})


HANDLERS: Mapping[str, Handler] = {
    "AWS::Config::ConfigRule": Handler(
        lambda r: _put_rule(r, named(r, "ConfigRuleName", 128)),
        lambda r: gone(r.clients("config").delete_config_rule, ConfigRuleName=r.physical_id),
        lambda r: _put_rule(r, r.physical_id),
    ),
    "AWS::Config::ConfigurationRecorder": Handler(
        lambda r: _put_recorder(r, named(r, "Name")), _delete_recorder, lambda r: _put_recorder(r, r.physical_id)
    ),
    "AWS::Config::DeliveryChannel": Handler(
        lambda r: _put_channel(r, named(r, "Name")), _delete_channel, lambda r: _put_channel(r, r.physical_id)
    ),
}
