"""How people and releases reach the machines: sessions, CodeDeploy, patches and the application's login.

Sessions are recorded and are the only way in. A release goes from the tier's folder of one bucket to one instance after
another. Patches are installed in a weekly window. A document makes the application's own login on the database.
"""

from __future__ import annotations

from collections.abc import Sequence

from awacs.aws import PolicyDocument, Statement
from troposphere import AWSHelperFn, Equals, Parameter, Ref, Select, Template, codedeploy, iam, s3

from .. import facts
from ..layer import Classification, Wire, give, setting, take
from ..parts import fleet, patching, releases, sessions
from ..parts.engines import uses_postgres
from ..parts.login_document import Login, login_document
from ..parts.metadata import context, suppress
from . import app, data, keys, logs, monitoring, network, web

CLASSIFICATION = Classification.PHI

RELEASE_BUCKET = Wire("ReleaseBucket", "String", "Name of the bucket that releases come from, a folder per tier.")
SESSION_LOG_GROUP = Wire("SessionLogGroup", "String", "Log group that records people's sessions.")

SESSION_PREFERENCES = Parameter(
    "SessionPreferences",
    Type="String",
    Default="false",
    AllowedValues=["true", "false"],
    Description="Whether sessions that name no document are recorded too, by SSM-SessionManagerRunShell; it is one per "
    "region and may exist already: then false, and change that one by hand.",
)
RELEASE_PACE = Parameter(
    "ReleasePace",
    Type="String",
    Default="CodeDeployDefault.OneAtATime",
    AllowedValues=[f"CodeDeployDefault.{pace}" for pace in ("OneAtATime", "HalfAtATime", "AllAtOnce")],
    Description="How many instances of a tier take a release at the same time.",
)
PATCH_SCHEDULE = Parameter(
    "PatchSchedule",
    Type="String",
    Default="cron(0 3 ? * SUN *)",
    AllowedPattern=r"(cron|rate)\([A-Za-z0-9 ,*?/#-]+\)",
    Description="When instances are patched and may restart, in UTC.",
)

_HAS_DATABASE = "HasDatabase"
_HAS_PREFERENCES = "HasSessionPreferences"


def build(template: Template) -> None:
    """Add sessions, releases, patching and the document of the login."""
    for fact in (facts.PROJECT, facts.ENVIRONMENT):
        setting(template, fact)
    template.add_condition(_HAS_DATABASE, Equals(setting(template, facts.REGION_ROLE), "active"))
    template.add_condition(_HAS_PREFERENCES, Equals(setting(template, SESSION_PREFERENCES), "true"))
    key = take(template, keys.OPERATIONS_KEY_ARN)
    group = sessions.session_logs(template, take(template, keys.LOGS_KEY_ARN))
    sessions.session_documents(template, group, key, _HAS_PREFERENCES)
    bucket = releases.release_bucket(template, key, take(template, logs.ACCESS_LOGS_BUCKET))
    for tier in _tiers(template):
        releases.deployment(template, tier, setting(template, RELEASE_PACE))
        _instances(template, tier, bucket, sessions.session_statements(group, key))
    _patching(template)
    login_document(template, _login(template))
    give(template, RELEASE_BUCKET, Ref(bucket))
    give(template, SESSION_LOG_GROUP, Ref(group))


def _tiers(template: Template) -> Sequence[releases.Tier]:
    classic = codedeploy.ElbInfoList(Name=take(template, web.WEB_LOAD_BALANCER_NAME))
    targets = codedeploy.TargetGroupInfo(Name=take(template, app.APP_TARGET_GROUP_NAME))
    take(template, app.APP_TARGET_GROUP_FULL_NAME)
    return (
        releases.Tier(
            "Web",
            take(template, web.WEB_FLEET_NAME),
            take(template, web.WEB_INSTANCE_ROLE_NAME),
            take(template, monitoring.WEB_ERRORS_ALARM),
            codedeploy.LoadBalancerInfo(ElbInfoList=[classic]),
            "loadbalancer/${WebLoadBalancerName}",
        ),
        releases.Tier(
            "App",
            take(template, app.APP_FLEET_NAME),
            take(template, app.APP_INSTANCE_ROLE_NAME),
            take(template, monitoring.APP_ERRORS_ALARM),
            codedeploy.LoadBalancerInfo(TargetGroupInfoList=[targets]),
            "${AppTargetGroupFullName}",
        ),
    )


def _instances(template: Template, tier: releases.Tier, bucket: s3.Bucket, recording: list[Statement]) -> None:
    """Let a tier's instances record their sessions and fetch their releases."""
    policy = iam.ManagedPolicy(
        f"{tier.prefix}OperationsPolicy",
        Description=f"Sessions and releases on the {tier.folder} fleet.",
        PolicyDocument=PolicyDocument(
            Version="2012-10-17", Statement=[*recording, *releases.release_statements(bucket, tier)]
        ),
        Roles=[tier.role],
        Metadata=context(
            "Added to the fleet's own role, which exists before the bucket does.",
            must=("Read releases of its own tier only.",),
            mutable="review-required",
        ),
    )
    suppress(
        policy,
        "A folder of one bucket, the streams of one log group; finding log groups knows no resource.",
        checkov=("CKV_AWS_111",),
        nag=("AwsSolutions-IAM5",),
    )
    template.add_resource(policy)


def _patching(template: Template) -> None:
    fleets: dict[str, AWSHelperFn] = {
        "Web": take(template, web.WEB_FLEET_NAME),
        "App": take(template, app.APP_FLEET_NAME),
    }
    patching.baselines(template)
    patching.associations(template)
    role = patching.patch_role(template, fleets)
    document = patching.patch_document(template, role)
    schedule = setting(template, PATCH_SCHEDULE)
    patching.maintenance_window(template, document, role, schedule, fleets)


def _login(template: Template) -> Login:
    return Login(
        condition=_HAS_DATABASE,
        postgres=uses_postgres(template),
        host=take(template, data.DATABASE_ENDPOINT),
        port=take(template, data.DATABASE_PORT),
        master_secret=take(template, data.DATABASE_SECRET_ARN),
        app_secret=take(template, app.APP_DATABASE_SECRET_ARN),
        data_key=take(template, keys.DATA_KEY_ARN),
        volume_key=take(template, keys.VOLUME_KEY_ARN),
        security_group=take(template, network.APP_SECURITY_GROUP_ID),
        subnet=Select(0, take(template, network.APP_SUBNET_IDS)),
        linux_image=setting(template, fleet.LINUX_IMAGE),
        windows_image=setting(template, fleet.WINDOWS_IMAGE),
    )
