"""Thousands of instances: what planning, deploying and watching them costs, over HTTP, in memory and in calls.

The control plane runs in a process of its own, with simulated stacks. Each step below runs in a new process, so
that its peak memory is its own. Numbers are printed and nothing is asserted. Two steps plan with 50 ms to each
call, first as `cfngen plan` does and then one call after the other; the control plane's own work is not among
it, because CloudFormation's answers are those of a first run.

usage: scale.py [INSTANCES [STACK_SETS [STEP ...]]]
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

from cfngen.artifacts import Upload
from cfngen.aws import calls as aws_calls
from cfngen.aws.bucket import Bucket
from cfngen.aws.readers import Readers
from cfngen.aws.session import Aws, connect
from cfngen.aws.stacksets import StackSets
from cfngen.aws.templates import with_templates
from cfngen.deployment import Definition, Instance, WantedStackSet
from cfngen.execution.execute import Means, Numbered, execute
from cfngen.execution.releases import recorded, release
from cfngen.planning.operations import ObservedStackSet, Plan, Preferences, Step
from cfngen.planning.plan import plan

Observed = Mapping[str, ObservedStackSet]

ADMIN, REGION, BUCKET = "111111111111", "us-east-1", "scale"
REGIONS = ("ap-southeast-1", "eu-west-1", "us-east-1", "us-west-2")
LATENCY = 0.02
"""Seconds that a simulated stack takes."""

TEMPLATE = """
Parameters:
  Geography: {Type: String, Default: us}
  Size: {Type: String, Default: small}
Resources:
  Topic: {Type: "AWS::SNS::Topic", Properties: {DisplayName: VERSION}}
"""
VALUES = {"Geography": "us", "Size": "small"}
ROUND_TRIP = 0.05
"""Seconds that AWS is away in the steps named below."""
FAR, ONE_BY_ONE = "plan from afar", "one call after the other"
STEPS = ("create", "plan", FAR, ONE_BY_ONE, "update", "plan again")


def main() -> int:
    """Run every step in its own process; return the exit code."""
    words = sys.argv[1:]
    if words[:1] == ["--serve"]:
        return serve()
    if words[:1] == ["--step"]:
        return step(words[1], int(words[2]), int(words[3]))
    instances, sets = int(words[0]) if words else 5000, int(words[1]) if len(words) > 1 else 4
    command = [sys.executable, __file__]
    with subprocess.Popen([*command, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        environment = {**os.environ, "AWS_ENDPOINT_URL": server.stdout.readline().strip()}
        sys.stdout.write(f"{instances} instances in {sets} stack sets, {len(REGIONS)} regions\n")
        for name in words[2:] or STEPS:
            subprocess.run([*command, "--step", name, str(instances), str(sets)], env=environment, check=True)
        server.terminate()
    return 0


def serve() -> int:
    """Serve the control plane until stdin closes."""
    from cfngen.local.server import start
    from cfngen.local.settings import Settings
    from cfngen.local.stacksets.simulated import Simulated

    with start(Settings(ADMIN, ()), simulated=Simulated(lambda _: time.sleep(LATENCY))) as running:
        sys.stdout.write(f"{running.url}\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0


def step(name: str, instances: int, sets: int) -> int:
    """Carry out one step and print what it cost."""
    aws, calls = connect(REGION, endpoint=os.environ["AWS_ENDPOINT_URL"]), Counter[str]()
    aws.session.events.register("before-send", lambda event_name, **_: calls.update([event_name.split(".")[-1]]))
    bucket = _bucket(aws)
    stacksets = StackSets.of(aws, bucket)
    version = "2" if name in ("update", "plan again") else "1"
    wanted = [wanted_stack_set(number, instances // sets, version) for number in range(sets)]
    if name in (FAR, ONE_BY_ONE):
        aws_calls.AT_ONCE = 1 if name == ONE_BY_ONE else aws_calls.AT_ONCE
        _go_far(lambda: stacksets.observe(item.definition.name for item in wanted))
        calls.clear()
    began = time.monotonic()
    observed = stacksets.observe(item.definition.name for item in wanted)
    seen = with_templates(observed, wanted, bucket, Readers(aws, "reader"))
    made = plan(wanted, seen, preferences=Preferences(concurrency_mode="SOFT_FAILURE_TOLERANCE"))
    planned = time.monotonic() - began
    if name in ("create", "update"):
        _carry_out(made, wanted, observed, stacksets, bucket)
    _tell(name, made, planned, time.monotonic() - began, calls)
    return 0


def _go_far(ask: Callable[[], object]) -> None:
    """Answer from now on what is asked now from memory, each call after a round trip."""
    send, answers = URLLib3Session.send, dict[object, AWSResponse]()

    def remember(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        return answers.setdefault((request.url, request.body), send(session, request))

    def answer(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        time.sleep(ROUND_TRIP)
        return answers[request.url, request.body] if request.method == "POST" else send(session, request)

    URLLib3Session.send = remember
    ask()
    URLLib3Session.send = answer


def _carry_out(
    made: Plan, wanted: Sequence[WantedStackSet], observed: Observed, stacksets: StackSets, bucket: Bucket
) -> None:
    named = {item.definition.name: item for item in wanted}
    item = release(wanted, at=datetime.now(UTC), by="scale", commit="", outcome="RUNNING")
    operations = dict(item.operations)

    def journal(step: Step, numbered: Sequence[Numbered]) -> None:
        for each in numbered:
            operations[each.operation_id] = recorded(each.operation, named[step.name], observed.get(step.name))
        bucket.record(replace(item, operations=operations))

    execute(made, Means(stacksets, lambda _: None, journal, interval=0.5))


def _tell(name: str, made: Plan, planned: float, total: float, calls: Counter[str]) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = dict(calls.most_common(6))
    what = f"{len(made.operations)} operations, planned in {planned:.1f} s"
    done = f", done in {total:.1f} s" if total > planned + 0.1 else ""
    sys.stdout.write(f"{name:24}  peak {peak:5.0f} MB  {what}{done}  calls {sum(calls.values())}: {json.dumps(told)}\n")


def _bucket(aws: Aws) -> Bucket:
    bucket = Bucket.of(aws, BUCKET)
    if not bucket.exists():
        bucket.s3.create_bucket(Bucket=BUCKET)
    return bucket


def wanted_stack_set(number: int, size: int, version: str) -> WantedStackSet:
    """Return a stack set of so many instances."""
    body = TEMPLATE.replace("VERSION", version)
    key = f"templates/bundle{number}/{hashlib.sha256(body.encode()).hexdigest()}/root.yaml"
    accounts = [f"{200000000000 + each}" for each in range(-(-size // len(REGIONS)))]
    places = [Instance(account, region) for account in accounts for region in REGIONS][:size]
    role = f"arn:aws:iam::{ADMIN}:role/administration"
    return WantedStackSet(
        bundle=f"bundle{number}",
        definition=Definition(f"scale-{number}", "scale", body, dict(VALUES), (), {}, role, "e"),
        url=f"https://{BUCKET}.s3.{REGION}.amazonaws.com/{key}",
        uploads=(Upload(key, body),),
        instances={place: {"Geography": place.region[:2]} for place in places},
    )


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
