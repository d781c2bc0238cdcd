"""The app tier: an internal Application Load Balancer on 8080 before a fleet that scales.

Web instances reach the balancer, it reaches the fleet in private subnets, and only the fleet reaches
the database. With a certificate, its own for the name that web asks for or one that a parameter names, every hop
is TLS; without one, as before the zone exists, it is HTTP.
"""

from __future__ import annotations

from troposphere import AWSHelperFn, GetAtt, If, NoValue, Parameter, Ref, Sub, Template, autoscaling, secretsmanager
from troposphere import elasticloadbalancingv2 as elb

from .. import names
from ..layer import NONE, Classification, Wire, give, setting, take
from ..parts import database_login, fleet, instance, user_data
from ..parts.certificates import HAS_CERTIFICATE, MAKES_CERTIFICATE, certificate
from ..parts.metadata import context, suppress
from ..parts.tags import name_tag
from . import data, documents, keys, logs, network, zone

CLASSIFICATION = Classification.PHI

APP_URL = Wire("AppUrl", "String", "Where the web tier reaches the app tier: scheme, host and port.")
APP_LOAD_BALANCER_DNS_NAME = Wire("AppLoadBalancerDnsName", "String", "Host name of the app balancer.")
APP_LOAD_BALANCER_ARN = Wire("AppLoadBalancerArn", "String", "The app balancer, for what attaches to it.")
APP_LOAD_BALANCER_ZONE_ID = Wire("AppLoadBalancerZoneId", "String", "Zone of that host name, for alias records.")
APP_LOAD_BALANCER_FULL_NAME = Wire("AppLoadBalancerFullName", "String", "The app balancer in CloudWatch's metrics.")
APP_TARGET_GROUP_FULL_NAME = Wire("AppTargetGroupFullName", "String", "The app targets in CloudWatch's metrics.")
APP_TARGET_GROUP_NAME = Wire("AppTargetGroupName", "String", "Name of the app targets.")
APP_INSTANCE_ROLE_NAME = Wire("AppInstanceRoleName", "String", "Role of the app tier's instances.")
APP_DATABASE_SECRET_ARN = Wire("AppDatabaseSecretArn", "String", "Secret of the application's own database login.")
APP_FLEET_NAME = Wire("AppFleetName", "String", "Name of the app tier's Auto Scaling group.")
APP_TLS_CERTIFICATE_ARN = Wire(
    "AppTlsCertificateArn", "String", "Certificate that the app balancer has; none without one."
)

APP_CERTIFICATE_ARN = Parameter(
    "AppCertificateArn",
    Type="String",
    Default="",
    AllowedPattern="(arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+)?",
    Description="Certificate of the app balancer; without one it has its own, and without a zone it speaks HTTP.",
)
LOAD_BALANCER_DELETION_PROTECTION = Parameter(
    "LoadBalancerDeletionProtection",
    Type="String",
    Default="true",
    AllowedValues=["true", "false"],
    Description="Whether the app balancer refuses to be deleted; false before destroying an environment, and while a "
    "first deployment may still fail: a protected balancer cannot be rolled back.",
)
FLEET = fleet.fleet("App", "t3.large")

PORT = 8080
HOST = names.app_host("${AWS::Region}", "${Geography}", "${DomainName}")
HOSTS = (names.app_subject("${Geography}", "${DomainName}"), HOST)
"""Names on the balancer's certificate: a short one first, because ACM takes at most 64 characters there."""

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.3 and 1.2, forward secrecy only.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
"""
REQUESTS_PER_TARGET = 1000
"""Requests a minute that one instance is to answer."""


def build(template: Template) -> None:
    """Add the balancer, its targets and the fleet, and say where they are."""
    served = certificate(template, "App", APP_CERTIFICATE_ARN, zone.ZONE_ID, HOSTS)
    fleet.add_conditions(template)
    balancer = _balancer(template)
    targets = _targets(template)
    listener = _listener(template, served, balancer, targets)
    secret = database_login.app_secret(template, take(template, keys.DATA_KEY_ARN))
    group = _fleet(template, targets, listener, secret)
    fleet.scale_on_cpu(template, FLEET, group)
    _scale_on_requests(template, group, balancer, targets)
    give(template, APP_URL, _url(balancer))
    give(template, APP_LOAD_BALANCER_DNS_NAME, GetAtt(balancer, "DNSName"))
    give(template, APP_LOAD_BALANCER_ARN, Ref(balancer))
    give(template, APP_LOAD_BALANCER_ZONE_ID, GetAtt(balancer, "CanonicalHostedZoneID"))
    give(template, APP_LOAD_BALANCER_FULL_NAME, GetAtt(balancer, "LoadBalancerFullName"))
    give(template, APP_TARGET_GROUP_FULL_NAME, GetAtt(targets, "TargetGroupFullName"))
    give(template, APP_TARGET_GROUP_NAME, GetAtt(targets, "TargetGroupName"))
    give(template, APP_INSTANCE_ROLE_NAME, Ref(template.resources["AppInstanceRole"]))
    give(template, APP_DATABASE_SECRET_ARN, Ref(secret))
    give(template, APP_FLEET_NAME, Ref(group))
    give(template, APP_TLS_CERTIFICATE_ARN, If(HAS_CERTIFICATE, served, NONE))


def _url(balancer: elb.LoadBalancer) -> Sub:
    """Return where web finds app: by the name on its certificate where it has its own."""
    return Sub(
        f"${{Scheme}}://${{Host}}:{PORT}",
        Scheme=If(HAS_CERTIFICATE, "https", "http"),
        Host=If(MAKES_CERTIFICATE, Sub(HOST), GetAtt(balancer, "DNSName")),
    )


def _balancer(template: Template) -> elb.LoadBalancer:
    attributes = {
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": take(template, logs.LOAD_BALANCER_LOGS_BUCKET),
        "deletion_protection.enabled": setting(template, LOAD_BALANCER_DELETION_PROTECTION),
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": "strictest",
    }
    balancer = elb.LoadBalancer(
        "AppBalancer",
        Type="application",
        Scheme="internal",
        Subnets=take(template, network.APP_SUBNET_IDS),
        SecurityGroups=[take(template, network.APP_LOAD_BALANCER_SECURITY_GROUP_ID)],
        LoadBalancerAttributes=[elb.LoadBalancerAttributes(Key=key, Value=attributes[key]) for key in attributes],
        Tags=name_tag(template, "app-elb"),
        Metadata=context(
            "Internal: only the web tier may ask the app tier anything.",
            must=("Scheme is internal.", "Access is logged."),
            mutable="change-with-constraints",
        ),
    )
    _explain(balancer)
    return template.add_resource(balancer)


def _explain(balancer: elb.LoadBalancer) -> None:
    suppress(
        balancer,
        "Protected by default: a parameter, because an environment that is to be destroyed must let go of it.",
        nag=("HIPAA.Security-ELBDeletionProtectionEnabled", "NIST.800.53.R5-ELBDeletionProtectionEnabled"),
    )
    suppress(
        balancer,
        "The firewall layer attaches its web ACL, in a template of its own that this judge does not read.",
        nag=("NIST.800.53.R5-ALBWAFEnabled",),
    )


def _targets(template: Template) -> elb.TargetGroup:
    return template.add_resource(
        elb.TargetGroup(
            "AppTargets",
            VpcId=take(template, network.VPC_ID),
            TargetType="instance",
            Protocol=If(HAS_CERTIFICATE, "HTTPS", "HTTP"),
            Port=If(HAS_CERTIFICATE, 443, 80),
            HealthCheckPath="/health",
            HealthCheckProtocol=If(HAS_CERTIFICATE, "HTTPS", "HTTP"),
            HealthCheckIntervalSeconds=15,
            HealthyThresholdCount=2,
            UnhealthyThresholdCount=3,
            Matcher=elb.Matcher(HttpCode="200"),
            TargetGroupAttributes=[
                elb.TargetGroupAttribute(Key="deregistration_delay.timeout_seconds", Value="120"),
            ],
            Tags=name_tag(template, "app-elb"),
            Metadata=context(
                "Asks the static /health, which is there before the first release; else no instance would ever live.",
                mutable="change-with-constraints",
            ),
        )
    )


def _listener(
    template: Template, served: AWSHelperFn, balancer: elb.LoadBalancer, targets: elb.TargetGroup
) -> elb.Listener:
    used = elb.Certificate(CertificateArn=served)
    listener = elb.Listener(
        "AppListener",
        LoadBalancerArn=Ref(balancer),
        Port=PORT,
        Protocol=If(HAS_CERTIFICATE, "HTTPS", "HTTP"),
        Certificates=If(HAS_CERTIFICATE, [used], NoValue),
        SslPolicy=If(HAS_CERTIFICATE, TLS_POLICY, NoValue),
        DefaultActions=[elb.Action(Type="forward", TargetGroupArn=Ref(targets))],
        Metadata=context(
            "One listener that changes its protocol: two on one port could not replace each other in an update.",
            must=("HTTPS where there is a certificate.",),
            mutable="review-required",
        ),
    )
    reason = "HTTPS with TLS 1.2 or 1.3 as soon as there is a certificate, which the condition decides."
    suppress(listener, reason, checkov=("CKV_AWS_2", "CKV_AWS_103"))
    return template.add_resource(listener)


def _fleet(
    template: Template, targets: elb.TargetGroup, listener: elb.Listener, secret: secretsmanager.Secret
) -> autoscaling.AutoScalingGroup:
    log_group = instance.fleet_logs(template, FLEET.prefix, take(template, keys.LOGS_KEY_ARN))
    may_log_in = database_login.app_secret_policy(template, secret, take(template, keys.DATA_KEY_ARN))
    variables = {
        "DATABASE_HOST": take(template, data.DATABASE_ENDPOINT),
        "DATABASE_PORT": take(template, data.DATABASE_PORT),
        "DATABASE_SECRET": Ref(secret),
        "DOCUMENTS_BUCKET": take(template, documents.DOCUMENTS_BUCKET),
    }
    started_from = fleet.launch_template(
        template,
        FLEET,
        profile=instance.instance_profile(
            template, FLEET.prefix, log_group, take(template, documents.DOCUMENTS_POLICY_ARN), Ref(may_log_in)
        ),
        security_group=take(template, network.APP_SECURITY_GROUP_ID),
        volume_key=take(template, keys.VOLUME_KEY_ARN),
        user_data=user_data.boot(fleet.IS_WINDOWS, FLEET.group, log_group, variables),
    )
    group = fleet.auto_scaling_group(template, FLEET, started_from, take(template, network.APP_SUBNET_IDS))
    group.TargetGroupARNs = [Ref(targets)]
    # A target group without a listener checks nothing, and the group would wait for ever.
    group.resource["DependsOn"] = [listener.title]
    return group


def _scale_on_requests(
    template: Template, group: autoscaling.AutoScalingGroup, balancer: elb.LoadBalancer, targets: elb.TargetGroup
) -> autoscaling.ScalingPolicy:
    label = Sub(f"${{{balancer.title}.LoadBalancerFullName}}/${{{targets.title}.TargetGroupFullName}}")
    metric = autoscaling.PredefinedMetricSpecification(
        PredefinedMetricType="ALBRequestCountPerTarget", ResourceLabel=label
    )
    return fleet.scaling_policy(template, "AppRequestScaling", group, metric, REQUESTS_PER_TARGET)
