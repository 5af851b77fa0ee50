"""One account's file: terms and postings in, cycles out."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput
from kaopu.revolving.core.read_postings import read_postings
from kaopu.revolving.core.read_terms import STATEMENT_DAY, read_terms
from kaopu.revolving.core.reading import Reading
from kaopu.revolving.core.replay import statement_cycles
from kaopu.revolving.core.statement_days import statement_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.revolving.core.posting import Posting
    from kaopu.revolving.core.terms import Terms

_MOST_YEARS = 100
OPENED = (
    "opened_on",
    "opened",
    "start",
    "open_on",
    "opening_date",
    "open_date",
    "account_opened_on",
    "start_on",
    "start_date",
    "from_date",
    "from",
)
AS_OF = ("as_of", "until", "through", "to", "end", "end_on", "as_of_date", "to_date", "end_date", "through_date")
POSTINGS = ("postings", "transactions", "events", "entries")
OPENING = ("opening_balance", "opening")
CYCLES = ("cycles", "statements", "number_of_cycles", "months")
FOR_PEOPLE = ("name", "title", "description", "note", "comment", "id", "account_id")


def statements_of(values: Any, place: str = "") -> dict[str, Any]:
    """The cycles of one account, amounts as decimal strings; `place` names the account in a file of several.

    Raises:
        BadInput: the message names the field, what was given and what was expected.
    """
    case = Reading(values, place)
    case.ignore(*FOR_PEOPLE)
    terms = _terms(case)
    name, postings_given = case.take(*POSTINGS)
    postings = read_postings([] if postings_given is None else postings_given, case.place(name), terms.currency)
    opened_on, as_of = _days(case, terms, postings)
    opening_minor = case.amount(terms.currency, *OPENING, signed=True) or 0
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


def _terms(case: Reading) -> Terms:
    """The terms, which may lie one level down in a product or beside the postings; a currency beside them is theirs."""
    name, given = case.take("terms", "product", "product_terms")
    if given is None and case.has(*STATEMENT_DAY):
        beside = {*POSTINGS, *OPENED, *AS_OF, *OPENING, *CYCLES}
        given = {field: value for field, value in case.left.items() if field not in beside}
        case.ignore(*given)
        return read_terms(given, case.path)
    if given is None:
        raise case.refuse("terms", None, "an object with the terms of the product")
    path = case.place(name)
    if isinstance(given, dict) and isinstance(given.get("terms"), dict):
        given, path = given["terms"], f"{path}.terms"
    currency = case.text("currency")
    if currency is not None and isinstance(given, dict):
        if given.get("currency", currency) != currency:
            raise case.refuse("currency", currency, f"{given['currency']}, the currency of the terms")
        given = {**given, "currency": currency}
    return read_terms(given, path)


def _days(case: Reading, terms: Terms, postings: Sequence[Posting]) -> tuple[date, date]:
    """From the first posting to the statement that shows the last, or so many statements, where the file says so."""
    opened_on = case.day(*OPENED)
    as_of = case.day(*AS_OF)
    days = [posting.on for posting in postings]
    if opened_on is None:
        if not days:
            raise case.refuse("opened_on", None, "the day the account was opened, as there are no postings")
        opened_on = min(days)
    cycles = case.count(1, 12 * _MOST_YEARS, *CYCLES)
    if as_of is None and cycles is not None:
        as_of = next(islice(statement_days(terms, opened_on), cycles - 1, None))
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
