"""The rows of revolving accounts. Terms, accounts, postings and issued statements only grow (see migration 0002).

Money is whole minor units of the account's currency; days are dates; instants are UTC. What is owed is never stored: it
is replayed. `PositionCache` is a copy of the replay for lists and may be emptied at any time.
"""
# ruff: noqa: D106 - a Meta of constraints and indexes says itself what it holds

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from kaopu.revolving.core.posting import PostingKind

REVERSAL = "reversal"
KINDS = (*(kind.value for kind in PostingKind), REVERSAL)


class RevolvingTerms(models.Model):
    """One version of a product: terms as `kaopu book statements` takes them, for accounts opened from a day on."""

    product = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    terms = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=64, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="revolving_terms_once", fields=["product", "version"]),
        ]

    def __str__(self) -> str:
        return f"{self.product} v{self.version}"


class RevolvingAccount(models.Model):
    """A card or credit line of a borrower, under one version of terms. `opening`: carried over; below 0 a credit."""

    account_id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=64, db_default="kaopu")
    external_id = models.CharField(max_length=64)
    party = models.ForeignKey("party.Party", on_delete=models.PROTECT, related_name="revolving_accounts")
    terms = models.ForeignKey(RevolvingTerms, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    currency = models.CharField(max_length=3)
    opened_on = models.DateField()
    opening = models.BigIntegerField(db_default=0)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=64, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="revolving_account_once", fields=["external_id", "source"]),
            models.CheckConstraint(name="revolving_account_currency", condition=Q(currency__regex=r"^[A-Z]{3}$")),
        ]

    def __str__(self) -> str:
        return f"R-{self.account_id}"


class Posting(models.Model):
    """Something posted to an account, counting from `on`. A reversal makes what it refers to count as never posted."""

    posting_id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(RevolvingAccount, on_delete=models.PROTECT, related_name="postings", db_index=False)
    kind = models.CharField(max_length=10)
    on = models.DateField()
    amount = models.BigIntegerField(db_default=0)
    refers_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    payload = models.JSONField(null=True)  # of a conversion: months, fee_rate; for people: made_on, merchant
    key = models.CharField(max_length=128, unique=True)
    fingerprint = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.CharField(max_length=64, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="revolving_posting_kind", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="revolving_posting_amount",
                condition=Q(kind=REVERSAL, amount=0) | (~Q(kind=REVERSAL) & Q(amount__gt=0)),
            ),
            models.CheckConstraint(
                name="revolving_posting_refers",
                condition=Q(kind="refund")
                | Q(kind=REVERSAL, refers_to__isnull=False)
                | (~Q(kind__in=("refund", REVERSAL)) & Q(refers_to=None)),
            ),
            models.UniqueConstraint(
                name="revolving_posting_reversed_once", fields=["refers_to"], condition=Q(kind=REVERSAL)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="revolving_posting_history", fields=["account", "on", "posting_id"]),
        ]

    def __str__(self) -> str:
        return f"T-{self.posting_id} {self.kind}"


class IssuedStatement(models.Model):
    """A statement as it was sent. `content` is what it said; `last_posting` what was known when it was made (0: none).

    The amounts that the next one rests on are columns too: minor units.
    """

    statement_id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(RevolvingAccount, on_delete=models.PROTECT, related_name="statements", db_index=False)
    number = models.PositiveIntegerField()
    statement_on = models.DateField()
    due_on = models.DateField()
    closing = models.BigIntegerField()
    minimum_due = models.BigIntegerField()
    corrections = models.BigIntegerField(db_default=0)
    content = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    last_posting = models.BigIntegerField()
    issued_at = models.DateTimeField(db_default=Now())
    issued_by = models.CharField(max_length=64, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="revolving_statement_day", fields=["account", "statement_on"]),
            models.UniqueConstraint(name="revolving_statement_number", fields=["account", "number"]),
            models.CheckConstraint(name="revolving_statement_due", condition=Q(due_on__gt=F("statement_on"))),
        ]

    def __str__(self) -> str:
        return f"R-{self.account_id} statement {self.number}"


class PositionCache(models.Model):
    """Where an account stood on `as_of`, for lists alone. Made anew whenever the day or the history is another."""

    account = models.OneToOneField(RevolvingAccount, primary_key=True, on_delete=models.CASCADE, related_name="cached")
    as_of = models.DateField()
    total = models.BigIntegerField()
    credit_balance = models.BigIntegerField()
    minimum_due = models.BigIntegerField()
    past_due = models.BigIntegerField()
    days_past_due = models.IntegerField()
    class_code = models.SmallIntegerField()
    due_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="revolving_cache_late", fields=["-days_past_due", "account"]),
        ]

    def __str__(self) -> str:
        return f"R-{self.account_id} on {self.as_of}"
