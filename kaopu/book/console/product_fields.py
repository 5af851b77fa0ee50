"""How a term or rule of a product is typed, stored and told.

Terms are stored as `Terms` reads them (rates as decimal strings, money in minor units); rules as the columns of
docs/snapshot.md.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from kaopu.book import quote_options as options
from kaopu.book.console.product_words import EXPECTED, ORDERS, RULE_FIELDS, YES_NO, Field, Sort
from kaopu.book.models import RULE_COLUMNS, ProductVersion
from kaopu.kernel.console import figures
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_major, to_minor

if TYPE_CHECKING:
    from kaopu.book.core.terms import Charge

MILLION = 1_000_000


def rules() -> tuple[Field, ...]:
    """A field for every rule column there is, those with words first, in their order here."""
    known = [field for name, field in RULE_FIELDS.items() if name in RULE_COLUMNS]
    known += [
        Field(name, name.replace("_", " "), Sort.FLAG if _is_flag(name) else Sort.WHOLE, more=True)
        for name in RULE_COLUMNS
        if name not in RULE_FIELDS
    ]
    return tuple(known)


def _is_flag(name: str) -> bool:
    return isinstance(ProductVersion._meta.get_field(name), models.BooleanField)  # noqa: SLF001 - Django's way in


def rule_defaults() -> dict[str, Any]:
    """What each rule is where nothing is said: the default of its column."""
    found = {}
    for name in RULE_COLUMNS:
        default = ProductVersion._meta.get_field(name).db_default  # noqa: SLF001 - same
        found[name] = getattr(default, "value", default)
    return found


def choices(field: Field) -> tuple[tuple[str, str], ...]:
    """The choices with their words in the reader's language; none for what is typed."""
    if field.sort is Sort.FLAG:
        return tuple((value, str(words)) for value, words in YES_NO)
    if field.name == "allocation":
        return tuple((value, _order(n)) for value, n in field.choices)
    if field.name == "late_allocation":
        return tuple((value, _order(n - 1) if n else _("as always")) for value, n in field.choices)
    return tuple((value, str(words)) for value, words in field.choices)


def _order(code: int) -> str:
    """The order of money, from its code (docs/snapshot.md, "Where money goes")."""
    parts = [str(ORDERS[code % 6][1])]
    if code % 12 >= 6:
        parts.append(_("penalty first"))
    if code >= 12:
        parts.append(_("one component over all instalments"))
    return "; ".join(parts)


def read(field: Field, typed: str, currency: str) -> Any:
    """What was typed, as it is stored. Raises `BadInput` with words for the reader."""
    typed = typed.strip()
    try:
        return _READ[field.sort](field, typed, currency)
    except (BadInput, ValueError, ArithmeticError):
        raise BadInput(str(EXPECTED[field.sort])) from None


def written(field: Field, value: Any, currency: str) -> str:
    """What is stored, as it would be typed."""
    if value is None:
        return ""
    if field.sort in {Sort.RATE, Sort.PPM}:
        return _percent(Decimal(str(value)) / (MILLION if field.sort is Sort.PPM else 1))
    if field.sort is Sort.FEE:
        return (
            _percent(Decimal(value["rate"])) if value.get("rate") else f"{to_major(value['minor'], currency)}{currency}"
        )
    if field.sort is Sort.MONEY:
        return to_major(value, currency)
    if field.sort is Sort.FLAG:
        return "1" if value else "0"
    return str(value)


def told(field: Field, value: Any, currency: str) -> str:
    """What is stored, in words; "" where nothing is."""
    if value is None:
        return ""
    if field.sort is Sort.DAYS:
        return figures.days(value)
    if field.sort is Sort.MONEY or (field.sort is Sort.FEE and value.get("minor") is not None):
        return figures.money(value if field.sort is Sort.MONEY else value["minor"], currency)
    text = written(field, value, currency)
    return dict(choices(field)).get(text, text)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _read_choice(field: Field, typed: str, _currency: str) -> Any:
    if typed not in {value for value, _words in field.choices}:
        raise BadInput(field.name)
    return int(typed) if field.name in RULE_FIELDS else typed


def _read_whole(field: Field, typed: str, _currency: str) -> int:
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 9:
        raise BadInput(field.name)
    return int(typed)


def _read_rate(field: Field, typed: str, _currency: str) -> str:
    return format(options.fraction(field.name, typed).normalize(), "f")


def _read_ppm(field: Field, typed: str, _currency: str) -> int:
    parts = options.fraction(field.name, typed) * MILLION
    if parts != int(parts) or not 0 <= parts <= 10 * MILLION:
        raise BadInput(field.name)
    return int(parts)


def _read_fee(field: Field, typed: str, currency: str) -> dict[str, Any]:
    charge: Charge | None = options.charge(field.name, typed, currency)
    if charge is None or (charge.rate or 0) < 0 or (charge.minor or 0) < 0:
        raise BadInput(field.name)
    return {"minor": charge.minor} if charge.rate is None else {"rate": format(charge.rate.normalize(), "f")}


def _read_money(field: Field, typed: str, currency: str) -> int:
    amount = to_minor(Decimal(typed.replace(",", "").removeprefix("¥")), currency)
    if not 0 <= amount < 10**15:
        raise BadInput(field.name)
    return amount


def _read_word(field: Field, typed: str, _currency: str) -> str:
    if not typed or len(typed) > 32:
        raise BadInput(field.name)
    return typed


def _read_flag(field: Field, typed: str, _currency: str) -> Any:
    if typed not in {"0", "1"}:
        raise BadInput(field.name)
    return typed == "1" if _is_flag(field.name) else int(typed)


_READ = {
    Sort.CHOICE: _read_choice,
    Sort.WORD: _read_word,
    Sort.WHOLE: _read_whole,
    Sort.DAYS: _read_whole,
    Sort.RATE: _read_rate,
    Sort.PPM: _read_ppm,
    Sort.FEE: _read_fee,
    Sort.MONEY: _read_money,
    Sort.FLAG: _read_flag,
}
