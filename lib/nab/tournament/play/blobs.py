"""Presigned links, as Numerai's storage has them: signed, expiring, for one file and one verb."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, urlencode

from nab.tournament.market.dataset import VERSION
from nab.tournament.market.live_files import LiveFiles, live_names

API_HOST = "api-tournament.numer.ai"
STAMP = "%Y%m%dT%H%M%SZ"
LIFETIME = timedelta(hours=1)
# Files of older data that Numerai's notebooks still name, for a round of long ago: hello_numerai of July 2026 asks for
# v4.3/meta_model.parquet of round 842, and joins it to today's rows by their ids.
OLD_VERSIONS = ("v4.1", "v4.2", "v4.3", "v5.0", "v5.1", "v5.2")
OF_OLD_ROUNDS = {f"{version}/meta_model.parquet": "meta_model.parquet" for version in OLD_VERSIONS}


class Bucket(StrEnum):
    """Where files are: what can be downloaded, and what was uploaded."""

    DATASETS = "datasets"
    UPLOADS = "uploads"


BUCKET_HOSTS = {
    Bucket.DATASETS: "numerai-datasets-us-west-2.s3.amazonaws.com",
    Bucket.UPLOADS: "numerai-uploads-us-west-2.s3.amazonaws.com",
}
BUCKETS_BY_HOST = {host: bucket for bucket, host in BUCKET_HOSTS.items()}


class Denied(Exception):
    """A request for a blob that gets an error in S3's words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Links:
    """Makes links and checks them; a link from an earlier start of the server is worth nothing."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def link(self, host: str, bucket: Bucket, key: str, *, verb: str, now: datetime) -> str:
        """Return a link of the kind that the asker can reach: Numerai's hosts, or the one asked."""
        real = host.split(":", maxsplit=1)[0].lower() == API_HOST
        base = f"https://{BUCKET_HOSTS[bucket]}" if real else f"http://{host}/blobs/{bucket}"
        stamp = now.strftime(STAMP)
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(int(LIFETIME.total_seconds())),
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Signature": self.signature(bucket, key, verb, stamp),
        }
        return f"{base}/{quote(key)}?{urlencode(query)}"

    def signature(self, bucket: Bucket, key: str, verb: str, stamp: str) -> str:
        """Sign one verb on one file at one instant."""
        return hmac.new(self.secret, f"{verb} {bucket} {key} {stamp}".encode(), "sha256").hexdigest()

    def check(self, bucket: Bucket, key: str, verb: str, *, query: Mapping[str, str], now: datetime) -> None:
        """Raise Denied unless the query is that of a link we made and it is still good."""
        stamp, given = query.get("X-Amz-Date", ""), query.get("X-Amz-Signature", "")
        expected = self.signature(bucket, key, "PUT" if verb == "PUT" else "GET", stamp)
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise Denied(
                403, "SignatureDoesNotMatch", "The request signature does not match the one calculated."
            )
        made = datetime.strptime(stamp, STAMP).replace(tzinfo=now.tzinfo)
        if now > made + LIFETIME:
            raise Denied(403, "AccessDenied", "Request has expired")


@dataclass(frozen=True)
class Shelves:
    """Where the files behind the links are on disk."""

    dataset: Path
    live_files: LiveFiles
    uploads: Path

    def names(self, number: int) -> list[str]:
        """Return every dataset file of a round, by Numerai's name."""
        return sorted([*self.of_the_past(), *(f"{VERSION}/{name}" for name in live_names(number))])

    def of_the_past(self) -> list[str]:
        """Return the dataset files that are the same in every round."""
        return [f"{VERSION}/{path.name}" for path in (self.dataset / VERSION).iterdir()]

    def old_names(self) -> list[str]:
        """Return every dataset file of a round that was over before this tournament began."""
        return sorted([*self.of_the_past(), *OF_OLD_ROUNDS])

    def find(self, bucket: Bucket, key: str) -> Path:
        """Return the file of a key. Raises Denied where there is none."""
        path = self.uploads / key if bucket is Bucket.UPLOADS else self.dataset_file(key)
        if path is None or not path.is_file():
            raise Denied(404, "NoSuchKey", "The specified key does not exist.")
        return path

    def dataset_file(self, key: str) -> Path | None:
        """Return the file behind `<round>/v5.3/<name>`, or behind an older one of which we have today's."""
        if today := OF_OLD_ROUNDS.get(key.partition("/")[2]):
            return self.dataset / VERSION / today
        number, _, name = key.partition(f"/{VERSION}/")
        if not number.isdigit() or f"{VERSION}/{name}" not in self.names(int(number)):
            return None
        if name not in live_names(int(number)):
            return self.dataset / VERSION / name
        self.live_files.make(int(number))
        return self.live_files.path(int(number), name)
