"""A parsed GraphQL request, read leniently: names match without case and underscores, null means absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import graphql
from graphql.language import ast

MOST_TOKENS = 4_000


class Refused(Exception):
    """A request, or one field of it, that gets an error instead of data."""

    def __init__(self, message: str, node: ast.Node | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


def plain(name: str) -> str:
    """Return a name as it is compared: Absinthe takes snake_case and camelCase alike."""
    return name.replace("_", "").lower()


@dataclass(frozen=True)
class Document:
    """One operation with its fragments and the variables it was sent with."""

    operation: ast.OperationDefinitionNode
    fragments: Mapping[str, ast.FragmentDefinitionNode]
    sent: Mapping[str, Any]

    @cached_property
    def variables(self) -> dict[str, Any]:
        """Return the variables, with defaults for those that were not sent. Null is absent."""
        values = {}
        for definition in self.operation.variable_definitions or ():
            name = definition.variable.name.value
            default = definition.default_value
            value = self.sent.get(name)
            if value is None and default is not None:
                value = graphql.value_from_ast_untyped(default)
            values[name] = value
        return {name: value for name, value in values.items() if value is not None}

    def fields(self, selections: ast.SelectionSetNode) -> Iterator[ast.FieldNode]:
        """Yield the selected fields, fragments opened up, skipped ones left out."""
        for selection in selections.selections:
            if not self.wanted(selection):
                continue
            if isinstance(selection, ast.FieldNode):
                yield selection
            elif isinstance(selection, ast.InlineFragmentNode):
                yield from self.fields(selection.selection_set)
            elif isinstance(selection, ast.FragmentSpreadNode):
                name = selection.name.value
                if name not in self.fragments:
                    raise Refused(f'Unknown fragment "{name}".', selection)
                yield from self.fields(self.fragments[name].selection_set)

    def wanted(self, selection: ast.SelectionNode) -> bool:
        """Obey @skip and @include."""
        for directive in selection.directives or ():
            condition = any(self.arguments(directive).values())
            if directive.name.value in ("skip", "include") and condition is (directive.name.value == "skip"):
                return False
        return True

    def arguments(self, node: ast.FieldNode | ast.DirectiveNode) -> dict[str, Any]:
        """Return the arguments as written; those that are null or an absent variable are left out."""
        written = {argument.name.value: self.value(argument.value) for argument in node.arguments or ()}
        return {name: value for name, value in written.items() if value is not None}

    def value(self, node: ast.ValueNode) -> Any:
        """Return a literal or variable as a Python value."""
        if isinstance(node, ast.VariableNode):
            return self.variables.get(node.name.value)
        try:
            return graphql.value_from_ast_untyped(node, self.variables)
        except ValueError:
            # Python reads no integer of more than 4,300 digits.
            raise Refused("Argument has invalid value: the number is too long.", node) from None


def parse(text: str, variables: Mapping[str, Any], operation_name: str | None) -> Document:
    """Parse a request and pick its operation. Nothing is validated here."""
    try:
        document = graphql.parse(text, max_tokens=MOST_TOKENS)
    except graphql.GraphQLSyntaxError as error:
        raise Refused(error.message) from None
    except RecursionError:
        raise Refused("The query is nested too deeply.") from None
    operations = [d for d in document.definitions if isinstance(d, ast.OperationDefinitionNode)]
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, ast.FragmentDefinitionNode)}
    named = [o for o in operations if operation_name is None or (o.name and o.name.value == operation_name)]
    if len(named) != 1:
        raise Refused("Must provide a valid operation name if query contains multiple operations.")
    return Document(named[0], fragments, variables)
