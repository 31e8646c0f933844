"""A lenient GraphQL executor: it answers with the names as written and with Numerai's error texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import graphql
from graphql.language import ast
from graphql.pyutils import suggestion_list

from nab.tournament.graphql import introspection, limits
from nab.tournament.graphql.document import Document, Refused, parse, plain
from nab.tournament.graphql.introspection import introspects, of_the_schema

Arguments = Mapping[str, Any]
Roots = Mapping[str, Callable[[Arguments], Any]]
Type = graphql.GraphQLObjectType
Admits = Callable[[Sequence[str]], None]
LONGEST_NAME_SHOWN = 100


@dataclass
class Execution:
    """One request being answered. Objects are mappings by schema name; their values may be functions."""

    schema: graphql.GraphQLSchema
    document: Document
    roots: Roots
    refuses: Callable[[str], str | None]
    admits: Admits
    errors: list[dict[str, Any]] = field(default_factory=list)

    def answer(self) -> dict[str, Any]:
        """Check all names first, then resolve; a field that fails is null and has its error listed."""
        operation = self.document.operation
        is_query = operation.operation is ast.OperationType.QUERY
        root = self.schema.query_type if is_query else self.schema.mutation_type
        assert root is not None
        refused = self.forbidden(operation)
        if refused:
            return {"data": None, "errors": refused}
        self.check(operation.selection_set, root)
        if self.errors:
            return {"errors": self.errors}
        self.admits(root_names(self.document, root))
        values = {name: resolve for name, resolve in self.roots.items() if name in root.fields}
        data = self.select(operation.selection_set, root, values, [])
        about, troubles = introspection.answer(self.schema, self.document)
        data |= about
        self.errors += troubles
        return {"data": data, "errors": self.errors} if self.errors else {"data": data}

    def forbidden(self, operation: ast.OperationDefinitionNode) -> list[dict[str, Any]]:
        """List the operations that exist at Numerai but are closed here."""
        fields = list(self.document.fields(operation.selection_set))
        refusals = [(node, self.refuses(plain(node.name.value))) for node in fields]
        return [error(Refused(message, node)) for node, message in refusals if message]

    def check(self, selections: ast.SelectionSetNode, parent: Type) -> None:
        """List every field and argument that does not exist."""
        for node in self.document.fields(selections):
            if node.name.value == "__typename" or of_the_schema(node, parent, self.schema):
                continue
            name = canonical(node.name.value, parent.fields)
            if name is None:
                self.errors.append(error(Refused(unknown_field(node.name.value, parent), node)))
                continue
            self.check_field(node, parent.fields[name])

    def check_field(self, node: ast.FieldNode, spec: Any) -> None:
        """List what is wrong with one existing field: its arguments, its selection, what lies below."""
        label, inner = node.name.value, graphql.get_named_type(spec.type)
        given = {canonical(name, spec.args): name for name in self.document.arguments(node)}
        for name, argument in spec.args.items():
            if graphql.is_non_null_type(argument.type) and name not in given:
                text = f'In argument "{name}": Expected type "{argument.type}", found null.'
                self.errors.append(error(Refused(text, node)))
        if None in given:
            self.errors.append(error(Refused(f'Unknown argument "{given[None]}" on field "{label}".', node)))
        if isinstance(inner, Type) and node.selection_set is None:
            text = f'Field "{label}" of type "{spec.type}" must have a selection of subfields.'
            self.errors.append(error(Refused(text, node)))
        elif isinstance(inner, Type) and node.selection_set is not None:
            self.check(node.selection_set, inner)

    def select(
        self, selections: ast.SelectionSetNode, parent: Type, source: Any, path: list[Any]
    ) -> dict[str, Any]:
        """Return the selected fields of one object, under the keys as written."""
        selected: dict[str, Any] = {}
        for node in self.document.fields(selections):
            key = node.alias.value if node.alias else node.name.value
            if node.name.value == "__typename":
                selected[key] = parent.name
                continue
            if of_the_schema(node, parent, self.schema):
                continue
            name = canonical(node.name.value, parent.fields)
            assert name is not None
            found = self.resolve(node, parent, name, source, [*path, key])
            # The same key twice, through a fragment, is one object with the fields of both.
            selected[key] = merged(selected[key], found) if key in selected else found
        return selected

    def resolve(self, node: ast.FieldNode, parent: Type, name: str, source: Any, path: list[Any]) -> Any:
        """Return one field's value."""
        spec, value = parent.fields[name], source.get(name)
        if callable(value):
            written = self.document.arguments(node)
            arguments = {str(canonical(argument, spec.args)): given for argument, given in written.items()}
            try:
                value = value(arguments)
            except Refused as refusal:
                self.errors.append(error(Refused(refusal.message, node), path))
                return None
        return self.complete(node, graphql.get_named_type(spec.type), value, path)

    def complete(self, node: ast.FieldNode, inner: Any, value: Any, path: list[Any]) -> Any:
        """Go on below an object or a list of them."""
        if isinstance(value, list | tuple):
            return [self.complete(node, inner, item, [*path, place]) for place, item in enumerate(value)]
        if value is None or node.selection_set is None:
            return value
        return self.select(node.selection_set, inner, value, path)


def execute(
    schema: graphql.GraphQLSchema,
    request: Mapping[str, Any],
    roots: Roots,
    refuses: Callable[[str], str | None],
    admits: Admits = lambda _: None,
) -> dict[str, Any]:
    """Answer a request body {query, variables, operationName}."""
    try:
        text, sent, name = request.get("query"), request.get("variables") or {}, request.get("operationName")
        if not isinstance(text, str) or not isinstance(sent, dict):
            raise Refused("No query document supplied")
        document = parse(text, sent, name)
        limits.check(document.operation, document.fragments, introspects=introspects(document))
        return Execution(schema, document, roots, refuses, admits).answer()
    except Refused as refusal:
        return {"errors": [error(refusal)]}
    except RecursionError:
        return {"errors": [error(Refused(limits.TOO_DEEP))]}


def asked_for(schema: graphql.GraphQLSchema, request: Mapping[str, Any]) -> list[str]:
    """Return the operations of a request by the schema's names; none where it makes no sense."""
    try:
        document = parse(str(request.get("query")), {}, request.get("operationName"))
        limits.check(document.operation, document.fragments, introspects=True)
    except (Refused, RecursionError):
        return []
    is_query = document.operation.operation is ast.OperationType.QUERY
    root = schema.query_type if is_query else schema.mutation_type
    return root_names(document, root) if root else []


def root_names(document: Document, root: Type) -> list[str]:
    """Return the operations of a request by the schema's names."""
    written = (node.name.value for node in document.fields(document.operation.selection_set))
    return [name for name in (canonical(each, root.fields) for each in written) if name]


def canonical(written: str, names: Mapping[str, Any]) -> str | None:
    """Return the schema's name for a name as written."""
    if written in names:
        return written
    return next((name for name in names if plain(name) == plain(written)), None)


def unknown_field(written: str, parent: Type) -> str:
    """Say it as Numerai does."""
    written = written[:LONGEST_NAME_SHOWN]
    near = suggestion_list(written, list(parent.fields))[:5]
    hint = f" Did you mean {' or '.join(chr(34) + name + chr(34) for name in near)}?" if near else ""
    return f'Cannot query field "{written}" on type "{parent.name}".{hint}'


def merged(first: Any, second: Any) -> Any:
    """Join two selections of the same field."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **{k: merged(first[k], v) if k in first else v for k, v in second.items()}}
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [merged(one, other) for one, other in zip(first, second, strict=True)]
    return second


def error(refusal: Refused, path: list[Any] | None = None) -> dict[str, Any]:
    """Return an entry of the errors list."""
    entry: dict[str, Any] = {"message": refusal.message}
    if refusal.node is not None and refusal.node.loc is not None:
        where = graphql.get_location(refusal.node.loc.source, refusal.node.loc.start)
        entry["locations"] = [{"line": where.line, "column": where.column}]
    if path:
        entry["path"] = path
    return entry
