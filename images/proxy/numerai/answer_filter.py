"""Numerai's answers without the account's other models: what is theirs is left out as if it were not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphql.language import Visitor, ast, visit
from queries.documents import Document
from queries.field_names import texts

from numerai.allowed import Mine, bare, is_id

MODEL_MARK = "nab_model"
GONE = object()
SIBLINGS = frozenset({"account", "accountprofile"})  # where an account's models are listed
OWN = frozenset({"account", "createsubmission", "model", "submissions"})
LOOKED_AT = frozenset({"diagnosticsuploadauth"})
UPLOADS = LOOKED_AT | {"submissionuploadauth"}
DOWNLOADS = frozenset({"dataset", "submissiondownloadauth"})
ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Marks(Visitor):
    """Asks for every listed model's id under a name of ours, so that no alias hides whose it is."""

    def __init__(self, listed: frozenset[int]) -> None:
        super().__init__()
        self.listed = listed

    def enter_selection_set(self, node: ast.SelectionSetNode, *_: Any) -> ast.SelectionSetNode | None:
        if id(node) not in self.listed:
            return None
        return replace(node, selections=(*node.selections, identity()))

    def enter_string_value(self, node: ast.StringValueNode, *_: Any) -> ast.StringValueNode:
        """Write every text in the one plain way."""
        return replace(node, block=False)


def marked(document: Document) -> ast.DocumentNode:
    """Return the document that is sent on."""
    below = (field for root in document.roots if root.name in SIBLINGS for field in root.all_below())
    listed = frozenset(id(field.node.selection_set) for field in below if field.name == "models")
    sent: ast.DocumentNode = visit(document.tree, Marks(listed))
    return sent


def identity() -> ast.FieldNode:
    return ast.FieldNode(
        alias=ast.NameNode(value=MODEL_MARK), name=ast.NameNode(value="id"), arguments=(), directives=()
    )


def cleaned(answer: Any, mine: Mine) -> Any:
    """Return an answer without the parts that are another model's, and without our marks."""
    left = without(answer, mine)
    return None if left is GONE else left


def without(value: Any, mine: Mine) -> Any:
    """Return a value, or GONE when it is another model's."""
    if isinstance(value, str):
        return redacted(value, mine)
    if isinstance(value, list):
        return [left for part in value if (left := without(part, mine)) is not GONE]
    if not isinstance(value, dict):
        return value
    if value.get(MODEL_MARK, mine.model) != mine.model:
        return GONE
    if any(isinstance(part, str) and bare(part) in mine.others for part in value.values()):
        return GONE
    kept = {key: without(part, mine) for key, part in value.items() if key != MODEL_MARK}
    return {key: None if part is GONE else part for key, part in kept.items()}


def redacted(text: str, mine: Mine) -> Any:
    """Return a text without another model's id in it; GONE when it is nothing else."""
    if bare(text) in mine.others:
        return GONE
    if len(text) < 32 or not mine.names_another(text):
        return text
    hidden = ID.sub(lambda found: "[hidden]" if bare(found.group()) in mine.others else found.group(), text)
    return hidden if not mine.names_another(hidden) else "[hidden]"


def parts(document: Document, answer: Any, wanted: frozenset[str]) -> Iterator[Any]:
    """Go through an answer's parts that belong to these root fields."""
    given = answer.get("data") if isinstance(answer, dict) else None
    for root in document.roots:
        if root.name in wanted and isinstance(given, dict):
            yield given.get(root.key)


def own_ids(document: Document, answer: Any) -> frozenset[str]:
    """Return the ids that a cleaned answer gives as the agent's own."""
    found = (text for part in parts(document, answer, OWN) for text in texts(part))
    return frozenset(text for text in found if is_id(bare(text)))


def urls(document: Document, answer: Any, wanted: frozenset[str]) -> frozenset[str]:
    """Return the addresses that an answer hands out."""
    found = (text for part in parts(document, answer, wanted) for text in texts(part))
    return frozenset(text for text in found if text.startswith(("https://", "http://")))
