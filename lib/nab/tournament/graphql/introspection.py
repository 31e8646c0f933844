"""Questions about the schema itself, which anyone may ask."""

from __future__ import annotations

from typing import Any

import graphql
from graphql.language import ast

from nab.tournament.graphql.document import Document

NAMES = ("__schema", "__type")


def introspects(document: Document) -> bool:
    """Say whether a request asks for the schema itself."""
    top = document.operation.selection_set.selections
    return any(isinstance(node, ast.FieldNode) and node.name.value in NAMES for node in top)


def of_the_schema(
    node: ast.FieldNode, parent: graphql.GraphQLObjectType, schema: graphql.GraphQLSchema
) -> bool:
    """Say whether a field asks for the schema itself, which only the root of a query has."""
    return node.name.value in NAMES and parent is schema.query_type


def answer(schema: graphql.GraphQLSchema, document: Document) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what is asked about the schema, and what went wrong."""
    operation = document.operation
    asked = tuple(node for node in document.fields(operation.selection_set) if node.name.value in NAMES)
    if not asked:
        return {}, []
    only = ast.OperationDefinitionNode(
        operation=ast.OperationType.QUERY,
        variable_definitions=operation.variable_definitions,
        selection_set=ast.SelectionSetNode(selections=asked),
    )
    found = graphql.execute_sync(
        schema,
        ast.DocumentNode(definitions=(only, *document.fragments.values())),
        variable_values=document.variables,
    )
    return found.data or {}, [{**error.formatted} for error in found.errors or ()]
