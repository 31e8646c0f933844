"""A GraphQL document as the fields that it asks for, whatever way it is written.

What is ambiguous or has no use in a plain call is refused here; what may be asked is said in allowed.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql.error import GraphQLError
from graphql.language import ast, parse
from refused import Refused

from queries.field_names import plain_keys, plain_values, texts
from queries.selections import DEEPEST, Defined, Field, Reader

MOST_TOKENS = 6000


@dataclass(frozen=True)
class Document:
    """One operation. `variables` are those that it declares; `texts` are all that it carries."""

    operation: str
    roots: tuple[Field, ...]
    variables: dict[str, Any]
    texts: tuple[str, ...]
    tree: ast.DocumentNode


def read(query: str, variables: Mapping[str, Any], operation: str | None) -> Document:
    """Read a document. Raises Refused."""
    try:
        tree = parse(query, no_location=True, max_tokens=MOST_TOKENS)
        return understood(tree, variables, operation)
    except GraphQLError as error:
        raise Refused("document", f"the query cannot be read: {error.message[:120]!a}") from None
    except RecursionError:
        raise Refused("document", "the query is nested too deep") from None


def understood(tree: ast.DocumentNode, variables: Mapping[str, Any], operation: str | None) -> Document:
    """Look at every definition of a document."""
    main, fragments = definitions(tree)
    if operation is not None and (main.name is None or main.name.value != operation):
        raise Refused("document", "operationName is not the operation's name")
    nodes = list(every_node(tree))
    for node in nodes:
        if isinstance(node, ast.DirectiveNode):
            raise Refused("document", "directives are refused")
    given = values_of(main, variables)
    reader = Reader(fragments, given)
    roots = reader.fields(main.selection_set, DEEPEST, ())
    if reader.used != set(fragments):
        raise Refused("document", "a fragment is not used")
    if len({root.key for root in roots}) != len(roots):
        raise Refused("duplicate", "two fields have the same name in the answer")
    written = [node.value for node in nodes if isinstance(node, ast.StringValueNode | ast.EnumValueNode)]
    sent = {name: variables[name] for name in given if name in variables}
    return Document(main.operation.value, roots, sent, (*written, *texts(sent)), tree)


def definitions(tree: ast.DocumentNode) -> tuple[ast.OperationDefinitionNode, Defined]:
    """Split a document into its operation and its fragments."""
    operations, fragments = [], {}
    for node in tree.definitions:
        if isinstance(node, ast.OperationDefinitionNode):
            operations.append(node)
        elif isinstance(node, ast.FragmentDefinitionNode) and node.name.value not in fragments:
            fragments[node.name.value] = node
        else:
            raise Refused("document", "a document has one operation and fragments of different names")
    if len(operations) != 1:
        raise Refused("document", "a document has one operation")
    if operations[0].operation is ast.OperationType.SUBSCRIPTION:
        raise Refused("operation", "subscriptions are refused")
    return operations[0], fragments


def values_of(main: ast.OperationDefinitionNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each declared variable stands for; its default where nothing is given."""
    declared = main.variable_definitions or ()
    names = [node.variable.name.value for node in declared]
    plain_keys([*names, *(name for name in variables if name not in names)], "a variable")
    for value in variables.values():
        plain_values(value)
    reader = Reader({}, {})
    return {
        name: plain_values(variables[name]) if name in variables else reader.value(node.default_value)
        for name, node in zip(names, declared, strict=True)
    }


def every_node(node: ast.Node) -> Iterator[ast.Node]:
    """Go through a tree."""
    yield node
    for key in node.keys:
        part = getattr(node, key, None)
        for below in part if isinstance(part, list | tuple) else (part,):
            if isinstance(below, ast.Node):
                yield from every_node(below)
