"""What the API answers when it does not do what was asked: RFC 9457 problem details."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """An answer of `status` with `kind` (a stable word, the end of the problem's type), a sentence and further members."""

    def __init__(self, status: HTTPStatus, kind: str, detail: str, **members: Any) -> None:
        """`members` are added to the problem object, for example `errors`."""
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.members = members

    def as_json(self) -> dict[str, Any]:
        """The problem object. `type` is a relative reference, so it needs no host to be stable."""
        return {
            "type": f"/api/problems#{self.kind}",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            **self.members,
        }
