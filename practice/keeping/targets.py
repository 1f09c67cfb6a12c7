"""Where backups are put: a folder of this machine, or a bucket of an S3-compatible store."""

import io
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from practice.errors import Refused
from practice.faults import Fault, fault_in, sentence
from practice.keeping.archive import SUFFIX, Archive, Sealed, sealed_in, sha256_of
from practice.keeping.backup_config import Plan, Store
from practice.keeping.digest import Unusable
from practice.key_file import settle_folder

PART_BYTES = 64 * 1024
NO_BOTO = "The store needs one more package. Run: bin/install s3"
CHANGED = "What was read back from there is not what was sent. It was not kept."


class TargetFailed(Refused):
    """A place for backups that could not be used; the message says why and what to do."""


class Target(Protocol):
    """A place that holds backups by name."""

    @property
    def where(self) -> str:
        """The place in words."""

    def put(self, archive: Archive, scratch: Path) -> None:
        """Keep a backup there, and read it back. Raises TargetFailed."""

    def names(self) -> list[str]:
        """What is there. Raises TargetFailed."""

    def fetch(self, name: str, into: Path) -> None:
        """Bring a backup from there into a new file. Raises TargetFailed."""

    def look(self, name: str, keys: Sequence[bytes]) -> Sealed | None:
        """What a backup there says of itself, as `sealed_in`. Raises TargetFailed."""

    def remove(self, name: str) -> None:
        """Remove a backup from there. Raises TargetFailed."""


def targets_of(plan: Plan) -> list[Target]:
    """The places of a plan, the nearest first."""
    places: list[Target] = [Folder(plan.folder, plan.folder_named)]
    if plan.store:
        places.append(Bucket(plan.store))
    return places


@contextmanager
def room_for(file: Path) -> Iterator[None]:
    """Say that it is the disk of a file that is being written, and not its source, that is full."""
    try:
        yield
    except OSError as error:
        if fault_in(error) is Fault.FULL:
            raise Unusable(sentence(Fault.FULL, file.parent)) from error
        raise


class Folder:
    """A folder, of this machine or of a disk plugged into it."""

    def __init__(self, path: Path, must_be_there: bool = False) -> None:
        self.path = path
        self.must_be_there = must_be_there

    @property
    def where(self) -> str:
        """Its path."""
        return str(self.path)

    def put(self, archive: Archive, scratch: Path) -> None:
        """Copy a backup into the folder; it has its name only once it was read back."""
        part = self.path / f"{archive.path.name}.part"
        with self._in_words():
            self._be_there()
            for stale in self.path.glob(f"*{SUFFIX}.part"):
                stale.unlink(missing_ok=True)
            try:
                part.touch(mode=0o600)
                with archive.path.open("rb") as made, part.open("wb") as file:
                    shutil.copyfileobj(made, file, 1 << 20)
                    file.flush()
                    os.fsync(file.fileno())
                if sha256_of(part) != archive.sha256:
                    raise TargetFailed(CHANGED)
                part.replace(self.path / archive.path.name)
                settle_folder(self.path)
            finally:
                with suppress(OSError):
                    part.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """The files that may be backups."""
        with self._in_words():
            return sorted(file.name for file in self.path.glob(f"*{SUFFIX}"))

    def fetch(self, name: str, into: Path) -> None:
        """Copy a backup out of the folder."""
        with self._in_words(), room_for(into):
            shutil.copyfile(self.path / name, into)

    def look(self, name: str, keys: Sequence[bytes]) -> Sealed | None:
        """Read a backup's own words, where it lies."""
        with self._in_words(), (self.path / name).open("rb") as file:
            return sealed_in(file, keys)

    def remove(self, name: str) -> None:
        """Remove a backup from the folder."""
        with self._in_words():
            (self.path / name).unlink(missing_ok=True)

    def _be_there(self) -> None:
        if self.must_be_there and not self.path.is_dir():
            raise TargetFailed(f"The folder {self.path} is not there. Is its disk plugged in?")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise TargetFailed(f"The folder {self.path} could not be used: {why}.") from error


class Parts(io.RawIOBase):
    """An object of a store as a file of which only the parts that are read are fetched."""

    def __init__(self, client: Any, at: dict[str, str]) -> None:
        self.client, self.at, self.place = client, at, 0
        self.size = int(client.head_object(**at)["ContentLength"])

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in it."""
        self.place = (
            offset + {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.size}[whence]
        )
        return self.place

    def tell(self) -> int:
        """Where it is read next."""
        return self.place

    def readinto(self, buffer: Any) -> int:
        """Fetch the next bytes; 0 at the end."""
        end = min(self.place + len(buffer), self.size)
        if end <= self.place:
            return 0
        wanted = f"bytes={self.place}-{end - 1}"
        found = self.client.get_object(**self.at, Range=wanted)["Body"].read()
        buffer[: len(found)] = found
        self.place += len(found)
        return len(found)


class Bucket:
    """A bucket of an S3-compatible store, by way of boto3."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def where(self) -> str:
        """The bucket and its store, without who we are there."""
        return f"{self.store.bucket}/{self.store.prefix} at {self.store.endpoint}"

    def put(self, archive: Archive, scratch: Path) -> None:
        """Send a backup, fetch it again, and compare."""
        name, back = archive.path.name, scratch / "back"
        with self._in_words() as client:
            client.upload_file(str(archive.path), self.store.bucket, self._key(name))
            try:
                client.download_file(self.store.bucket, self._key(name), str(back))
                if sha256_of(back) != archive.sha256:
                    client.delete_object(Bucket=self.store.bucket, Key=self._key(name))
                    raise TargetFailed(CHANGED)
            finally:
                back.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """The objects that may be backups."""
        with self._in_words() as client:
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=self.store.bucket, Prefix=self.store.prefix
            )
            keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return sorted(key.removeprefix(self.store.prefix) for key in keys if key.endswith(SUFFIX))

    def fetch(self, name: str, into: Path) -> None:
        """Download a backup."""
        with self._in_words() as client, room_for(into):
            client.download_file(self.store.bucket, self._key(name), str(into))

    def look(self, name: str, keys: Sequence[bytes]) -> Sealed | None:
        """Fetch the few parts of a backup that hold its own words."""
        with self._in_words() as client:
            at = {"Bucket": self.store.bucket, "Key": self._key(name)}
            return sealed_in(io.BufferedReader(Parts(client, at), PART_BYTES), keys)

    def remove(self, name: str) -> None:
        """Remove a backup from the bucket."""
        with self._in_words() as client:
            client.delete_object(Bucket=self.store.bucket, Key=self._key(name))

    def _key(self, name: str) -> str:
        return f"{self.store.prefix}{name}"

    @contextmanager
    def _in_words(self) -> Iterator[Any]:
        """A client of the store; what it raises becomes TargetFailed, without who we are there."""
        try:
            from boto3.exceptions import Boto3Error  # noqa: PLC0415  # only where a store is used
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        except ImportError as error:
            raise TargetFailed(NO_BOTO) from error
        try:
            yield self._client()
        except (ClientError, Boto3Error, BotoCoreError, OSError) as error:
            raise TargetFailed(self._said(error)) from error

    def _client(self) -> Any:
        import boto3  # noqa: PLC0415  # slow to load
        from botocore.config import Config  # noqa: PLC0415

        options = Config(
            connect_timeout=10,
            read_timeout=60,
            retries={"max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.client(
            "s3",
            endpoint_url=self.store.endpoint,
            region_name=self.store.region,
            aws_access_key_id=self.store.access_key_id or None,
            aws_secret_access_key=self.store.secret_access_key or None,
            config=options,
        )

    def _said(self, error: BaseException) -> str:
        """What went wrong, in words: the store's own code where it gave one."""
        answer = getattr(error, "response", None) or getattr(error.__context__, "response", None)
        if not isinstance(answer, dict):
            return (
                f"The store {self.store.endpoint} could not be used ({type(error).__name__}). "
                "Check the network and backup.toml."
            )
        code = answer.get("Error", {}).get("Code", "an error")
        if code in ("NoSuchBucket", "404"):
            advice = f"Make the bucket {self.store.bucket}, or correct it in backup.toml."
        else:
            advice = "Check the access key and what it may do there."
        return f"The store answered “{code}”. {advice}"
