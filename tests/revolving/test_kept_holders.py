"""Holders of accounts are kept by law: ten years after the last posting of an account on which nothing stands."""

from __future__ import annotations

from datetime import date

import pytest
from cards import open_card, posted

from kaopu.party.models import Party
from kaopu.revolving.kept_parties import keep_until
from kaopu.revolving.models import PositionCache

TODAY = date(2026, 11, 22)


def stands(account, total):
    zeros = {"credit_balance": 0, "minimum_due": 0, "past_due": 0, "days_past_due": 0, "class_code": 0}
    PositionCache.objects.update_or_create(account=account, defaults={"as_of": TODAY, "total": total, **zeros})


@pytest.mark.django_db
def test_the_ten_years_run_from_the_last_posting_once_nothing_stands():
    account = open_card()
    posted(account, "purchase", "04-10", 500)
    assert keep_until(account.party_id, TODAY) == date(2036, 11, 22)  # nobody has reckoned it
    stands(account, 500)
    assert keep_until(account.party_id, TODAY) == date(2036, 11, 22)
    posted(account, "payment", "05-01", 500)
    stands(account, 0)
    assert keep_until(account.party_id, TODAY) == date(2034, 5, 1)
    assert keep_until(Party.objects.create(kind="person", created_at="2026-01-01T00:00Z").pk, TODAY) is None
