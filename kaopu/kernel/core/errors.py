"""The one error a user can mend: input that is not what was expected."""

from __future__ import annotations


class BadInput(ValueError):  # noqa: N818 - the book's word for what the sender must correct
    """Input that cannot be used. The message names file, row, column or field, what was found and what was expected."""
