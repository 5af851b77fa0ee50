"""What the API answers when it does not do what was asked: RFC 9457 problem details."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

MEDIA_TYPE = "application/problem+json"
TYPES_AT = "/api/v1/docs"  # the page that describes them


class Kind(StrEnum):
    """All kinds of problem, the end of a problem's `type`. The strings are public: add new ones, keep the old."""

    BAD_INPUT = "bad-input"
    NOT_SIGNED_IN = "not-signed-in"
    SCOPE_MISSING = "scope-missing"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    REFUSED = "refused"
    KEY_USED_WITH_OTHER_BODY = "key-used-with-other-body"
    UNEXPECTED = "unexpected"


# RFC 9457 asks for the same title with the same type.
TITLES = {
    Kind.BAD_INPUT: "What was sent cannot be read; `detail` names the field and what is expected.",
    Kind.NOT_SIGNED_IN: "No key, or one that is unknown, ended or revoked.",
    Kind.SCOPE_MISSING: "The key does not hold the scope that `scope` names.",
    Kind.NOT_FOUND: "There is nothing under this address.",
    Kind.METHOD_NOT_ALLOWED: "This address does not take this method; the header Allow lists those it takes.",
    Kind.REFUSED: "What was asked is well formed but does not fit what is known; `reason` says why.",
    Kind.KEY_USED_WITH_OTHER_BODY: "The Idempotency-Key was used before with another body.",
    Kind.UNEXPECTED: "Something failed on our side; `reference` finds it in the log.",
}
STATUS = {
    Kind.BAD_INPUT: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.NOT_SIGNED_IN: HTTPStatus.UNAUTHORIZED,
    Kind.SCOPE_MISSING: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    Kind.REFUSED: HTTPStatus.CONFLICT,
    Kind.KEY_USED_WITH_OTHER_BODY: HTTPStatus.CONFLICT,
    Kind.UNEXPECTED: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """An answer of one kind with a sentence about this occurrence and further members."""

    def __init__(self, kind: Kind, detail: str, **members: Any) -> None:
        """`members` are added to the problem object, for example `errors`."""
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.members = members

    @property
    def status(self) -> int:
        """The HTTP status of its kind."""
        return int(STATUS[self.kind])

    def as_json(self, instance: str) -> dict[str, Any]:
        """The problem object. `type` is a relative reference, so it needs no host to be stable."""
        return {
            "type": f"{TYPES_AT}#{self.kind}",
            "title": TITLES[self.kind],
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            **self.members,
        }

    def response(self, instance: str) -> JsonResponse:
        """The answer. `instance` is the path that was asked."""
        return JsonResponse(self.as_json(instance), status=self.status, content_type=MEDIA_TYPE)
