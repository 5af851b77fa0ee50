"""New terms of a product: typed beside a quote, proposed by one, approved by another; debts keep what they agreed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import small_book

from kaopu.book.actions.book_debt import BookDebt, book_debt
from kaopu.book.console import product_fields, product_form, product_words
from kaopu.book.core.quote import quote
from kaopu.book.core.terms import Charge, Plan, Terms
from kaopu.book.models import RULE_COLUMNS, Debt, Product, ProductVersion
from kaopu.kernel.clock import system_clock
from kaopu.kernel.models import Approval
from kaopu.kernel.roles import Role


def today():
    return system_clock().now().date()


def form(product="phone", **more):
    base = product_form.base_of(Product.objects.filter(code=product).first())
    typed = product_form.typed_of(base)
    typed |= {
        "plan": "equal-instalment", "currency": "CNY", "periods": "12", "rate_annual": "12%",
        "valid_from": (today() + timedelta(days=1)).isoformat(), "q_start": "2026-12-01", "q_principal": "6000.00",
    }  # fmt: skip
    return typed | {"act": "propose", **more}


def propose(client, product="phone", **more):
    return client.post(f"/products/{product}/edit", form(product, **more))


def approve(client, response):
    row = Approval.objects.get(pk=re.search(r"approvals/([0-9a-f-]+)/", response["Location"])[1])
    return client.post(f"/approvals/{row.pk}/decide", {"act": "approve", "fingerprint": row.fingerprint}, follow=True)


def test_a_version_is_proposed_and_approved_by_another(sign_in, book):
    maker, checker = sign_in(Role.POLICY_MAKER), sign_in(Role.CHECKER)
    old = Debt.objects.get(pk=book["on time"])
    page = maker.get("/products/phone/edit").content.decode()
    for name in ("rate_annual", "fee_per_period", *RULE_COLUMNS):
        assert f'name="{name}"' in page, "every term and every rule there is can be edited"
    response = propose(maker, grace_days="5", penalty_rate_ppm="18.25%", fee_per_period="0.6%", rate_annual="10.8%")
    assert response.status_code == 302
    assert ProductVersion.objects.count() == 1, "nothing changes before another person agrees"
    shown = checker.get(response["Location"]).content.decode()
    for words in ("Days of grace", "1 day", "5 days", "18.25%", "0.6%", "10.8%"):
        assert words in shown
    assert "a proposal waits" in checker.get("/products/").content.decode()
    done = approve(checker, response).content.decode()
    assert "Version 2 of 手机分期 is valid from" in done
    version = ProductVersion.objects.get(version=2)
    assert (version.grace_days, version.penalty_rate_ppm, version.terms["rate_annual"]) == (5, 182_500, "0.108")
    assert version.terms["fee_per_period"] == {"rate": "0.006"}
    assert ProductVersion.objects.get(version=1).valid_to == today()
    kept = Debt.objects.get(pk=old.pk)
    assert (kept.product_version_id, kept.grace_days) == (old.product_version_id, 1)
    later = Terms(Plan.EQUAL_INSTALMENT, "CNY", 600_000, today() + timedelta(days=1), 12, Decimal("0.108"))
    new = book_debt(BookDebt(later, old.party_id, "NEW-1", product="phone"), "test", small_book.NOW)
    assert Debt.objects.get(pk=new.debt_id).grace_days == 5
    page = checker.get("/products/phone/").content.decode()
    assert "Version 2" in page
    assert "18.25%" in page


def test_whoever_proposed_does_not_approve_and_others_do_not_propose(sign_in, book):
    maker = sign_in(Role.POLICY_MAKER)
    response = propose(maker)
    assert approve(maker, response).status_code == 409
    assert sign_in(Role.AGENT).get("/products/phone/edit").status_code == 403
    assert sign_in(Role.CHECKER).post("/products/phone/edit", form()).status_code == 403
    assert ProductVersion.objects.count() == 1


@pytest.mark.parametrize(("field", "typed", "words"), [
    ("rate_annual", "12", "from 0 to 10"),  # 1,200%: meant was 12%
    ("rate_annual", "a lot", "Enter a rate a year"),
    ("periods", "-3", "Enter a whole number"),
    ("fee_per_period", "0.5", "Enter a share of the amount lent"),  # half the loan, or fifty cents?
    ("penalty_rate_ppm", "18.25", "Enter a rate a year"),  # 1,825%
    ("grace_days", "three", "Enter a whole number of days"),
    ("grace_days", "40000", "do not go together"),  # beyond its column
    ("penalty_cap", "1.234", "Enter an amount"),
    ("currency", "XXQ", "currency"),
    ("valid_from", "2020-01-01", "today or later"),
    ("valid_from", "2026-02-30", "Enter a real date"),
    ("plan", "lottery", "Choose one of the list"),
    ("due_day", "32", "1"),
    ("spread", "0.5%", "Name the reference rate"),
    ("penalty_base", "7", "Choose one of the list"),
])  # fmt: skip
def test_a_fault_is_said_at_its_field(sign_in, book, field, typed, words):
    response = propose(sign_in(Role.POLICY_MAKER), **{field: typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert f'value="{typed}"' in page or field in {"plan", "penalty_base"}, "what was typed stays"
    assert Approval.objects.count() == 0


def test_terms_that_change_nothing_are_not_proposed(sign_in, book):
    client = sign_in(Role.POLICY_MAKER)
    typed = product_form.typed_of(ProductVersion.objects.get())
    unchanged = form(**typed)
    unchanged["plan"] = ""
    assert client.post("/products/phone/edit", unchanged).status_code == 422, "a plan must be named"
    approve(sign_in(Role.CHECKER), propose(client))
    again = propose(client, valid_from=(today() + timedelta(days=2)).isoformat())
    assert "Nothing differs" in again.content.decode()


def test_the_second_of_two_proposals_has_to_be_compared_again(sign_in, book):
    maker, checker = sign_in(Role.POLICY_MAKER), sign_in(Role.CHECKER)
    first, second = propose(maker, rate_annual="11%"), propose(maker, rate_annual="13%")
    approve(checker, first)
    refused = approve(checker, second)
    assert refused.status_code == 422
    assert "another version was added since" in refused.content.decode()
    assert [one.terms.get("rate_annual") for one in ProductVersion.objects.order_by("version")] == [None, "0.11"]


def test_a_first_day_that_passed_meanwhile_is_not_made_true_afterwards(sign_in, book, monkeypatch):
    from kaopu.kernel.clock import FixedClock
    from kaopu.kernel.console import approvals

    response = propose(sign_in(Role.POLICY_MAKER))
    monkeypatch.setattr(approvals, "system_clock", lambda: FixedClock(system_clock().now() + timedelta(days=3)))
    refused = approve(sign_in(Role.CHECKER), response)
    assert refused.status_code == 422
    assert "its first day has passed" in refused.content.decode()
    assert ProductVersion.objects.count() == 1


def test_the_quote_beside_the_form_is_the_one_that_books(sign_in, book):
    terms = Terms(
        Plan.EQUAL_INSTALMENT, "CNY", 600_000, date(2026, 12, 1), 12, Decimal("0.12"), fee_per_period=Charge(minor=500)
    )
    expected = quote(terms)
    client = sign_in(Role.POLICY_MAKER)
    beside = client.post("/products/beside", form(fee_per_period="5.00CNY", of="phone")).content.decode()
    assert expected["rows"][4]["total"] in beside
    assert f"{expected['cost']['effective_monthly'] * 100:.2f}%" in beside
    assert "<html" not in beside
    wrong = client.post("/products/beside", form(rate_annual="lots", of="phone"))
    assert (wrong.status_code, "Enter a rate a year" in wrong.content.decode()) == (200, True)
    assert quote(replace(terms, fee_per_period=None))["cost"] != expected["cost"]


def test_a_new_product_begins_with_its_first_version(sign_in, book):
    maker, checker = sign_in(Role.POLICY_MAKER), sign_in(Role.CHECKER)
    typed = form("none", code="spring sale", name="")
    refused = maker.post("/products/new", typed)
    assert refused.status_code == 422
    assert "short code without blanks" in refused.content.decode()
    response = maker.post("/products/new", {**typed, "code": "spring-sale", "name": "春季分期"})
    approve(checker, response)
    assert Product.objects.get(code="spring-sale").versions.get().version == 1
    page = checker.get("/products/spring-sale/", {"q_start": (today() + timedelta(days=1)).isoformat()})
    assert 'id="cost"' in page.content.decode()
    assert "春季分期" in checker.get("/products/").content.decode()


def test_what_is_told_can_be_typed_again():
    for field in (*product_words.TERMS, *product_fields.rules()):
        for typed in ([value for value, _ in product_fields.choices(field)] or
                      {"whole": ["0", "31"], "days": ["3"], "rate": ["12%", "0.0875%"], "ppm": ["18.25%", "0.0001%"],
                       "fee": ["0.6%", "60.00CNY"], "money": ["306.20"], "word": ["lpr_1y"]}[field.sort]):  # fmt: skip
            value = product_fields.read(field, typed, "CNY")
            assert product_fields.written(field, value, "CNY") == typed, field.name
