"""New terms of a product under four eyes: how the proposal is shown, and how it is carried out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.book.actions.add_product_version import AddProductVersion, Refusal, add_product_version
from kaopu.book.console import product_fields as pf
from kaopu.book.console import product_words as pw
from kaopu.book.console.product_form import base_of, flat
from kaopu.book.console.rights import APPROVE_TERMS
from kaopu.book.models import Product, ProductVersion
from kaopu.kernel.console import figures, proposals
from kaopu.kernel.console.proposals import Line, Presented
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kaopu.kernel.approval import Proposal

KIND = "product.version"


def differences(
    before: tuple[Mapping[str, Any], Mapping[str, Any]] | None, after: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> tuple[Line, ...]:
    """Terms and rules that differ, in words. Without `before` all that are not at their default."""
    old_terms, old_rules = before or ({}, pf.rule_defaults())
    old, new = flat(old_terms), flat(after[0])
    lines = [
        Line(str(field.words), pf.told(field, old.get(field.name), _currency(old)),
             pf.told(field, new.get(field.name), _currency(new)))
        for field in pw.TERMS
        if old.get(field.name) != new.get(field.name)
    ]  # fmt: skip
    lines += [
        Line(str(field.words), "" if before is None else pf.told(field, old_rules.get(field.name), _currency(old)),
             pf.told(field, after[1].get(field.name), _currency(new)))
        for field in pf.rules()
        if old_rules.get(field.name) != after[1].get(field.name)
    ]  # fmt: skip
    return tuple(lines)


def _currency(terms: Mapping[str, Any]) -> str:
    return str(terms.get("currency", "CNY"))


def rules_of(version: ProductVersion) -> dict[str, Any]:
    """The rule columns of a version."""
    return {field.name: getattr(version, field.name) for field in pf.rules()}


def present(proposal: Proposal) -> Presented:
    """What changes against the version that it was written against."""
    value = proposal.value
    product = Product.objects.filter(code=value["code"]).first()
    base = product.versions.filter(version=value["base_version"]).first() if product else None
    before = (base.terms, rules_of(base)) if base else None
    valid_from = Line(
        _("Valid from"),
        figures.day(base.valid_from) if base else "",
        figures.day(date.fromisoformat(value["valid_from"])),
    )
    title = _("%(name)s: terms from %(day)s") if base else _("New product %(name)s from %(day)s")
    return Presented(
        title=title % {"name": value["name"], "day": valid_from.after},
        lines=(valid_from, *differences(before, (value["terms"], value["rules"]))),
        address=reverse("product", args=[value["code"]]) if product else "",
        address_words=_("Versions of %(name)s") % {"name": value["name"]},
    )


def carry_out(proposal: Proposal, actor: str, now: datetime) -> str:
    """Append the version, if it still follows the one that it was compared with."""
    value = proposal.value
    product = Product.objects.select_for_update().filter(code=value["code"]).first()
    base = base_of(product)
    if (base.version if base else None) != value["base_version"]:
        raise BadInput(_("another version was added since; propose again from that one"))
    valid_from = date.fromisoformat(value["valid_from"])
    if valid_from < now.date():
        raise BadInput(_("its first day has passed; propose again with a later one"))
    command = AddProductVersion(value["code"], value["name"], valid_from, value["terms"], value["rules"])
    outcome = add_product_version(command, actor, now)
    if isinstance(outcome, Refusal):
        raise BadInput(_("the version before begins that day or later"))
    words = {"n": outcome, "name": value["name"], "day": figures.day(valid_from)}
    return _("Version %(n)d of %(name)s is valid from %(day)s.") % words


proposals.register(KIND, words=gettext_lazy("product terms"), present=present, apply=carry_out, right=APPROVE_TERMS)
