"""The rows of the book. History only grows: the database itself refuses to change or remove it (see migration 0002).

Money is whole minor units of the debt's currency; `*_ppm` are parts in a million; days are dates; instants are UTC.
Every column of history that an import may leave out has a default in the database, so `COPY` may leave it out too.
"""
# ruff: noqa: D106 - a Meta of constraints and indexes says itself what it holds

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from kaopu.book.core.event_kind import COMPONENT_CODE, EventKind

CURRENCY_PATTERN = r"^[A-Z]{3}$"
# The names of the core, which the database checks too.
COMPONENTS = tuple(component.value for component in COMPONENT_CODE)
KINDS = tuple(kind.value for kind in EventKind)
DEBTOR_KINDS = (EventKind.ASSUMPTION.value, EventKind.JOINING.value)


class WritingTransaction(Func):
    """The number of the transaction that writes the row: what a snapshot has not seen yet is found by it.

    Identity numbers cannot tell: a transaction that took a lower one may commit later.
    """

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


def _written_by() -> models.BigIntegerField:
    return models.BigIntegerField(db_default=WritingTransaction(), editable=False)


class Rules(models.Model):
    """How days and money of a debt are treated. Meaning and codes: docs/snapshot.md, table of debts."""

    ladder = models.SmallIntegerField(db_default=0)
    allocation = models.SmallIntegerField(db_default=0)
    grace_days = models.SmallIntegerField(db_default=0)
    grace_amount = models.BigIntegerField(db_default=0)
    penalty_rate_ppm = models.BigIntegerField(db_default=0)
    penalty_days_in_year = models.SmallIntegerField(db_default=365)
    penalty_base = models.SmallIntegerField(db_default=0)
    penalty_fixed = models.BigIntegerField(db_default=0)
    penalty_cap = models.BigIntegerField(db_default=0)
    compound_rate_ppm = models.BigIntegerField(db_default=0)
    refund_order = models.SmallIntegerField(db_default=0)
    refund_fee = models.SmallIntegerField(db_default=0)
    pause_resets = models.SmallIntegerField(db_default=0)
    dispute_resets = models.SmallIntegerField(db_default=0)
    accelerate_after_days = models.SmallIntegerField(db_default=0)
    late_allocation = models.SmallIntegerField(db_default=0)
    late_allocation_days = models.SmallIntegerField(db_default=0)
    non_accrual_days = models.SmallIntegerField(db_default=90)
    subsidy = models.BigIntegerField(db_default=0)
    upgrade = models.SmallIntegerField(db_default=0)
    retail = models.BooleanField(db_default=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_rules",
                condition=Q(ladder__range=(0, 1), allocation__range=(0, 23), penalty_base__range=(0, 1))
                & Q(grace_days__gte=0, grace_amount__gte=0, penalty_days_in_year__in=(360, 365))
                & Q(penalty_rate_ppm__gte=0, penalty_fixed__gte=0, penalty_cap__gte=0),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_default_rules",
                condition=Q(refund_order__range=(0, 3), refund_fee__range=(0, 1), upgrade__range=(0, 1))
                & Q(pause_resets__range=(0, 1), dispute_resets__range=(0, 1), late_allocation__range=(0, 24))
                & Q(accelerate_after_days__gte=0, late_allocation_days__gte=0, non_accrual_days__gte=0)
                & Q(subsidy__gte=0, compound_rate_ppm__gte=0)
                # Interest would bear interest twice where the penalty counts it already.
                & (Q(compound_rate_ppm=0) | Q(penalty_base=0)),
            ),
        ]


# `upgrade` and `retail` are the classification's; all others are the kernel's.
RULE_COLUMNS = tuple(field.name for field in Rules._meta.local_fields)  # noqa: SLF001 - Django's documented way in


class Product(models.Model):
    """What is lent under one name; its terms are in dated versions."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.code


class ProductVersion(Rules):
    """The terms of a product from a day on. `terms` are defaults of `Terms` by field name, amounts in minor units."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    terms = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(Rules.Meta):
        constraints: ClassVar = [
            *Rules.Meta.constraints,
            models.UniqueConstraint(name="book_productversion_once", fields=["product", "version"]),
            models.CheckConstraint(
                name="book_productversion_days", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} v{self.version}"


class ReferenceQuote(models.Model):
    """A published reference rate (LPR and the like), in force from its day; a fraction a year."""

    name = models.CharField(max_length=64)
    day = models.DateField()
    rate_annual = models.DecimalField(max_digits=12, decimal_places=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="book_referencequote_once", fields=["name", "day"]),
            models.CheckConstraint(name="book_referencequote_rate", condition=Q(rate_annual__range=(0, 1))),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"


class ImportBatch(models.Model):
    """One file taken in. The same file under the same mapping is taken in once while it is not undone."""

    class Status(models.TextChoices):
        """How far it came."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNDONE = "undone"

    mapping = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RUNNING)
    rows_total = models.BigIntegerField(db_default=0)
    accepted = models.BigIntegerField(db_default=0)
    rejected = models.BigIntegerField(db_default=0)
    repeated = models.BigIntegerField(db_default=0)
    debts = models.BigIntegerField(db_default=0)
    events = models.BigIntegerField(db_default=0)
    rejects_path = models.CharField(max_length=255, blank=True, default="")
    report = models.JSONField(default=dict)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=64, blank=True, default="")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="book_importbatch_once", fields=["mapping", "file_sha256"], condition=Q(status="done")
            ),
            models.CheckConstraint(
                name="book_importbatch_status", condition=Q(status__in=("running", "done", "failed", "undone"))
            ),
            models.CheckConstraint(
                name="book_importbatch_undone",
                condition=Q(status="undone", undone_at__isnull=False) | (~Q(status="undone") & Q(undone_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mapping} {self.file_name}"


class Debt(Rules):
    """One debt: who owes, what was lent, under which rules. What is owed is never stored here; it is replayed."""

    debt_id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=64, db_default="kaopu")
    external_id = models.CharField(max_length=64)
    party = models.ForeignKey("party.Party", on_delete=models.PROTECT, related_name="debts")
    product_version = models.ForeignKey(
        ProductVersion, null=True, on_delete=models.PROTECT, related_name="debts", db_index=False
    )
    currency = models.CharField(max_length=3)
    principal = models.BigIntegerField()
    disbursed_on = models.DateField()
    opened_at = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=64, null=True)  # noqa: DJ001 - unknown is not the empty name
    merchant_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 - same
    category = models.CharField(max_length=64, null=True)  # noqa: DJ001 - same
    portfolio = models.CharField(max_length=64, db_default="default")
    owner = models.CharField(max_length=64, db_default="self")
    participation_ppm = models.IntegerField(db_default=1_000_000)
    on_balance = models.BooleanField(db_default=True)
    subsidy_payer = models.CharField(max_length=64, null=True)  # noqa: DJ001 - same
    terms = models.JSONField(null=True)
    import_batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())
    written_by = _written_by()

    class Meta(Rules.Meta):
        constraints: ClassVar = [
            *Rules.Meta.constraints,
            # The outside number first: people look for it without its source.
            models.UniqueConstraint(name="book_debt_once", fields=["external_id", "source"]),
            models.CheckConstraint(name="book_debt_principal", condition=Q(principal__gte=0)),
            models.CheckConstraint(name="book_debt_currency", condition=Q(currency__regex=CURRENCY_PATTERN)),
            models.CheckConstraint(
                name="book_debt_participation", condition=Q(participation_ppm__range=(0, 1_000_000))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="book_debt_disbursed", fields=["-disbursed_on", "debt_id"]),
            models.Index(name="book_debt_portfolio", fields=["portfolio"]),
            models.Index(name="book_debt_follows", fields=["party"], condition=Q(retail=False)),
            BrinIndex(name="book_debt_batch", fields=["import_batch"]),
            BrinIndex(name="book_debt_written", fields=["written_by"], autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"D-{self.debt_id}"


class ScheduleVersion(models.Model):
    """A whole schedule, past and future instalments, in one row: entry k of each array is one instalment.

    In force from `from_on` (null: from the start) unless the event that brought it is reversed.
    """

    pk = models.CompositePrimaryKey("debt_id", "version")
    debt = models.ForeignKey(Debt, on_delete=models.PROTECT, related_name="schedule_versions", db_index=False)
    version = models.PositiveIntegerField(db_default=1)
    from_on = models.DateField(null=True)
    cause_event = models.ForeignKey("Event", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = ArrayField(models.IntegerField())
    due_on = ArrayField(models.DateField())
    principal = ArrayField(models.BigIntegerField())
    interest = ArrayField(models.BigIntegerField())
    fee = ArrayField(models.BigIntegerField())
    terms = models.JSONField(null=True)  # the terms this version was built from, where it was built here
    seq_offset = models.IntegerField(db_default=0)  # instalment n of `terms` has seq n + offset
    import_batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    written_by = _written_by()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="book_schedule_causes", fields=["cause_event"], condition=Q(cause_event__isnull=False)),
            BrinIndex(name="book_schedule_batch", fields=["import_batch"]),
            BrinIndex(name="book_schedule_written", fields=["written_by"], autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"D-{self.debt_id} schedule {self.version}"


class Event(models.Model):
    """Something that happened to a debt. `on` is the day it counts for, `recorded_at` the moment it became known."""

    event_id = models.BigAutoField(primary_key=True)
    debt = models.ForeignKey(Debt, on_delete=models.PROTECT, related_name="events", db_index=False)
    on = models.DateField()
    kind = models.CharField(max_length=20)
    amount = models.BigIntegerField(db_default=0)
    component = models.CharField(max_length=9, null=True)  # noqa: DJ001 - none is not a component
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    payload = models.JSONField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.CharField(max_length=64, db_default=Value(""))
    import_batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    written_by = _written_by()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="book_event_amount", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="book_event_kind", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="book_event_component", condition=Q(component=None) | Q(component__in=COMPONENTS)
            ),
            models.CheckConstraint(
                name="book_event_reverses",
                condition=Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="book_event_history", fields=["debt", "on", "event_id"]),
            # Partial: few events are reversals, and an import pays for none.
            models.Index(name="book_event_reversals", fields=["reverses"], condition=Q(reverses__isnull=False)),
            models.Index(name="book_event_debtors", fields=["debt"], condition=Q(kind__in=DEBTOR_KINDS)),
            BrinIndex(name="book_event_batch", fields=["import_batch"]),
            BrinIndex(name="book_event_written", fields=["written_by"], autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"E-{self.event_id} {self.kind}"


class IdempotencyKey(models.Model):
    """A key that a caller chose for one write, the fingerprint of what was asked, and the answer it got."""

    key = models.CharField(max_length=128, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    response = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.key


class CloseRun(models.Model):
    """One close of the book. Pages read the current one; a running one is invisible until it is complete."""

    class Status(models.TextChoices):
        """How far it came."""

        RUNNING = "running"
        COMPLETE = "complete"

    as_of = models.DateField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.RUNNING)
    is_current = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    watermark = models.BigIntegerField(null=True)  # the snapshot held every row written by a transaction below it
    totals = models.JSONField(default=dict)  # the JSON of `kaopu book close`
    analyses = models.JSONField(default=dict)  # roll_rates, vintages, first_payment_default, concentration, …
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="book_closerun_one_current", fields=["is_current"], condition=Q(is_current=True)
            ),
            models.CheckConstraint(
                name="book_closerun_current_is_complete", condition=Q(is_current=False) | Q(status="complete")
            ),
        ]

    def __str__(self) -> str:
        return f"close {self.as_of}"


def _sum(prefix: str) -> models.GeneratedField:
    parts = [F(f"{prefix}_{component}") for component in COMPONENTS]
    return models.GeneratedField(
        expression=parts[0] + parts[1] + parts[2] + parts[3], output_field=models.BigIntegerField(), db_persist=True
    )


class PositionRow(models.Model):
    """The position of one debt at the close's day, for lists. Columns as the kernel names them; codes as it gives them.

    Not history: it can be dropped and replayed. An event recorded after the close rewrites the row of its debt.
    """

    pk = models.CompositePrimaryKey("close_run_id", "debt_id")
    # Without constraints: a close writes millions of rows, and a debt that an undo removes takes its rows along.
    close_run = models.ForeignKey(
        CloseRun, on_delete=models.CASCADE, related_name="positions", db_index=False, db_constraint=False
    )
    debt = models.ForeignKey(
        Debt, on_delete=models.CASCADE, related_name="positions", db_index=False, db_constraint=False
    )
    party = models.ForeignKey(
        "party.Party", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    currency = models.CharField(max_length=3)
    outstanding_principal = models.BigIntegerField()
    outstanding_interest = models.BigIntegerField()
    outstanding_fee = models.BigIntegerField()
    outstanding_penalty = models.BigIntegerField()
    overdue_principal = models.BigIntegerField()
    overdue_interest = models.BigIntegerField()
    overdue_fee = models.BigIntegerField()
    overdue_penalty = models.BigIntegerField()
    accrued_interest = models.BigIntegerField()
    paid_to_date = models.BigIntegerField()
    credit_balance = models.BigIntegerField()
    charged_off = models.BigIntegerField()
    recovered = models.BigIntegerField()
    refunded = models.BigIntegerField()
    waived = models.BigIntegerField()
    lapsed = models.BigIntegerField()
    days_past_due = models.IntegerField()
    worst_days_past_due = models.IntegerField()
    next_due = models.DateField(null=True)
    class_code = models.SmallIntegerField()  # 0 normal … 4 loss
    class_rule = models.SmallIntegerField()
    bucket_code = models.SmallIntegerField()  # 0 current … 7 361+
    first_due = models.DateField(null=True)
    first_settled = models.DateField(null=True)
    flags = models.IntegerField()
    outstanding = _sum("outstanding")
    overdue = _sum("overdue")
    # A join without the table of debts between: no column, no constraint.
    responsible = models.ForeignObject(
        "Responsible",
        from_fields=["debt"],
        to_fields=["debt"],
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(name="book_position_dpd", fields=["close_run", "-days_past_due", "debt"]),
            models.Index(name="book_position_outstanding", fields=["close_run", "-outstanding", "debt"]),
            models.Index(name="book_position_next_due", fields=["close_run", "next_due", "debt"]),
            models.Index(name="book_position_class", fields=["close_run", "class_code", "debt"]),
            models.Index(name="book_position_party", fields=["party", "close_run"]),
        ]

    def __str__(self) -> str:
        return f"D-{self.debt_id}"


class Assignment(models.Model):
    """Who was made responsible for a debt, from which day; null: nobody. History: the latest one is in force."""

    # Without a constraint: an undone import takes its debts along, and who was asked to care for them stays on record.
    debt = models.ForeignKey(
        Debt, on_delete=models.DO_NOTHING, related_name="assignments", db_index=False, db_constraint=False
    )
    user = models.ForeignKey("auth.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    before = models.ForeignKey("auth.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_on = models.DateField()
    batch = models.UUIDField()
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="book_assignment_history", fields=["debt", "id"]),
            models.Index(name="book_assignment_batch", fields=["batch"]),
        ]

    def __str__(self) -> str:
        return f"D-{self.debt_id} to {self.user_id}"


class Responsible(models.Model):
    """The latest assignment of each debt that somebody is responsible for. Not history: lists read it in one join."""

    debt = models.OneToOneField(
        Debt, primary_key=True, on_delete=models.CASCADE, related_name="responsible", db_constraint=False
    )
    user = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"D-{self.debt_id}: {self.user_id}"


class SavedView(models.Model):
    """A view of a list that a person named: the query of its address. `before` is what an undo brings back."""

    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    before = models.CharField(max_length=500, blank=True, default="")
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="book_savedview_once", fields=["user", "page", "name"], condition=Q(removed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BulkPause(models.Model):
    """A pause of all debts that a filter found when it was proposed; another person agrees to exactly that list.

    `as_of`: the day of the close whose positions the filter asked. `fingerprint`: of filter, days and the list.
    """

    class State(models.TextChoices):
        """How far it came. A proposal that was turned down or ran out stays proposed; its approval says so."""

        PROPOSED = "proposed"
        APPLYING = "applying"
        APPLIED = "applied"
        UNDOING = "undoing"
        UNDONE = "undone"

    where = models.TextField()
    from_on = models.DateField()
    to_on = models.DateField()
    as_of = models.DateField()
    debts = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    preview = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposal = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=64)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=64, blank=True, default="")
    applied_at = models.DateTimeField(null=True)
    undo_agreed_at = models.DateTimeField(null=True)
    undo_agreed_by = models.CharField(max_length=64, blank=True, default="")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="book_bulkpause_days", condition=Q(to_on__gte=F("from_on"))),
            models.CheckConstraint(
                name="book_bulkpause_state",
                condition=Q(state__in=("proposed", "applying", "applied", "undoing", "undone")),
            ),
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"


class BulkPauseDebt(models.Model):
    """One debt of the list that was agreed to: the event it got, why it got none, the reversal that took it back."""

    pk = models.CompositePrimaryKey("bulk_id", "debt_id")
    bulk = models.ForeignKey(BulkPause, on_delete=models.PROTECT, related_name="list", db_index=False)
    # Without constraints: an undone import takes its debts along, and what was agreed stays on record.
    debt = models.ForeignKey(Debt, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    event = models.ForeignKey(
        Event, null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    left_out = models.CharField(max_length=20, blank=True, default="")
    reversal = models.ForeignKey(
        Event, null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="book_bulkpausedebt_reversal", condition=Q(reversal=None) | Q(event__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"D-{self.debt_id} in pause {self.bulk_id}"
