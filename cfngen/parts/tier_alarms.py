"""What each tier is watched for: balancers and fleets, the database, and the way out.

Names of metrics: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from troposphere import AWSHelperFn

from .alarms import DAY, Watch, computed, measured

ERROR_PERCENT, FEWEST_REQUESTS = 5, 20
"""The share of failed requests that is too much, and the requests a minute below which a share says nothing."""

CPU_PERCENT = 85
BOOT_PERIODS = 45
"""Minutes that a fleet may lack an instance: Windows takes up to 30 to boot."""

CERTIFICATE_DAYS = 30
DROPPED_PACKETS = 100
GIB = 1073741824


def classic_balancer(tier: str, name: AWSHelperFn, latency: AWSHelperFn) -> Iterator[Watch]:
    """Yield what a Classic Load Balancer is watched for; `latency` is in seconds."""

    def metric(what: str, statistic: str) -> dict[str, Any]:
        return measured("AWS/ELB", what, statistic, LoadBalancerName=name)

    own, behind = metric("HTTPCode_ELB_5XX", "Sum"), metric("HTTPCode_Backend_5XX", "Sum")
    yield _errors(tier, own, behind, metric("RequestCount", "Sum"))
    yield _unhealthy(tier, metric("UnHealthyHostCount", "Maximum"))
    yield _slow(tier, metric("Latency", "p99"), latency)


def application_balancer(tier: str, name: AWSHelperFn, targets: AWSHelperFn, latency: AWSHelperFn) -> Iterator[Watch]:
    """Yield what an Application Load Balancer is watched for; `latency` is in seconds."""

    def metric(what: str, statistic: str) -> dict[str, Any]:
        return measured("AWS/ApplicationELB", what, statistic, LoadBalancer=name)

    own, behind = metric("HTTPCode_ELB_5XX_Count", "Sum"), metric("HTTPCode_Target_5XX_Count", "Sum")
    yield _errors(tier, own, behind, metric("RequestCount", "Sum"))
    hosts = measured("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", LoadBalancer=name, TargetGroup=targets)
    yield _unhealthy(tier, hosts)
    yield _slow(tier, metric("TargetResponseTime", "p99"), latency)


def fleet(tier: str, group: AWSHelperFn) -> Iterator[Watch]:
    """Yield what an Auto Scaling group is watched for."""

    def size(what: str) -> dict[str, Any]:
        return measured("AWS/AutoScaling", what, "Minimum", AutoScalingGroupName=group)

    cpu = measured("AWS/EC2", "CPUUtilization", "Average", AutoScalingGroupName=group)
    missing = computed("wanted - running", wanted=size("GroupDesiredCapacity"), running=size("GroupInServiceInstances"))
    yield Watch(f"{tier}Cpu", f"{tier}: the fleet is busy although it may grow", cpu, CPU_PERCENT, 15)
    yield Watch(f"{tier}Capacity", f"{tier}: fewer instances in service than wanted", missing, 0, BOOT_PERIODS)


def database(
    name: AWSHelperFn, condition: str, *, connections: AWSHelperFn, storage: AWSHelperFn, memory: AWSHelperFn
) -> Iterator[Watch]:
    """Yield what the database is watched for, where there is one; `storage` and `memory` are in GiB."""

    def metric(what: str, statistic: str) -> dict[str, Any]:
        return measured("AWS/RDS", what, statistic, DBInstanceIdentifier=name)

    def gib(what: str) -> dict[str, Any]:
        return computed(f"free / {GIB}", free=metric(what, "Minimum"))

    cpu, busy = metric("CPUUtilization", "Average"), metric("DatabaseConnections", "Maximum")
    yield Watch(
        "DatabaseCpu", "Database: busy, or it says nothing", cpu, CPU_PERCENT, 15, missing="breaching",
        condition=condition,
    )  # fmt: skip
    yield Watch("DatabaseConnections", "Database: many connections", busy, connections, 5, condition=condition)
    yield Watch(
        "DatabaseStorageFree", "Database: storage runs out", gib("FreeStorageSpace"), storage, 5, below=True,
        condition=condition,
    )  # fmt: skip
    yield Watch(
        "DatabaseMemoryFree", "Database: memory runs out", gib("FreeableMemory"), memory, 15, below=True,
        condition=condition,
    )  # fmt: skip


def nat_gateway(zone: int, gateway: AWSHelperFn, condition: str) -> Iterator[Watch]:
    """Yield what a NAT gateway is watched for."""

    def metric(what: str) -> dict[str, Any]:
        return measured("AWS/NATGateway", what, "Sum", NatGatewayId=gateway)

    ports, dropped = metric("ErrorPortAllocation"), metric("PacketsDropCount")
    says = f"NAT gateway of zone {zone}"
    yield Watch(f"Nat{zone}Ports", f"{says}: no port left for new connections", ports, 0, 3, condition=condition)
    yield Watch(f"Nat{zone}Drops", f"{says}: drops packets", dropped, DROPPED_PACKETS, 5, condition=condition)


def certificate(tier: str, arn: AWSHelperFn, condition: str) -> Watch:
    """Return what a certificate is watched for: ACM renews 60 days ahead, so 30 left means that it could not."""
    left = measured("AWS/CertificateManager", "DaysToExpiry", "Minimum", DAY, CertificateArn=arn)
    says = f"{tier}: the certificate expires within {CERTIFICATE_DAYS} days"
    return Watch(f"{tier}Certificate", says, left, CERTIFICATE_DAYS, 1, below=True, condition=condition)


def _errors(tier: str, own: dict[str, Any], behind: dict[str, Any], requests: dict[str, Any]) -> Watch:
    failed = "100 * (FILL(own, 0) + FILL(behind, 0)) / requests"
    share = computed(f"IF(requests > {FEWEST_REQUESTS}, {failed}, 0)", own=own, behind=behind, requests=requests)
    return Watch(f"{tier}Errors", f"{tier}: more than {ERROR_PERCENT} % of requests fail", share, ERROR_PERCENT, 5)


def _unhealthy(tier: str, hosts: dict[str, Any]) -> Watch:
    return Watch(f"{tier}Unhealthy", f"{tier}: an instance does not answer /health", hosts, 0, 10)


def _slow(tier: str, seconds: dict[str, Any], threshold: AWSHelperFn) -> Watch:
    return Watch(f"{tier}Latency", f"{tier}: one request in a hundred is slow", seconds, threshold, 10)
