from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from nab.tournament.play.blobs import API_HOST, Bucket, Denied, Links

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = "1401/v5.3/live.parquet"
LINKS = Links()


def link(host="127.0.0.1:8790", verb="GET"):
    parts = urlsplit(LINKS.link(host, Bucket.DATASETS, KEY, verb=verb, now=NOW))
    return parts, dict(parse_qsl(parts.query))


def test_who_asks_by_numerais_name_gets_a_link_to_numerais_storage():
    parts, _ = link(API_HOST)

    assert (parts.scheme, parts.netloc) == ("https", "numerai-datasets-us-west-2.s3.amazonaws.com")
    assert parts.path == f"/{KEY}"


def test_who_asks_by_another_name_gets_a_link_to_that_name():
    parts, _ = link()

    assert (parts.scheme, parts.netloc, parts.path) == ("http", "127.0.0.1:8790", f"/blobs/datasets/{KEY}")


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_a_link_to_read_is_good_for_reading(verb):
    LINKS.check(Bucket.DATASETS, KEY, verb, query=link()[1], now=NOW)


@pytest.mark.parametrize(
    ("bucket", "key", "verb", "minutes", "code"),
    [
        (Bucket.DATASETS, KEY, "PUT", 0, "SignatureDoesNotMatch"),
        (Bucket.DATASETS, "1402/v5.3/live.parquet", "GET", 0, "SignatureDoesNotMatch"),
        (Bucket.UPLOADS, KEY, "GET", 0, "SignatureDoesNotMatch"),
        (Bucket.DATASETS, KEY, "GET", 61, "AccessDenied"),
    ],
    ids=["to write", "another file", "another bucket", "too late"],
)
def test_a_link_is_good_for_nothing_else(bucket, key, verb, minutes, code):
    with pytest.raises(Denied) as denied:
        LINKS.check(bucket, key, verb, query=link()[1], now=NOW + timedelta(minutes=minutes))

    assert (denied.value.status, denied.value.code) == (403, code)


def test_a_link_without_a_signature_is_denied():
    with pytest.raises(Denied):
        LINKS.check(Bucket.DATASETS, KEY, "GET", query={}, now=NOW)
