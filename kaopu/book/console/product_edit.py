"""New terms of a product: typed beside a live quote, proposed here, approved by another person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.book.console import product_fields as pf
from kaopu.book.console import product_form
from kaopu.book.console import product_words as pw
from kaopu.book.console.post_form import Wrong
from kaopu.book.console.product_changes import KIND, differences, rules_of
from kaopu.book.console.product_form import Asked, Quoted, Shown
from kaopu.book.console.products import example_of, tomorrow
from kaopu.book.console.rights import PROPOSE_TERMS
from kaopu.book.models import Product
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kaopu.book.models import ProductVersion
    from kaopu.kernel.console.proposals import Line

DAYS_TO_DECIDE = 14
CODE_MAX, NAME_MAX = 64, 120


@dataclass(frozen=True, slots=True)
class EditPage:
    """The form, what is wrong with it, what it would change, and what it would cost."""

    code: str
    name: str
    is_new: bool
    address: str
    base: int | None
    terms: tuple[Shown, ...]
    rules: tuple[Shown, ...]
    valid_from: str
    wrong: tuple[Wrong, ...]
    errors: dict[str, str]
    changed: tuple[Line, ...]
    quoted: Quoted
    typed: dict[str, str]


@needs(PROPOSE_TERMS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the latest version of a product into a new one."""
    product = Product.objects.filter(code=code).first()
    if product is None:
        raise Http404
    return _form(request, product)


@needs(PROPOSE_TERMS)
def new(request: HttpRequest) -> HttpResponse:
    """A product that is not there yet."""
    return _form(request, None)


def _form(request: HttpRequest, product: Product | None) -> HttpResponse:
    now = system_clock().now()
    base = product_form.base_of(product)
    if request.method != "POST":
        first = tomorrow(max(now.date(), base.valid_from) if base else now.date())
        typed = (
            product_form.typed_of(base)
            | {"valid_from": first, "code": "", "name": ""}
            | example_of(request, now.date())
        )
        return _show(request, product, base, typed)
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    typed = example_of(request, now.date()) | typed
    if typed.get("act") != "propose":
        return _show(request, product, base, typed)
    asked = product_form.read(typed, base, now.date())
    wrong = (() if isinstance(asked, Asked) else asked) + _wrong_names(typed, product)
    if wrong or not isinstance(asked, Asked):
        return _show(request, product, base, typed, wrong)
    if base and not differences((base.terms, rules_of(base)), (asked.terms, asked.rules)):
        same = Wrong("plan", _("Nothing differs from the version before. Change a term first."))
        return _show(request, product, base, typed, (same,))
    code, name = (product.code, product.name) if product else (typed["code"].strip(), typed["name"].strip())
    value = {
        "code": code, "name": name, "valid_from": asked.valid_from.isoformat(), "terms": asked.terms,
        "rules": asked.rules, "base_version": base.version if base else None,
    }  # fmt: skip
    subject = f"product:{product.pk}" if product else "product:new"
    made = propose(
        kind=KIND, subject=subject, value=value, proposer=f"staff:{request.user.pk}", now=now,
        expires_at=now + timedelta(days=DAYS_TO_DECIDE),
    )  # fmt: skip
    messages.success(request, _("Proposed. It takes effect once another person approves it."), "info")
    return HttpResponseRedirect(reverse("approval", args=[made]))


def _wrong_names(typed: Mapping[str, str], product: Product | None) -> tuple[Wrong, ...]:
    if product is not None:
        return ()
    wrong = []
    code, name = typed.get("code", "").strip(), typed.get("name", "").strip()
    if not 0 < len(code) <= CODE_MAX or any(sign.isspace() or sign == "/" for sign in code):
        wrong.append(Wrong("code", _("Enter a short code without blanks, as cash-12.")))
    elif Product.objects.filter(code=code).exists():
        wrong.append(Wrong("code", _("There is a product of that code. Edit its terms instead.")))
    if not 0 < len(name) <= NAME_MAX:
        wrong.append(Wrong("name", _("Enter the name that people know it by.")))
    return tuple(wrong)


def _show(
    request: HttpRequest,
    product: Product | None,
    base: ProductVersion | None,
    typed: dict[str, str],
    wrong: tuple[Wrong, ...] = (),
) -> HttpResponse:
    page = EditPage(
        code=product.code if product else typed.get("code", ""),
        name=product.name if product else typed.get("name", ""),
        is_new=product is None,
        address=reverse("product_edit", args=[product.code]) if product else reverse("product_new"),
        base=base.version if base else None,
        terms=product_form.shown(typed, wrong, pw.TERMS),
        rules=product_form.shown(typed, wrong, pf.rules()),
        valid_from=typed.get("valid_from", ""),
        wrong=wrong,
        errors={fault.field: fault.words for fault in wrong},
        typed=typed,
        **_beside(typed, base),
    )
    return render(request, "book/product_edit.html", {"page": page}, status=422 if wrong else 200)


def _beside(typed: dict[str, str], base: ProductVersion | None) -> dict[str, object]:
    """What stands beside the form: the changes against the version before, and the quote of the terms as typed."""
    terms, wrong = product_form.read_terms(typed, base.terms if base else {})
    rules, wrong_rules = product_form.read_rules(typed, base)
    before = (base.terms, rules_of(base)) if base else None
    return {
        "changed": () if wrong or wrong_rules else differences(before, (terms, rules)),
        "quoted": product_form.quoted(typed, terms, wrong + wrong_rules),
    }


@require_POST
@needs(PROPOSE_TERMS)
def beside(request: HttpRequest) -> HttpResponse:
    """The quote and the changes alone, while the form is being typed."""
    code = request.POST.get("of", "")
    base = product_form.base_of(Product.objects.filter(code=code).first()) if code else None
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    today: date = system_clock().now().date()
    page = {"typed": typed, "base": base.version if base else None, **_beside(example_of(request, today) | typed, base)}
    return render(request, "book/product_beside.html", {"page": page})
