"""A dataset of Numerai's shape cut: what is served, a live file for each sealed era, and the targets kept apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import replace

from nab.core.errors import NabError
from nab.core.replay import cut as cuts
from nab.core.replay.cut import Cut
from nab.edges.files import files as state_files
from nab.tournament.market import tables
from nab.tournament.market.dataset import VERSION
from nab.tournament.market.live_files import BENCHMARKS, EXAMPLES, LIVE

TRAIN, VALIDATION, META = "train.parquet", "validation.parquet", "meta_model.parquet"
OF_TRAIN, OF_VALIDATION = "train_benchmark_models.parquet", "validation_benchmark_models.parquet"
EXAMPLE, FEATURES = "validation_example_preds.parquet", "features.json"
NEEDED = (TRAIN, VALIDATION, OF_TRAIN, OF_VALIDATION, EXAMPLE, META, FEATURES)
ABOUT, TRUTH, SERVED, SEALED = "cut.json", "truth.parquet", "served", "sealed"
KNOWN = "target_ender_20"  # whose newest known era is the newest that can be sealed
LABELS = {"era": "X", "data_type": "live"}
ROWS = 20_000  # that are in memory at once
BENCHMARK = "v53_lgbm_ender60"  # what diagnostics are measured against


@dataclass(frozen=True)
class CutFolder:
    """A cut on the disk."""

    root: Path

    @property
    def served(self) -> Path:
        """The folder of a dataset that anybody may see."""
        return self.root / SERVED

    @property
    def truth(self) -> Path:
        """The targets of the sealed eras, and what predictions are measured against. Served to nobody."""
        return self.root / TRUTH

    def live(self, era: int) -> Path:
        """The folder of a sealed era's own files, which are served when its turn has come."""
        return self.root / SEALED / f"{era:04d}"

    def about(self) -> Cut:
        """Return what was cut where. Raises NabError where that cannot be read."""
        try:
            return msgspec.json.decode((self.root / ABOUT).read_bytes(), type=Cut)
        except (OSError, msgspec.MsgspecError) as error:
            raise NabError(
                f"{self.root} is no cut dataset: {error}", hint="remove the folder: it is made again"
            ) from None


def make(source: Path, target: Path, sealed: int) -> CutFolder:
    """Cut a dataset unless that is done; a half-made cut is never mistaken for one.

    `source` is the folder of Numerai's files of one version. Raises NabError for one that cannot be cut.
    """
    made = CutFolder(target)
    if target.is_dir():
        return made
    refuse(source)
    unfinished = CutFolder(target.parent / f"{target.name}.unfinished")
    shutil.rmtree(unfinished.root, ignore_errors=True)
    written = write(source, unfinished, placed(source, sealed))
    state_files.replace_bytes(unfinished.root / ABOUT, msgspec.json.encode(written))
    unfinished.root.rename(target)
    return made


def refuse(source: Path) -> None:
    """Raise NabError for a folder that lacks a file of a dataset, or a file that lacks what is asked of it."""
    missing = [name for name in NEEDED if not (source / name).is_file()]
    if missing:
        raise NabError(
            f"{source} lacks {', '.join(missing)}",
            hint=f"replay.dataset names the folder with Numerai's files of {VERSION}",
        )
    for name, columns in {
        TRAIN: ("era", KNOWN),
        VALIDATION: ("era", KNOWN),
        OF_VALIDATION: ("era", BENCHMARK),
        META: ("era", "numerai_meta_model"),
    }.items():
        lacking = set(columns) - set(names(source / name))
        if lacking:
            raise NabError(
                f"{source / name} has no column {', '.join(sorted(lacking))}",
                hint=f"the files must be those of {VERSION}",
            )


def names(path: Path) -> list[str]:
    """Return a file's columns. Raises NabError for one that is no parquet."""
    try:
        return list(pq.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        raise NabError(f"{path} cannot be read: {str(error)[:200]}", hint="download it again") from None


def placed(source: Path, sealed: int) -> Cut:
    """Choose the sealed eras: the newest whose 20-day target is known."""
    eras, known = set[int](), set[int]()
    for name in (TRAIN, VALIDATION):
        for rows in pq.ParquetFile(source / name).iter_batches(ROWS, columns=["era", KNOWN]):
            numbers = numbers_of(rows)
            eras |= set(numbers.tolist())
            known |= set(numbers[np.asarray(pc.is_valid(cleaned(rows.column(KNOWN))))].tolist())
    return cuts.place(known, min(eras, default=1), sealed)


def write(source: Path, made: CutFolder, cut: Cut) -> Cut:
    """Write all files of a cut; return it with their hashes."""
    served = made.served / VERSION
    served.mkdir(parents=True)
    for name in NEEDED:
        if name not in (FEATURES, EXAMPLE):
            write_table(served / name, (before(cut, rows) for rows in read(source / name)))
    shown = pq.read_table(served / VALIDATION, columns=["id"])["id"].combine_chunks()
    write_table(served / EXAMPLE, (of_ids(shown, rows) for rows in read(source / EXAMPLE)))
    tables.write_csv((served / EXAMPLE).with_suffix(".csv"), served / EXAMPLE)
    write_features(source / FEATURES, served / FEATURES)
    for era, folder in ((era, made.live(era) / VERSION) for era in range(cut.first - 1, cut.last + 1)):
        folder.mkdir(parents=True)
        write_live(source, folder, era)
    write_truth(source, made.truth, cut)
    return replace(
        cut,
        files={f"{VERSION}/{path.name}": state_files.sha256(path) for path in sorted(served.iterdir())},
        sealed={era: state_files.sha256(made.live(era) / VERSION / LIVE) for era in cut.eras},
        truth=state_files.sha256(made.truth),
    )


def read(path: Path, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Read a table, some rows at a time."""
    yield from pq.ParquetFile(path).iter_batches(ROWS, columns=columns)


def before(cut: Cut, rows: pa.RecordBatch) -> pa.RecordBatch:
    """Keep the rows of eras before the sealed ones, without the targets that had not come in by then. Pure."""
    numbers = numbers_of(rows)
    kept = rows.filter(pa.array(numbers < cut.first))
    numbers = numbers[numbers < cut.first]
    for place, name in enumerate(kept.schema.names):
        if cuts.is_target(name):
            seen = pa.array(numbers < cut.first - cuts.embargo(cuts.days_of(name)))
            column = kept.column(place)
            hidden = pc.if_else(seen, column, pa.scalar(np.nan, column.type))
            kept = kept.set_column(place, kept.schema.field(place), hidden)
    return kept


def of_era(era: int, rows: pa.RecordBatch) -> pa.RecordBatch:
    """Keep the rows of one era. Pure."""
    return rows.filter(pa.array(numbers_of(rows) == era))


def of_ids(ids: pa.Array, rows: pa.RecordBatch) -> pa.RecordBatch:
    """Keep the rows with these ids: the example's predictions name no era. Pure."""
    return rows.filter(pc.is_in(rows.column("id"), value_set=ids))


def unnamed(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Make live rows of rows of the past: no era, no target. Pure."""
    for place, name in enumerate(rows.schema.names):
        kind = rows.schema.field(place)
        if name in LABELS:
            said = pa.array([LABELS[name]] * len(rows), pa.string())
            rows = rows.set_column(place, pa.field(name, pa.string(), metadata=kind.metadata), said)
        elif cuts.is_target(name):
            rows = rows.set_column(place, kind, pa.array(np.full(len(rows), np.nan)).cast(kind.type))
    return rows


def numbers_of(rows: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the eras of rows as numbers: Numerai writes "0123". One that is none is newer than everything."""
    said = rows.column("era")
    if not pa.types.is_integer(said.type):
        said = said.cast(pa.string())
        plain = pc.match_substring_regex(said, "^[0-9]{1,6}$")
        said = pc.if_else(plain, said, pa.scalar("999999"))
    return np.asarray(pc.fill_null(said.cast(pa.int64()), 999_999))


def cleaned(column: pa.Array) -> pa.Array:
    """Return a column of targets in which NaN, too, is unknown."""
    return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)


def write_table(path: Path, batches: Iterator[pa.RecordBatch]) -> None:
    """Write what is left of a table; one of which nothing is left has its columns."""
    writer = None
    for rows in batches:
        writer = writer or pq.ParquetWriter(path, rows.schema, compression="snappy")
        if len(rows):
            writer.write_batch(rows)
    if writer is not None:
        writer.close()


def write_features(source: Path, target: Path) -> None:
    """Write the names and sets of features. How each did in the past is left out: that past may be sealed."""
    told = json.loads(source.read_text(encoding="utf-8"))
    target.write_text(
        json.dumps({name: told[name] for name in ("feature_sets", "targets") if name in told}, indent=1),
        encoding="utf-8",
    )


def write_live(source: Path, folder: Path, era: int) -> None:
    """Write the live files of one era of the past: that era alone, in the order of its ids."""
    write_rows(folder / LIVE, gathered(source, (TRAIN, VALIDATION), era, unnamed))
    write_rows(folder / BENCHMARKS, gathered(source, (OF_TRAIN, OF_VALIDATION), era, unnamed))
    ids = pq.read_table(folder / LIVE, columns=["id"])["id"].combine_chunks()
    file = pq.ParquetFile(source / EXAMPLE)
    examples = [of_ids(ids, rows) for rows in file.iter_batches(ROWS)]
    write_rows(folder / f"{EXAMPLES}.parquet", pa.Table.from_batches(examples, file.schema_arrow))
    tables.write_csv(folder / f"{EXAMPLES}.csv", folder / f"{EXAMPLES}.parquet")


def gathered(
    source: Path, parts: tuple[str, ...], era: int, shaped: Callable[[pa.RecordBatch], pa.RecordBatch]
) -> pa.Table:
    """Return one era's rows out of the files that may have them."""
    found = []
    for name in parts:
        file = pq.ParquetFile(source / name)
        for group in groups_of(file, era):
            rows = file.read_row_group(group).to_batches()
            found += [shaped(kept) for one in rows if len(kept := of_era(era, one))]
    if not found:
        raise NabError(f"{source} has no rows of era {era} in {' or '.join(parts)}", hint="download it again")
    return pa.Table.from_batches(found, found[0].schema)


def groups_of(file: pq.ParquetFile, era: int) -> Iterator[int]:
    """Yield the row groups that may hold an era, by what the file says of itself."""
    at = file.schema_arrow.names.index("era")
    for group in range(file.num_row_groups):
        known = file.metadata.row_group(group).column(at).statistics
        text = known is not None and known.has_min_max and isinstance(known.min, str)
        if not text or str(known.min) <= f"{era:04d}" <= str(known.max):
            yield group


def write_rows(path: Path, rows: pa.Table) -> None:
    """Write rows in the order of their ids: the order of a file of the past is no hint then."""
    pq.write_table(rows.sort_by("id"), path, compression="snappy")


def write_truth(source: Path, path: Path, cut: Cut) -> None:
    """Write the sealed eras' ids, targets and meta model."""
    meta = pq.read_table(source / META, columns=["id", "era", "numerai_meta_model"])
    meta = meta.select(["id", "numerai_meta_model"])
    parts = []
    for name in (TRAIN, VALIDATION):
        columns = [one for one in names(source / name) if cuts.is_target(one) or one in ("id", "era")]
        for rows in read(source / name, columns):
            numbers = numbers_of(rows)
            sealed = (numbers >= cut.first) & (numbers <= cut.last)
            if sealed.any():
                kept = rows.filter(pa.array(sealed))
                era = pa.array(numbers[sealed], pa.int32())
                at = kept.schema.names.index("era")
                parts.append(kept.set_column(at, "era", era))
    truth = pa.Table.from_batches(parts).replace_schema_metadata(None)
    joined = truth.join(meta.replace_schema_metadata(None), "id", join_type="left outer")
    pq.write_table(joined.sort_by([("era", "ascending"), ("id", "ascending")]), path, compression="zstd")
