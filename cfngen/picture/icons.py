"""Icons: AWS's own, as the package `diagrams` ships them, by what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from ..errors import CfngenError, problem

ICONS: Mapping[str, str] = {
    "users": "general/users",
    "AWS::ApplicationAutoScaling::ScalableTarget": "compute/application-auto-scaling",
    "AWS::AutoScaling::AutoScalingGroup": "compute/ec2-instances",
    "AWS::Backup::BackupVault": "storage/backup",
    "AWS::CertificateManager::Certificate": "security/certificate-manager",
    "AWS::CloudFormation::Stack": "management/cloudformation",
    "AWS::CloudFront::Distribution": "network/cloudfront",
    "AWS::CloudTrail::Trail": "management/cloudtrail",
    "AWS::CloudWatch::Alarm": "management/cloudwatch-alarm",
    "AWS::Cognito::UserPool": "security/cognito",
    "AWS::Config::ConfigurationRecorder": "management/config",
    "AWS::EC2::Instance": "compute/ec2-instance",
    "AWS::EC2::InternetGateway": "network/internet-gateway",
    "AWS::EC2::NatGateway": "network/nat-gateway",
    "AWS::EC2::VPCEndpoint": "network/endpoint",
    "AWS::ElasticLoadBalancing::LoadBalancer": "network/elb-classic-load-balancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "network/elb-application-load-balancer",
    "AWS::GuardDuty::Detector": "security/guardduty",
    "AWS::IAM::Role": "security/identity-and-access-management-iam-role",
    "AWS::InspectorV2::Filter": "security/inspector",
    "AWS::AccessAnalyzer::Analyzer": "security/identity-and-access-management-iam-access-analyzer",
    "AWS::KMS::Key": "security/key-management-service",
    "AWS::Lambda::Function": "compute/lambda-function",
    "AWS::Logs::LogGroup": "management/cloudwatch-logs",
    "AWS::RDS::DBInstance": "database/rds",
    "AWS::Route53::HostedZone": "network/route-53-hosted-zone",
    "AWS::S3::Bucket": "storage/simple-storage-service-s3-bucket",
    "AWS::SNS::Topic": "integration/simple-notification-service-sns-topic",
    "AWS::SecretsManager::Secret": "security/secrets-manager",
    "AWS::SecurityHub::Hub": "security/security-hub",
    "AWS::WAFv2::WebACL": "security/waf",
    "anything": "general/general",
}
"""Files below `resources/aws` of the package, without their ending, by resource type or by word."""


def icon_file(kind: str) -> str:
    """Return the file of an icon, relative to the folder of packages."""
    return f"resources/aws/{ICONS.get(kind, ICONS['anything'])}.png"


def icon_folder() -> Path:
    """Return the folder that icons' files are relative to; raises `CfngenError` without the package."""
    try:
        found = distribution("diagrams").locate_file("")
    except PackageNotFoundError as error:
        what = "the icons are not installed: they come with the Python package diagrams"
        raise CfngenError(
            problem(what, hint="pip install 'cfngen[report]'; `cfngen diagram ENV --format mermaid` needs none")
        ) from error
    return Path(str(found))
