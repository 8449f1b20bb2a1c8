"""What models say of their fields, for schemas alone: reading source at every start would be slow."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel


def models_in(kind: Any) -> Iterator[type[BaseModel]]:
    """Every model within a type, at any depth."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from models_in(field.annotation)
    else:
        for inner in get_args(kind):
            yield from models_in(inner)


def field_documents(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field that has one, on one line."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    [definition] = tree.body
    assert isinstance(definition, ast.ClassDef)
    texts: dict[str, str] = {}
    for statement, following in zip(definition.body, definition.body[1:], strict=False):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                texts[name] = " ".join(text.split())
    return texts
