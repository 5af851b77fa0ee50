"""One account's file: terms and postings in, cycles out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput
from kaopu.revolving.core.read_postings import read_postings
from kaopu.revolving.core.read_terms import read_terms
from kaopu.revolving.core.reading import Reading
from kaopu.revolving.core.replay import statement_cycles
from kaopu.revolving.core.statement_days import statement_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.revolving.core.posting import Posting
    from kaopu.revolving.core.terms import Terms

_MOST_YEARS = 100


def statements_of(values: Any, place: str = "") -> dict[str, Any]:
    """The cycles of one account, amounts as decimal strings; `place` names the account in a file of several.

    Raises:
        BadInput: the message names the field, what was given and what was expected.
    """
    case = Reading(values, place)
    case.ignore("name", "description", "note", "id")
    name, terms_given = case.take("terms", "product")
    if terms_given is None:
        raise case.refuse("terms", None, "an object with the terms of the product")
    terms = read_terms(terms_given, case.place(name))
    name, postings_given = case.take("postings", "transactions", "events")
    postings = read_postings([] if postings_given is None else postings_given, case.place(name), terms.currency)
    opened_on, as_of = _days(case, terms, postings)
    opening_minor = case.amount(terms.currency, "opening_balance", signed=True) or 0
    case.finish()
    _check_days(case, postings, opened_on, as_of)
    try:
        cycles = statement_cycles(terms, postings, opened_on, as_of, opening_minor)
    except OverflowError:
        raise case.refuse("as_of", as_of.isoformat(), "a day well before the year 10000") from None
    return {
        "currency": terms.currency,
        "as_of": as_of.isoformat(),
        "cycles": [cycle.as_json(terms.currency) for cycle in cycles],
    }


def _days(case: Reading, terms: Terms, postings: Sequence[Posting]) -> tuple[date, date]:
    """From the first posting to the statement that shows the last, where the file says nothing."""
    opened_on = case.day("opened_on", "opened", "start")
    as_of = case.day("as_of", "until", "through")
    days = [posting.on for posting in postings]
    if opened_on is None:
        if not days:
            raise case.refuse("opened_on", None, "the day the account was opened, as there are no postings")
        opened_on = min(days)
    return opened_on, as_of or next(statement_days(terms, max([opened_on, *days])))


def _check_days(case: Reading, postings: Sequence[Posting], opened_on: date, as_of: date) -> None:
    if as_of < opened_on:
        raise case.refuse("as_of", as_of.isoformat(), f"{opened_on} or later, the day the account was opened")
    if as_of.year - opened_on.year > _MOST_YEARS:
        raise case.refuse("as_of", as_of.isoformat(), f"at most {_MOST_YEARS} years after {opened_on}")
    early = [posting.on for posting in postings if posting.on < opened_on]
    if early:
        raise BadInput(
            f"{case.place('postings')}: one on {early[0]} given, expected {opened_on} or later, "
            "the day the account was opened"
        )
