"""Products and their versions: what is on offer today, what was before, what each version changed, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaopu.book.console import product_fields as pf
from kaopu.book.console import product_words as pw
from kaopu.book.console.product_changes import KIND, differences, rules_of
from kaopu.book.console.product_form import EXAMPLE, Quoted, day_of, flat, quoted
from kaopu.book.console.rights import PROPOSE_TERMS, SEE_BOOK
from kaopu.book.models import Product, ProductVersion
from kaopu.kernel import approval
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kaopu.kernel.console.proposals import Line

IN_LIST = ("plan", "periods", "rate_annual", "fee_per_period", "reference")


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product with the version that is in force today."""

    code: str
    name: str
    facts: dict[str, str]
    version: int | None
    valid_from: date | None
    coming: date | None
    waits: UUID | None


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version: its days, its terms and rules in words, and what it changed."""

    number: int
    valid_from: date
    valid_to: date | None
    state: str
    tone: str
    terms: tuple[Line, ...]
    changed: tuple[Line, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class ProductsPage:
    """The list."""

    answer: str
    rows: tuple[ProductRow, ...]
    may_propose: bool


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One product, with a quote of the version in force on the example's first day."""

    code: str
    name: str
    answer: str
    versions: tuple[VersionShown, ...]
    waits: tuple[tuple[UUID, date], ...]
    may_propose: bool
    quoted: Quoted
    quoted_version: int | None
    typed: dict[str, str]
    debts: str


@needs(SEE_BOOK)
def products(request: HttpRequest) -> HttpResponse:
    """Every product: what it is today, and what comes."""
    now = system_clock().now()
    versions = Prefetch("versions", ProductVersion.objects.order_by("version"), to_attr="ordered")
    waiting = {one.value["code"]: one.id for one in approval.waiting(now, KIND)}
    rows = tuple(
        _row(product, now.date(), waiting) for product in Product.objects.order_by("code").prefetch_related(versions)
    )
    offered = sum(row.version is not None for row in rows)
    answer = (
        ngettext(
            "%(n)d product on offer today; new terms of %(waits)d wait for a second person.",
            "%(n)d products on offer today; new terms of %(waits)d wait for a second person.",
            offered,
        )
        % {"n": offered, "waits": len(waiting)}
        if rows
        else _("No product yet.")
    )
    page = ProductsPage(answer, rows, request.user.has_perm(PROPOSE_TERMS.permission))
    return render(request, "book/products.html", {"page": page})


def _row(product: Product, today: date, waiting: dict[str, UUID]) -> ProductRow:
    current = in_force(product.ordered, today)  # type: ignore[attr-defined] - the prefetch above
    coming = next((one.valid_from for one in product.ordered if one.valid_from > today), None)  # type: ignore[attr-defined]
    terms = flat(current.terms) if current else {}
    currency = str(terms.get("currency", "CNY"))
    fields = [field for field in pw.TERMS if field.name in IN_LIST]
    return ProductRow(
        code=product.code,
        name=product.name,
        facts={field.name: pf.told(field, terms.get(field.name), currency) for field in fields},
        version=current.version if current else None,
        valid_from=current.valid_from if current else None,
        coming=coming,
        waits=waiting.get(product.code),
    )


def in_force(versions: list[ProductVersion], on: date) -> ProductVersion | None:
    """The version that a debt booked on a day takes."""
    found = [one for one in versions if one.valid_from <= on and (one.valid_to is None or on <= one.valid_to)]
    return found[-1] if found else None


@needs(SEE_BOOK)
def product(request: HttpRequest, code: str) -> HttpResponse:
    """One product's versions; `q_…` in the address ask for a quote."""
    row = Product.objects.filter(code=code).first()
    if row is None:
        raise Http404
    now = system_clock().now()
    versions = list(row.versions.order_by("version"))
    typed = example_of(request, now.date())
    start = day_of(typed["q_start"])
    chosen = in_force(versions, start) if start else None
    waits = [one for one in approval.waiting(now, KIND) if one.value["code"] == code]
    page = ProductPage(
        code=row.code,
        name=row.name,
        answer=_answer(versions, now.date()),
        versions=tuple(_versions(versions, now.date())[::-1]),
        waits=tuple((one.id, date.fromisoformat(one.value["valid_from"])) for one in waits),
        may_propose=request.user.has_perm(PROPOSE_TERMS.permission),
        quoted=quoted(typed, chosen.terms) if chosen else Quoted(problem=_("It is not on offer on that day.")),
        quoted_version=chosen.version if chosen else None,
        typed=typed,
        debts=f"{reverse('debts')}?product={code}",
    )
    template = "book/product_quoted.html" if request.htmx and not request.htmx.boosted else "book/product.html"
    return render(request, template, {"page": page})


def example_of(request: HttpRequest, today: date) -> dict[str, str]:
    """The example debt of a quote as typed, else a usual one that starts today."""
    asked = request.GET if request.method == "GET" else request.POST
    usual = {"q_principal": EXAMPLE, "q_start": today.isoformat(), "q_periods": ""}
    return {name: asked.get(name, value)[:32] for name, value in usual.items()}


def _answer(versions: list[ProductVersion], today: date) -> str:
    current = in_force(versions, today)
    if current is None:
        return _("It is not on offer today.")
    return _("Version %(n)d is in force today. Debts keep the version they were booked under.") % {"n": current.version}


def _versions(versions: list[ProductVersion], today: date) -> list[VersionShown]:
    changed: list[tuple[Line, ...]] = [()] + [
        differences((before.terms, rules_of(before)), (after.terms, rules_of(after)))
        for before, after in pairwise(versions)
    ]
    current = in_force(versions, today)
    shown = []
    for version, lines in zip(versions, changed, strict=True):
        coming = version.valid_from > today
        state = _("in force") if version is current else _("comes") if coming else _("over")
        shown.append(
            VersionShown(
                number=version.version,
                valid_from=version.valid_from,
                valid_to=version.valid_to,
                state=state,
                tone="allowed" if version is current else "info" if coming else "refer",
                terms=differences(None, (version.terms, rules_of(version))),
                changed=lines,
                first=version is versions[0],
            )
        )
    return shown


def tomorrow(today: date) -> str:
    """The first day that new terms are proposed for unless another is typed."""
    return (today + timedelta(days=1)).isoformat()
