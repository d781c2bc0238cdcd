"""One deployment at a time: an object in the template bucket that only one process can have made.

S3 makes it only where there is none (`If-None-Match: *`), so two people cannot both have it. It expires by
itself, is renewed while a deployment runs, and a process of this machine that has ended holds nothing.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

import json
import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from ..errors import CfngenError, problem
from ..execution.releases import known
from .bucket import Bucket
from .errors import code, translated

KEY = "deploying.json"
LEASE = timedelta(minutes=15)
REFUSED = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")


@dataclass(frozen=True)
class Holder:
    """Who deploys: the principal, the machine and process, since when, and until when without a renewal."""

    by: str
    machine: str
    process: int
    since: str
    until: str
    token: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def ended(self) -> bool:
        """Whether it holds nothing any more: its time is over, or its process was one of this machine and is gone."""
        if datetime.fromisoformat(self.until) < _now():
            return True
        return self.machine == machine() and not _lives(self.process)

    def __str__(self) -> str:
        return f"{self.by} (process {self.process} on {self.machine.partition(' ')[0]}) since {self.since}"


@contextmanager
def locked(bucket: Bucket, by: str) -> Iterator[Callable[[], None]]:
    """Hold the lock of a bucket; yields what renews it, to be called often. Raises `CfngenError` if another has it."""
    lock = _Lock(bucket, by)
    lock.take()
    try:
        yield lock.renew
    finally:
        lock.give_back()


def holder(bucket: Bucket) -> Holder | None:
    """Return who deploys now, None where nobody does, or where there is no bucket yet."""
    found, _ = _Lock(bucket, "").read()
    return None if found is None or found.ended else found


def machine() -> str:
    """Return what tells this machine from others, and a container from its neighbours."""
    namespace = ""
    with suppress(OSError):
        namespace = str(Path("/proc/self/ns/pid").readlink())
    return f"{socket.gethostname()} {namespace}".strip()


@dataclass
class _Lock:
    bucket: Bucket
    by: str
    etag: str = ""
    until: datetime = field(default_factory=lambda: datetime.min.replace(tzinfo=UTC))
    since: datetime = field(default_factory=lambda: _now())

    def take(self) -> None:
        if self._put(IfNoneMatch="*"):
            return
        found, etag = self.read()
        if not (self._put(IfNoneMatch="*") if found is None else found.ended and self._put(IfMatch=etag)):
            where = f"s3://{self.bucket.name}/{KEY}"
            hint = f"wait until it has ended; nothing was changed. If that process is gone: `aws s3 rm {where}`"
            who = f"{found} is deploying" if found else "somebody else has just begun to deploy"
            until = f"; without a sign of life this ends at {found.until}" if found else ""
            raise CfngenError(problem(f"{who}{until}", where=where, hint=hint))

    def renew(self) -> None:
        """Prolong the lock when a third of its time is over; raises `CfngenError` if it was lost."""
        if self.until - _now() > LEASE * 2 / 3:
            return
        if not self._put(IfMatch=self.etag):
            hint = "what was begun goes on at AWS; run the same command again to join it"
            raise CfngenError(problem("somebody else began to deploy meanwhile", where=self.bucket.name, hint=hint))

    def give_back(self) -> None:
        """Remove the lock while it is surely ours; a failure to do so only makes others wait for its end."""
        if self.until > _now():
            with suppress(CfngenError), translated("ending the deployment"):
                self.bucket.s3.delete_object(Bucket=self.bucket.name, Key=KEY)

    def _put(self, **condition: str) -> bool:
        until = _now() + LEASE
        holder = Holder(self.by, machine(), os.getpid(), _text(self.since), _text(until))
        with translated(f"locking {self.bucket.name}"):
            try:
                self.etag = self._write(holder, **condition)
            except ClientError as error:
                if code(error) not in REFUSED:
                    raise
                if not self._is(holder):
                    return False
        self.until = until
        return True

    def _write(self, holder: Holder, **condition: str) -> str:
        body = json.dumps(asdict(holder)).encode()
        answer = self.bucket.s3.put_object(Bucket=self.bucket.name, Key=KEY, Body=body, **condition)
        return str(answer["ETag"])

    def _is(self, holder: Holder) -> bool:
        """Whether the lock is the very one that was just written: only the answer was lost, and the write repeated."""
        found, etag = self.read()
        if found is None or found.token != holder.token:
            return False
        self.etag = etag
        return True

    def read(self) -> tuple[Holder | None, str]:
        with translated(f"looking who deploys to {self.bucket.name}"):
            try:
                answer: Any = self.bucket.s3.get_object(Bucket=self.bucket.name, Key=KEY)
            except ClientError as error:
                if code(error) in ("NoSuchKey", "NoSuchBucket"):
                    return None, ""
                raise
            return self._held(answer["Body"].read()), str(answer["ETag"])

    def _held(self, body: bytes) -> Holder:
        """Return who wrote a lock; what a newer version wrote besides is passed over."""
        try:
            found = Holder(**known(Holder, json.loads(body)))
            until = datetime.fromisoformat(found.until).astimezone(UTC)
            return replace(found, machine=str(found.machine), process=int(found.process), until=_text(until))
        except (AttributeError, TypeError, ValueError) as error:
            where = f"s3://{self.bucket.name}/{KEY}"
            what, hint = f"cannot be read, and somebody may be deploying: {error}", f"if nobody is: `aws s3 rm {where}`"
            raise CfngenError(problem(what, where=where, hint=hint)) from error


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _now() -> datetime:
    return datetime.now(UTC)


def _text(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
