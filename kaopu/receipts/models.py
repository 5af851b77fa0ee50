"""Money from the bank and what became of it. Every table but the files' and the standings only grows.

A receipt is never changed: allocations, unmatches and returns are rows of their own, notes say why it waits.
`Standing` is the sum of these, kept by triggers alone (migration 0002), so that the database itself refuses to give out
more than came in. Money is whole minor units. Payer and text are personal data: sealed, found by blind index.
"""
# ruff: noqa: D106 - a Meta of constraints and indexes says itself what it holds

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from kaopu.receipts.core.why import Rule, Why

RULES, WHYS = tuple(rule.value for rule in Rule), tuple(why.value for why in Why)
SEALED = ("reference_sealed", "payer_name_sealed", "payer_account_sealed")


class ReceiptsFile(models.Model):
    """One file taken in, once by its fingerprint. A killed run leaves it running; the same file again completes it."""

    class Status(models.TextChoices):
        """How far it came."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RUNNING)
    rows_total = models.BigIntegerField(db_default=0)
    rows_done = models.BigIntegerField(db_default=0)
    rejected = models.BigIntegerField(db_default=0)
    repeated = models.BigIntegerField(db_default=0)
    rejects_path = models.CharField(max_length=255, blank=True, default="")
    error = models.CharField(max_length=400, blank=True, default="")
    started_at = models.DateTimeField(db_default=Now())
    started_by = models.CharField(max_length=64)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="receipts_file_once", fields=["file_sha256"], condition=Q(status__in=("running", "done"))
            ),
            models.CheckConstraint(name="receipts_file_status", condition=Q(status__in=("running", "done", "failed"))),
        ]

    def __str__(self) -> str:
        return self.file_name


class Receipt(models.Model):
    """Money that the bank booked. `bank_reference` is one receipt of `account`, for ever."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(ReceiptsFile, on_delete=models.PROTECT, related_name="receipts")
    row = models.BigIntegerField()
    booked_on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    account = models.CharField(max_length=64)
    bank_reference = models.CharField(max_length=80)
    reference_sealed = models.BinaryField(null=True)
    payer_name_sealed = models.BinaryField(null=True)
    payer_name_index = models.BinaryField(null=True)
    payer_account_sealed = models.BinaryField(null=True)
    payer_account_index = models.BinaryField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="receipts_receipt_once", fields=["account", "bank_reference"]),
            models.CheckConstraint(name="receipts_receipt_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="receipts_receipt_currency", condition=Q(currency__regex=r"^[A-Z]{3}$")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-booked_on", "-id"], name="receipts_receipt_day"),
            models.Index(fields=["bank_reference"], name="receipts_receipt_ref"),
            models.Index(
                fields=["payer_account_index"],
                name="receipts_receipt_payer",
                condition=Q(payer_account_index__isnull=False),
            ),
            models.Index(
                fields=["payer_name_index"], name="receipts_receipt_name", condition=Q(payer_name_index__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"R-{self.pk}"


class Allocation(models.Model):
    """Money of a receipt that went to a debt: exactly one payment event of the book."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    debt = models.ForeignKey("book.Debt", on_delete=models.PROTECT, related_name="+")
    event = models.OneToOneField("book.Event", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    rule = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="receipts_allocation_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="receipts_allocation_rule", condition=Q(rule__in=RULES)),
        ]

    def __str__(self) -> str:
        return f"R-{self.receipt_id} to D-{self.debt_id}"


class Unmatch(models.Model):
    """An allocation taken back by the reversal of its payment. Written by the database with the reversal."""

    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="unmatch")
    event = models.OneToOneField("book.Event", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"unmatch {self.allocation_id}"


class Return(models.Model):
    """Money sent back to the payer on a day. `proposal`: what a second person agreed to, where one was needed."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="returns")
    amount = models.BigIntegerField()
    on = models.DateField()
    reason = models.CharField(max_length=32)
    proposal = models.ForeignKey("kernel.Approval", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="receipts_return_amount", condition=Q(amount__gt=0)),
            models.UniqueConstraint(name="receipts_return_proposal_once", fields=["proposal"]),
        ]

    def __str__(self) -> str:
        return f"return of R-{self.receipt_id}"


class Note(models.Model):
    """Why a receipt waits, and the debts to look at first. The newest counts."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="notes")
    why = models.CharField(max_length=24)
    detail = models.CharField(max_length=64, blank=True, default="")  # of `refused_by_the_book`: the book's word
    candidates = models.JSONField(default=list)  # numbers of debts
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="receipts_note_why", condition=Q(why__in=WHYS))]

    def __str__(self) -> str:
        return f"R-{self.receipt_id}: {self.why}"


class Standing(models.Model):
    """What became of a receipt so far. No history: the sum of its rows, written by triggers alone."""

    receipt = models.OneToOneField(Receipt, primary_key=True, on_delete=models.PROTECT, related_name="standing")
    amount = models.BigIntegerField()
    matched = models.BigIntegerField(db_default=0)
    returned = models.BigIntegerField(db_default=0)
    suspense = models.GeneratedField(
        expression=F("amount") - F("matched") - F("returned"), output_field=models.BigIntegerField(), db_persist=True
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="receipts_standing_whole",
                condition=Q(matched__gte=0, returned__gte=0, amount__gte=F("matched") + F("returned")),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["receipt"], name="receipts_standing_waiting", condition=Q(suspense__gt=0)),
        ]

    def __str__(self) -> str:
        return f"R-{self.receipt_id}: {self.amount}"
