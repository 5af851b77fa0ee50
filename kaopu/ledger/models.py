"""The journal. It only grows: the database refuses to change or remove a row (see migration 0002)."""
# ruff: noqa: D106 - a Meta of constraints and indexes says itself what it holds

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

OWN, CORRECTION = 0, 1  # natures of a row


class ChartVersion(models.Model):
    """A chart of accounts as it was taken in; the newest is in force for the postings that follow."""

    name = models.CharField(max_length=120)
    content = models.JSONField()  # Chart.as_json()
    sha256 = models.CharField(max_length=64)
    installed_at = models.DateTimeField(db_default=Now())
    installed_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class PostingRun(models.Model):
    """One posting: what lies between the posting before it (`from_on`, null: the beginning) and the end of `as_of`.

    It stands with all its rows or not at all: one transaction wrote them. `watermark`: the snapshot held every row that
    a transaction below it wrote; `undone`: imports undone by then; `kernel`: the replay that made the sums.
    """

    as_of = models.DateField()
    from_on = models.DateField(null=True)
    fingerprint = models.CharField(max_length=64)
    watermark = models.BigIntegerField()
    undone = models.IntegerField()
    kernel = models.CharField(max_length=32)
    chart = models.ForeignKey(ChartVersion, on_delete=models.PROTECT, related_name="+")
    debts = models.BigIntegerField()  # with a row in this run
    corrections = models.BigIntegerField()  # of them with a correction of a closed period
    posted_at = models.DateTimeField()
    posted_by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ledger_postingrun_days", condition=Q(from_on=None) | Q(as_of__gte=models.F("from_on"))
            ),
        ]
        indexes: ClassVar = [models.Index(name="ledger_postingrun_day", fields=["as_of", "id"])]

    def __str__(self) -> str:
        return f"posting {self.pk} to {self.as_of}"


class JournalRow(models.Model):
    """What one run booked for one debt: signed amounts in minor units by the code of their cause.

    `nature` 0: of the run's own days; 1: of days closed before, `effective_on` the earliest day that it changes. No
    foreign key to the debt: an import may be undone, and what was booked stays beside its reversal.
    """

    pk = models.CompositePrimaryKey("run_id", "debt_id", "nature")
    run = models.ForeignKey(PostingRun, on_delete=models.PROTECT, related_name="rows", db_index=False)
    debt_id = models.BigIntegerField()
    nature = models.SmallIntegerField()
    currency = models.CharField(max_length=3)
    effective_on = models.DateField(null=True)
    codes = ArrayField(models.SmallIntegerField())
    amounts = ArrayField(models.BigIntegerField())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="ledger_journalrow_nature", condition=Q(nature__in=(OWN, CORRECTION)))
        ]
        indexes: ClassVar = [models.Index(name="ledger_journalrow_debt", fields=["debt_id", "run"])]

    def __str__(self) -> str:
        return f"D-{self.debt_id} in {self.run_id}"


class RunTotal(models.Model):
    """Sum of a run's rows by currency, nature and cause. Receipts in suspense, which no debt has, stand here alone."""

    run = models.ForeignKey(PostingRun, on_delete=models.PROTECT, related_name="totals", db_index=False)
    currency = models.CharField(max_length=3)
    nature = models.SmallIntegerField()
    code = models.SmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="ledger_runtotal_once", fields=["run", "currency", "nature", "code"])
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.currency} {self.code}"
