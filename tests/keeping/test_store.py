"""Backups in an S3-compatible store, with a server of that kind on this machine."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from practice import clock
from practice.errors import Refused
from practice.keeping import archive, status, targets
from practice.keeping.backups import back_up
from practice.keeping.digest import contents_of, opened
from practice.keeping.restoring import restore
from practice.settings import Settings

SECRET = "a-secret-nobody-may-read-in-a-log"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a store."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield "http://{}:{}".format(*running.get_host_and_port())
    running.stop()


@pytest.fixture
def bucket(server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """An empty bucket, which the installation's plan names."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    keys = {"aws_access_key_id": "practice", "aws_secret_access_key": SECRET}
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1", **keys)
    client.create_bucket(Bucket="harrow-lane")
    assert settings.key_file
    plan = settings.key_file.with_name("backup.toml")
    plan.touch(mode=0o600)
    plan.write_text(
        f'[s3]\nendpoint = "{server}"\nbucket = "harrow-lane"\nprefix = "rekindle/"\n'
        f'access_key_id = "practice"\nsecret_access_key = "{SECRET}"\n'
    )
    yield client
    for item in client.list_objects_v2(Bucket="harrow-lane").get("Contents", []):
        client.delete_object(Bucket="harrow-lane", Key=item["Key"])
    client.delete_bucket(Bucket="harrow-lane")


def names(client: object) -> list[str]:
    """What is in the bucket."""
    listed = client.list_objects_v2(Bucket="harrow-lane")  # type: ignore[attr-defined]
    return [item["Key"] for item in listed.get("Contents", [])]


def test_a_backup_goes_to_the_folder_and_the_store(settings: Settings, bucket: object) -> None:
    made = back_up(settings)
    assert len(made.where) == 2
    assert names(bucket) == [f"rekindle/{made.archive.path.name}"]
    assert [place.last for place in status.read(settings).places.values() if place.last]


def test_the_newest_comes_back_from_the_store_when_the_folder_is_gone(
    settings: Settings, bucket: object
) -> None:
    made = back_up(settings)
    (settings.database.parent / "backups" / made.archive.path.name).unlink()
    settings.database.unlink()
    restore(settings, "latest")
    with opened(settings.database, settings.key) as connection:
        assert contents_of(connection).revision == made.archive.contents.revision


def test_old_ones_are_removed_from_the_store_too(settings: Settings, bucket: object) -> None:
    old = archive.name_for("rekindle", clock.now() - timedelta(days=900))
    bucket.put_object(Bucket="harrow-lane", Key=f"rekindle/{old}", Body=b"x")  # type: ignore[attr-defined]
    bucket.put_object(Bucket="harrow-lane", Key="rekindle/else.txt", Body=b"x")  # type: ignore[attr-defined]
    back_up(settings)
    assert f"rekindle/{old}" not in names(bucket)
    assert "rekindle/else.txt" in names(bucket)


def test_what_does_not_come_back_equal_is_not_kept(
    settings: Settings, bucket: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = targets.sha256_of
    monkeypatch.setattr(
        targets, "sha256_of", lambda path: "other" if path.name == "back" else real(path)
    )
    made = back_up(settings)
    assert [why for where, why in made.failures.items() if "harrow-lane" in where] == [
        "What was read back from there is not what was sent. It was not kept."
    ]
    assert names(bucket) == []


def test_one_place_that_fails_does_not_stop_the_other(settings: Settings, bucket: object) -> None:
    assert settings.key_file
    plan = settings.key_file.with_name("backup.toml")
    plan.write_text(plan.read_text().replace("harrow-lane", "no-such-bucket"))
    made = back_up(settings)
    assert made.where == (str(settings.database.parent / "backups"),)
    [why] = made.failures.values()
    assert "NoSuchBucket" in why and SECRET not in why
    assert status.read(settings).is_too_old(clock.now() + timedelta(hours=25))


def test_a_store_that_does_not_answer_is_told_without_who_we_are(
    settings: Settings, bucket: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert settings.key_file
    plan = settings.key_file.with_name("backup.toml")
    missing = f'folder = "{tmp_path / "usb"}"\n'
    text = plan.read_text().replace(bucket.meta.endpoint_url, "http://127.0.0.1:9")  # type: ignore[attr-defined]
    plan.write_text(missing + text)
    with pytest.raises(Refused, match="could not be used") as refused:
        back_up(settings)
    assert SECRET not in str(refused.value) + caplog.text
    assert SECRET not in status.status_file(settings).read_text()
