"""The debt page says each rule that holds a class beyond days past due, in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from small_book import NOW

from kaopu.book.models import Debt
from kaopu.kernel.roles import Role
from kaopu.party.models import Party


def company_debt(party_id, number, due):
    row = Debt.objects.create(
        external_id=f"C-{number}", party_id=party_id, currency="CNY", principal=500, disbursed_on=date(2026, 1, 1),
        retail=False,
    )  # fmt: skip
    row.schedule_versions.create(seq=[1], due_on=[due], principal=[500], interest=[0], fee=[0])
    return row.pk


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "50.00 % of the debt of party"), ("zh-hans", "的债务有 50.00 % 为不良，超过 10 %：至少次级。")],
)
def test_contagion_is_said_with_its_share(book, sign_in, language, words):
    company = Party.objects.create(kind="organisation", external_id="C", created_at=NOW)
    company_debt(company.pk, 1, date(2026, 3, 1))
    good = company_debt(company.pk, 2, date(2026, 12, 1))
    page = sign_in(Role.AUDITOR, language).get(f"/debts/{good}/", {"as_of": "2026-11-22"})
    assert words in page.content.decode()
    assert page.context["page"].class_tag.colour
