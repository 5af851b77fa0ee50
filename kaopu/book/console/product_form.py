"""The form in which new terms of a product are typed: what it holds, what is wrong with it, and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kaopu.book import store
from kaopu.book.console import product_fields as pf
from kaopu.book.console import product_words as pw
from kaopu.book.console.post_form import Wrong
from kaopu.book.core import terms_json
from kaopu.book.core.quote import quote
from kaopu.book.models import ProductVersion
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.book.core.terms import Terms
    from kaopu.book.models import Product

# The core names a fault by the option of `kaopu quote`; the form by its field.
FIELD_OF = {"rate": "rate_annual", "principal": "q_principal", "start": "q_start", "principal_minor": "q_principal"}
EXAMPLE = "10000.00"
ROWS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as shown: `value` as typed, `error` in words."""

    name: str
    words: str
    value: str
    choices: tuple[tuple[str, str], ...]
    error: str
    more: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """What an example would cost, or why that cannot be said."""

    problem: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    totals: dict[str, str] | None = None
    currency: str = ""
    cost: float | None = None
    nominal: float | None = None
    extra: str = ""
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """New terms as typed, free of faults."""

    terms: dict[str, Any]
    rules: dict[str, Any]
    valid_from: date


def typed_of(version: ProductVersion | None) -> dict[str, str]:
    """The form filled with a version; with the defaults where there is none yet."""
    terms = flat(version.terms) if version else {"plan": "equal-instalment", "currency": "CNY", "periods": 12}
    currency = terms.get("currency", "CNY")
    values = {field.name: getattr(version, field.name) for field in pf.rules()} if version else pf.rule_defaults()
    typed = {field.name: pf.written(field, terms.get(field.name), currency) for field in pw.TERMS}
    return typed | {field.name: pf.written(field, values[field.name], currency) for field in pf.rules()}


def flat(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Terms with the parts of a floating rate beside the others."""
    return {**terms, **{name: value for name, value in (terms.get("floating") or {}).items() if name in pw.FLOATING}}


def currency_of(typed: Mapping[str, str]) -> str:
    """The currency that amounts are typed in."""
    return typed.get("currency", "").strip().upper() or "CNY"


def read_terms(typed: Mapping[str, str], kept: Mapping[str, Any]) -> tuple[dict[str, Any], list[Wrong]]:
    """Terms as JSON. `kept` are those of the version before: what the form does not show of them stays."""
    currency, wrong = currency_of(typed), []
    names = {field.name for field in pw.TERMS}
    terms = {name: value for name, value in kept.items() if name not in names and name != "floating"}
    floating = {name: value for name, value in (kept.get("floating") or {}).items() if name not in pw.FLOATING}
    for field in pw.TERMS:
        text = typed.get(field.name, "").strip()
        if not text:
            continue
        try:
            value = pf.read(field, text.upper() if field.name == "currency" else text, currency)
        except BadInput as fault:
            wrong.append(Wrong(field.name, str(fault)))
            continue
        (floating if field.name in pw.FLOATING else terms)[field.name] = value
    if floating.get("reference"):
        terms["floating"] = floating
    elif floating.get("spread") or floating.get("first_reset"):
        wrong.append(Wrong("reference", _("Name the reference rate that this is added to.")))
    if "plan" not in terms:
        wrong.append(Wrong("plan", _("Choose how it is repaid.")))
    return terms, wrong


def read_rules(typed: Mapping[str, str], base: ProductVersion | None) -> tuple[dict[str, Any], list[Wrong]]:
    """Every rule, those left empty as their default."""
    defaults, rules, wrong = pf.rule_defaults(), {}, []
    for field in pf.rules():
        text = typed.get(field.name, "").strip()
        try:
            rules[field.name] = pf.read(field, text, currency_of(typed)) if text else defaults[field.name]
        except BadInput as fault:
            wrong.append(Wrong(field.name, str(fault)))
    return rules, wrong or _rules_together(rules, base)


def _rules_together(rules: dict[str, Any], base: ProductVersion | None) -> list[Wrong]:
    row = ProductVersion(version=base.version + 1 if base else 1, valid_from=date.max, **rules)
    try:
        row.clean_fields(exclude={"product", "terms", "created_at"})
        row.validate_constraints(exclude={"product", "version"})
    except ValidationError as fault:
        found = fault.message_dict
        first = next(iter(found))
        name = first if first in rules else "grace_days"
        return [Wrong(name, _("These rules do not go together: %(why)s") % {"why": " ".join(found[first])})]
    return []


def read(typed: Mapping[str, str], base: ProductVersion | None, today: date) -> Asked | tuple[Wrong, ...]:
    """New terms, or everything that is wrong with them, each at its field."""
    terms, wrong = read_terms(typed, base.terms if base else {})
    rules, wrong_rules = read_rules(typed, base)
    wrong += wrong_rules
    valid_from = day_of(typed.get("valid_from", ""))
    if valid_from is None:
        wrong.append(Wrong("valid_from", _("Enter a real date.")))
    elif valid_from < today:
        wrong.append(Wrong("valid_from", _("Terms begin today or later: debts of the past keep what they agreed.")))
    elif base and valid_from <= base.valid_from:
        wrong.append(Wrong("valid_from", _("The version before begins that day or later. Choose a later day.")))
    if not wrong:
        example = example_terms(typed, terms)
        wrong += [example] if isinstance(example, Wrong) else []
    return tuple(wrong) or Asked(terms, rules, valid_from)  # type: ignore[arg-type]


def example_terms(typed: Mapping[str, str], terms: Mapping[str, Any]) -> Terms | Wrong:
    """The terms of an example debt: the product's, with the amount, start and number of instalments of the form."""
    if "plan" not in terms:
        return Wrong("plan", _("Its terms do not say how it is repaid. Propose terms that do."))
    currency = str(terms.get("currency", "CNY"))
    start = day_of(typed.get("q_start", ""))
    if start is None:
        return Wrong("q_start", _("Enter a real date."))
    try:
        principal = to_minor(Decimal(typed.get("q_principal", "").strip().replace(",", "") or EXAMPLE), currency)
    except (InvalidOperation, BadInput):
        return Wrong("q_principal", _("Enter an amount, as 306.20."))
    periods = typed.get("q_periods", "").strip()
    more = {"periods": int(periods)} if periods.isascii() and periods.isdecimal() and len(periods) < 6 else {}
    try:
        return terms_json.from_json(
            {**terms, "currency": currency, **more, "principal_minor": principal, "start": start.isoformat()}
        )
    except BadInput as fault:
        return _at_field(fault)


def _at_field(fault: BadInput) -> Wrong:
    name, colon, rest = str(fault).partition(":")
    name = FIELD_OF.get(name, name)
    known = {field.name for field in pw.TERMS} | set(FIELD_OF.values())
    return Wrong(name, rest.strip()) if colon and name in known else Wrong("plan", str(fault))


def quoted(typed: Mapping[str, str], terms: Mapping[str, Any], wrong: tuple[Wrong, ...] | list[Wrong] = ()) -> Quoted:
    """What the example costs, by the function that books debts."""
    example = next(iter(wrong), None) or example_terms(typed, terms)
    if isinstance(example, Wrong):
        return Quoted(problem=example.words)
    try:
        answer = quote(example, store.reference_rates())
    except BadInput as fault:
        return Quoted(problem=str(fault))
    extra = Decimal(answer["totals"]["interest"]) + Decimal(answer["totals"]["fee"])
    cost = answer["cost"]
    rows = answer["rows"]
    return Quoted(
        rows=tuple(rows[:ROWS_SHOWN]),
        totals=answer["totals"],
        currency=example.currency,
        cost=cost["effective_monthly"] if cost["effective_monthly"] is not None else cost["effective_day_exact"],
        nominal=cost["nominal"],
        extra=str(extra),
        cut=max(len(rows) - ROWS_SHOWN, 0),
    )


def day_of(text: str) -> date | None:
    """A day as written by a date field."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def shown(typed: Mapping[str, str], wrong: tuple[Wrong, ...], fields: tuple[pw.Field, ...]) -> tuple[Shown, ...]:
    """The fields with what was typed and what is wrong with it."""
    errors = {fault.field: fault.words for fault in wrong}
    return tuple(
        Shown(
            name=field.name,
            words=str(field.words),
            value=typed.get(field.name, ""),
            choices=pf.choices(field),
            error=errors.get(field.name, ""),
            more=field.more and field.name not in errors,
        )
        for field in fields
    )


def base_of(product: Product | None) -> ProductVersion | None:
    """The version that new terms follow: the latest, begun or not."""
    return product.versions.order_by("-version").first() if product else None
