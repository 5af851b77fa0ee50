"""A card account in the book for the tests: statement on the 5th, due on the 25th, 0.05% a day, minimum 10% or 50.00."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from kaopu.party.actions.create_party import create_party
from kaopu.party.core.party import NewParty
from kaopu.revolving.actions.add_terms import add_terms
from kaopu.revolving.actions.issue import issue
from kaopu.revolving.actions.open_account import OpenAccount, open_account
from kaopu.revolving.actions.post import Post, Posted, post
from kaopu.revolving.models import RevolvingAccount, RevolvingTerms

NOW = datetime(2024, 6, 6, 2, tzinfo=UTC)
TERMS = {"statement_day": 5, "due_day": 25, "minimum": {"percent": 10, "floor": "50.00"}}
number = count(1)


def open_card(**terms) -> RevolvingAccount:
    nr = next(number)
    product = f"card-{nr}" if terms else "card"
    if not RevolvingTerms.objects.filter(product=product).exists():
        add_terms(product, "Card", date(2024, 1, 1), TERMS | terms, actor="test", now=NOW)
    party = create_party(NewParty(name="王小明", phone=f"1380014{nr:04d}"), actor="test", now=NOW)
    row = open_account(OpenAccount(party, product, f"C-{nr}", date(2024, 3, 10)), "test", NOW)
    assert isinstance(row, RevolvingAccount), row
    return row


def posted(account, kind, day, amount=0, **more):
    done = try_post(account, kind, day, amount, **more)
    assert isinstance(done, Posted), done
    return done.posting_id


def try_post(account, kind, day, amount=0, key="", **more):
    on = date.fromisoformat(f"2024-{day}")
    asked = Post(account.account_id, kind, on, key or f"k{next(number)}", amount, **more)
    return post(asked, "test", NOW)


def issued(account, day):
    return issue(account.account_id, date.fromisoformat(f"2024-{day}"), "test", NOW)
