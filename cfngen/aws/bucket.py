"""The template bucket: templates addressed by content, and the releases that were deployed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..artifacts import Upload
from ..errors import CfngenError, problem
from ..execution.releases import PREFIX, Release, dump, key, load
from .calls import side_by_side
from .errors import answered, code, translated
from .session import Aws

LOOK_BACK = 100
"""Releases that are read at most to find who began an operation; AWS forgets operations after 90 days."""


@dataclass(frozen=True)
class Bucket:
    """The template bucket of an environment, seen by one client (clients may be shared by threads)."""

    name: str
    s3: Any

    @classmethod
    def of(cls, aws: Aws, name: str) -> Bucket:
        """Return the bucket of that name."""
        return cls(name, aws.client("s3"))

    def exists(self) -> bool:
        """Whether the bucket is there for us."""
        with translated(f"looking for the template bucket {self.name}"):
            try:
                self.s3.head_bucket(Bucket=self.name)
            except ClientError as error:
                if code(error) in ("404", "NoSuchBucket"):
                    return False
                raise
        return True

    def present(self, keys: Iterable[str]) -> frozenset[str]:
        """Return which of these keys the bucket holds; none where there is no bucket."""
        return frozenset(key for key, there in side_by_side(self._holds, sorted(set(keys))) if there)

    def upload(self, uploads: Sequence[Upload]) -> None:
        """Write templates; the same content has the same key, so writing twice does no harm."""
        with translated(f"writing templates into {self.name}"):
            list(side_by_side(lambda upload: self._put(upload.key, upload.body, "application/yaml"), uploads))

    def record(self, release: Release) -> None:
        """Record a release."""
        with translated(f"recording the release in {self.name}"):
            self._put(key(release), dump(release), "application/json")

    def trusted(self, operation_ids: Collection[str]) -> dict[str, Release]:
        """Return the releases that began these operations, by operation id; looks back from the newest."""
        missing, found = set(operation_ids), dict[str, Release]()
        if not missing:
            return found
        with translated(f"reading releases from {self.name}"), answered("NoSuchBucket"):
            for name in sorted(self._releases(), reverse=True)[:LOOK_BACK]:
                item = self._release(name)
                found |= dict.fromkeys(missing & item.operations.keys(), item)
                missing -= item.operations.keys()
                if not missing:
                    break
        return found

    def read(self, url: str) -> str:
        """Return the template that lies at a URL of this bucket."""
        with translated(f"reading {url}"):
            return self._get(url.partition("amazonaws.com/")[2])

    def texts(self, keys: Iterable[str]) -> dict[str, str]:
        """Return templates by their keys; those that are not there, or not for us, are left out."""
        found = side_by_side(self._text, sorted(set(keys)))
        return {key: text for key, text in found if text is not None}

    def newest(self, count: int) -> tuple[Release, ...]:
        """Return the newest releases, the newest first; none where there is no bucket."""
        if not self.exists():
            return ()
        with translated(f"reading releases from {self.name}"):
            newest = sorted(self._releases(), reverse=True)[:count]
            return tuple(item for _, item in side_by_side(self._release, newest))

    def releases(self) -> tuple[Release, ...]:
        """Return every release recorded."""
        if not self.exists():
            raise CfngenError(problem(f"there is no bucket {self.name}", hint="run `cfngen bootstrap ENV` first"))
        with translated(f"reading releases from {self.name}"):
            return tuple(item for _, item in side_by_side(self._release, self._releases()))

    def _releases(self) -> Iterator[str]:
        """Yield the keys of the releases; a console makes a folder by an object that is none."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=PREFIX)
        keys = (str(item["Key"]) for page in pages for item in page.get("Contents", ()))
        return (name for name in keys if name.endswith(".json"))

    def _release(self, name: str) -> Release:
        try:
            return load(self._get(name))
        except ValueError as error:
            where, aside = f"s3://{self.name}/{name}", f"s3://{self.name}/unreadable/{name}"
            hint = f"look at it (`aws s3 cp {where} -`), then put it aside: `aws s3 mv {where} {aside}`"
            raise CfngenError(problem(f"cannot be read: {error}", where=where, hint=hint)) from error

    def _get(self, name: str) -> str:
        return str(self.s3.get_object(Bucket=self.name, Key=name)["Body"].read().decode())

    def _text(self, name: str) -> str | None:
        with translated(f"reading {name}"):
            try:
                return self._get(name)
            except ClientError as error:
                if code(error) in ("NoSuchKey", "NoSuchBucket", "AccessDenied"):
                    return None
                raise

    def _put(self, name: str, body: str, kind: str) -> None:
        self.s3.put_object(Bucket=self.name, Key=name, Body=body.encode(), ContentType=kind)

    def _holds(self, name: str) -> bool:
        with translated(f"looking into {self.name}"):
            try:
                self.s3.head_object(Bucket=self.name, Key=name)
            except ClientError as error:
                if code(error) in ("404", "NoSuchKey"):
                    return False
                raise
        return True
