"""The OpenAPI description made whole: which scope an operation needs and which problems it may answer."""

from __future__ import annotations

from typing import Any

from kaopu.kernel.api.problem import MEDIA_TYPE, STATUS, Kind

ALWAYS = (Kind.NOT_SIGNED_IN, Kind.SCOPE_MISSING, Kind.BAD_INPUT, Kind.UNEXPECTED)
PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "The kind of problem."},
        "title": {"type": "string", "description": "What problems of this kind have in common."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened here, and what is expected."},
        "instance": {"type": "string", "format": "uri-reference", "description": "The path that was asked."},
        "reason": {"type": "string", "description": "Of `refused`: a stable word."},
        "scope": {"type": "string", "description": "Of `scope-missing`: the scope that is needed."},
        "errors": {
            "type": "array",
            "description": "Of `bad-input`: each field at fault.",
            "items": {
                "type": "object",
                "required": ["field", "expected"],
                "properties": {"field": {"type": "string"}, "expected": {"type": "string"}},
            },
        },
        "reference": {"type": "string", "description": "Of `unexpected`: finds it in the server's log."},
    },
}


def complete(schema: dict[str, Any], security: str) -> None:
    """Add the problems, the scopes and the schema of a problem. `security`: name of the scheme of the keys."""
    schema["components"]["schemas"]["Problem"] = PROBLEM
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            kinds = [*ALWAYS]
            if "{" in path:
                kinds.append(Kind.NOT_FOUND)
            if method == "post" and any(each["in"] == "header" for each in operation["parameters"]):
                kinds += [Kind.REFUSED, Kind.KEY_USED_WITH_OTHER_BODY]
            if scope := operation.pop("x-scope", None):
                operation["security"] = [{security: [scope]}]
                operation["description"] = f"{operation.get('description', '')}\n\nNeeds the scope `{scope}`.".strip()
            for status, words in _by_status(kinds).items():
                operation["responses"][status] = {
                    "description": " or ".join(words),
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }


def _by_status(kinds: list[Kind]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for kind in kinds:
        found.setdefault(int(STATUS[kind]), []).append(str(kind))
    return found
