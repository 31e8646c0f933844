"""Numerai's data are under its licence and never go out, whatever a file of them is called."""

from __future__ import annotations

import re

SUFFIXES = (b".parquet", b".feather", b".arrow", b".orc")
MAGICS = (b"PAR1", b"PARE", b"ARROW1", b"FEA1")
DATASETS = re.compile(
    rb"(?:live|train|validation|live_\d+)(?:_(?:example_preds|benchmark_models|int8))?|meta_model|features"
    rb"|numerai_\w*(?:data|ids|targets)",
    re.IGNORECASE,
)
TABLES = re.compile(rb"\.(?:csv|tsv|json|pkl|h5)(?:\.(?:gz|zip|bz2|xz|zst))?$", re.IGNORECASE)
FEATURES, LEAST_FEATURES = re.compile(rb"(?:^|[,;\t])\"?feature_\w+"), 5
HEADER_BYTES = 1 << 16
BESIDE = re.compile(rb"(?:^|[,;\t])\"?(?:era|target\w*|data_type)\"?(?:[,;\t]|$)")


def is_licensed(path: bytes, content: bytes) -> bool:
    """Recognise a dataset by its name or by how it begins: Parquet and the like, or a table of Numerai's columns."""
    name = path.rpartition(b"/")[2].lower()
    if name.endswith(SUFFIXES) or content.startswith(MAGICS) or content.endswith(b"PAR1"):
        return True
    if content.startswith(b"ORC") and b"ORC" in content[-5:]:
        return True
    if (suffix := TABLES.search(name)) and DATASETS.fullmatch(name[: suffix.start()]):
        return True
    header = content[:HEADER_BYTES].partition(b"\n")[0].rstrip(b"\r")
    return bool(BESIDE.search(header)) and len(FEATURES.findall(header)) >= LEAST_FEATURES
