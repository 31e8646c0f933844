"""Knowledge items: checkable tokens of what an agent wrote, and where each was to be seen before it was first used.

An item that both a page and the language model's weights may hold counts as seen where it was seen: that is what the
records can tell, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from nab.results.detectors.records import Run

VERSION = 1
MOST_TEXT = 400_000


class Source(StrEnum):
    """The first channel in which an item was before it was used."""

    FETCHED = "fetched"
    SEARCHED = "searched"
    LOCAL = "local"
    PROMPT = "prompt"
    NONE = "none"


RETRIEVED = frozenset({Source.FETCHED, Source.SEARCHED, Source.LOCAL})
FORMS = {
    "api": re.compile(r"\b(?:napi|api|numerapi|client|NumerAPI\([^)\n]{0,80}\))\.(?P<item>[a-z]\w{3,})\("),
    "file": re.compile(r"\b(?P<item>v\d(?:\.\d)?/[\w]+\.(?:parquet|json|csv))\b"
    r"|(?P<bare>numerai_(?:training|tournament)_data\.\w+)"),
    "target": re.compile(r"\b(?P<item>target_[a-z][a-z0-9]*(?:_v\d+)?_(?:20|60))\b"
    r"|[\"'](?P<bare>target(?:_[a-z0-9_]+)?|numerai_meta_model|data_type)[\"']"),
    "feature_set": re.compile(r"feature_sets?[\"']?\]?\s*\[\s*[\"'](?P<item>\w+)[\"']"),
    "metric": re.compile(r"\b(?P<item>numerai_corr|correlation_contribution|max_feature_correlation"
    r"|filter_sort_index|tie_kept_rank\w*|neutralize|stake_weight|gaussian|variance_normalize|power)\("),
    "rule": re.compile(r"(?P<item>\b0?\.\d+\s*\*\s*corr\w*\s*\+\s*\d+(?:\.\d+)?\s*\*\s*mmc\w*)", re.IGNORECASE),
    "technique": re.compile(
        r"\b(?P<item>era[- _]boost(?:ed|ing)?|feature[- _]neutrali[sz]ation|purged[- _](?:cv|k-?fold)"
        r"|embargo|feature[- _]exposure|walk[- _]forward"
        r"|adversarial validation|rank[- _](?:average|ensembl\w+)|target[- _]ensembl\w+)\b", re.IGNORECASE),
}  # fmt: skip
HYPER = re.compile(
    r"\b(n_estimators|learning_rate|max_depth|num_leaves|colsample_bytree|min_data_in_leaf"
    r"|feature_fraction)[\"']?\s*[=:]\s*([\d.e_\-*]+)"
)
OUTDATED = {
    "api:download_current_dataset": "removed from numerapi",
    "api:get_dataset_url": "removed from numerapi",
    "api:round_model_performances": "removed from numerapi",
    "api:submission_status": "removed from numerapi",
    "file:numerai_training_data.csv": "the legacy dataset is no longer served",
    "file:numerai_tournament_data.csv": "the legacy dataset is no longer served",
    "file:numerai_training_data.parquet": "the legacy dataset is no longer served",
    "file:numerai_tournament_data.parquet": "the legacy dataset is no longer served",
}
OLD_VERSION = re.compile(r"file:v[1-4](?:\.\d)?/")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An item at its first use: where it was used and had been seen, or whether that was before anything was open."""

    item: str
    at: float
    used: str
    source: Source
    seen: str = ""
    seen_at: float | None = None
    before_any: bool = False
    outdated: str = ""
    session: str = ""


def read(text: str) -> Iterator[str]:
    """Yield every item of a text once, as kind:token."""
    there: set[str] = set()
    for kind, form in FORMS.items():
        for one in form.finditer(text[:MOST_TEXT]):
            token = plain(next(filter(None, one.groups()), ""))
            if token and (item := f"{kind}:{token}") not in there:
                there.add(item)
                yield item
    settings = sorted({f"{name}={value.rstrip('.')}" for name, value in HYPER.findall(text[:MOST_TEXT])})
    if len(settings) >= 3:
        yield "settings:" + ",".join(settings)


def plain(token: str) -> str:
    """Write a token in one way."""
    return re.sub(r"[\s_-]+", "_", token.lower()) if " " in token or "-" in token else token.lower()


def outdated(item: str) -> str:
    """Say why an item is outdated; nothing where it is not, or nobody knows."""
    return OUTDATED.get(item) or ("an old version of the dataset" if OLD_VERSION.match(item) else "")


def of_run(run: Run) -> list[Item]:
    """Return every item that a run's agent used, at its first use, in order of time."""
    uses = [(one.at, one.id, one.session, one.text or "") for one in run.programs]
    uses += [(one.at, one.id, one.session, one.wrote) for one in run.calls]
    sources = list(seen(run))
    opened = min((at for at, source, _, _ in sources if source is not Source.PROMPT), default=None)
    tokens = [(at, source, where, set(read(text)) | loose(text)) for at, source, where, text in sources]
    found: dict[str, Item] = {}
    for at, used, session, text in sorted(uses, key=lambda one: one[0]):
        for item in read(text):
            if item in found:
                continue
            first = next(
                (one for one in tokens if one[0] <= at and (item in one[3] or bare(item) in one[3])), None
            )
            found[item] = Item(
                item=item,
                at=at,
                used=used,
                session=session,
                source=first[1] if first else Source.NONE,
                seen=first[2] if first else "",
                seen_at=first[0] if first else None,
                before_any=first is None and (opened is None or at < opened),
                outdated=outdated(item),
            )
    return list(found.values())


def seen(run: Run) -> Iterator[tuple[float, Source, str, str]]:
    """Yield everything that came to the agent, in order of time: the prompt, pages, answers of its tools."""
    found = [(run.began, Source.PROMPT, "prompt", run.prompt)] if run.prompt else []
    found += [(one.at, Source.PROMPT, one.id, one.text) for one in run.said if one.role in ("user", "system")]
    found += [(one.at, Source.FETCHED, one.id, one.text) for one in run.fetched if one.text]
    for call in run.calls:
        if call.result:
            source = Source.FETCHED if call.retrieves else Source.SEARCHED if call.searches else Source.LOCAL
            found.append((call.until or call.at, source, call.id, call.result))
    yield from sorted(found, key=lambda one: one[0])


WORD = re.compile(r"[A-Za-z][\w./-]{3,}")


def loose(text: str) -> set[str]:
    """Return the words of a text: a page writes `numerai_corr` where a program writes `numerai_corr(`."""
    return {plain(word.rstrip(".,/-")) for word in WORD.findall(text[:MOST_TEXT])}


def bare(item: str) -> str:
    """Return an item's token alone."""
    return item.partition(":")[2]
