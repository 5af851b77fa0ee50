"""The page that describes the API: made here from its OpenAPI description, without script, under the strict policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from ninja.openapi.docs import DocsBase

from kaopu.kernel.api.problem import STATUS, TITLES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from ninja import NinjaAPI


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one field of a body or an answer."""

    name: str
    place: str
    kind: str
    is_required: bool
    says: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status, with the name of what comes with it."""

    status: int
    says: str
    schema: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address with one method."""

    method: str
    path: str
    anchor: str
    summary: str
    says: str
    fields: list[Field]
    answers: list[Answer]


class PlainPage(DocsBase):
    """Operations, values and problems as tables."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page."""
        schema = api.get_openapi_schema(path_params=kwargs)
        context = {
            "operations": [
                _operation(path, method, each, schema)
                for path, methods in schema["paths"].items()
                for method, each in methods.items()
            ],
            "values": {name: _fields(each) for name, each in sorted(schema["components"]["schemas"].items())},
            "problems": [(str(kind), int(STATUS[kind]), title) for kind, title in TITLES.items()],
            "description_url": self.get_openapi_url(api, kwargs),
        }
        return render(request, "web/api_docs.html", context)


def _operation(path: str, method: str, each: dict[str, Any], schema: dict[str, Any]) -> Operation:
    fields = [
        Field(one["name"], one["in"], _kind(one["schema"]), one["required"], one.get("description", ""))
        for one in each["parameters"]
    ]
    if body := each.get("requestBody"):
        name = _kind(body["content"]["application/json"]["schema"])
        fields += _fields(schema["components"]["schemas"][name])
    answers = [Answer(int(status), one["description"], _answer(one)) for status, one in each["responses"].items()]
    says = each.get("description", "").replace("`", "").split("\n\n")
    return Operation(method.upper(), path, each["operationId"], each["summary"], " ".join(says), fields, answers)


def _fields(schema: dict[str, Any]) -> list[Field]:
    required = schema.get("required", ())
    return [
        Field(name, "body", _kind(one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def _answer(response: dict[str, Any]) -> str:
    return next((_kind(each["schema"]) for each in response.get("content", {}).values()), "")


def _kind(schema: dict[str, Any]) -> str:
    if reference := schema.get("$ref"):
        return str(reference).rsplit("/", 1)[-1]
    if several := schema.get("anyOf") or schema.get("allOf"):
        return " | ".join(_kind(each) for each in several)
    if words := schema.get("enum"):
        return " | ".join(map(str, words))
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
