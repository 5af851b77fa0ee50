"""What was asked, allowed, refused and done to persons. Every table only grows: a new fact is a new row.

An issued permit is an entry of history in the same transaction, `pending` until an outcome row says what became of it.
A permit is used at most once: its use is a row of its own, and there can be one. Persons, numbers and episodes are
opaque texts of other rooms ("party:12", "point:7"); the facts that a judgement saw are sealed.
"""
# ruff: noqa: D106 - a Meta of constraints and indexes says itself what it holds

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

JURISDICTIONS = ("CN", "US", "IN")
OUTCOMES = ("no-answer", "invalid", "bounced", "delivered", "notice", "conversation")
NOT_SENT = "not-sent"  # certain that nothing left the house: the entry is dropped from history


class RulebookVersion(models.Model):
    """One rulebook under its digest: the TOML files by name. What shipped has no approver; all else has another's."""

    digest = models.CharField(max_length=64)
    files = models.JSONField()
    effective_from = models.DateTimeField()
    author = models.CharField(max_length=80)
    approver = models.CharField(max_length=80, default="")
    shipped = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="conduct_rulebook_four_eyes",
                condition=Q(shipped=True) | (~Q(approver="") & ~Q(approver=F("author"))),
            ),
            models.UniqueConstraint(name="conduct_rulebook_shipped_once", fields=["digest"], condition=Q(shipped=True)),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class Judgement(models.Model):
    """One ask judged, when a permit was wanted or when it was used: verdict, each rule consulted, and what was seen."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    moment = models.CharField(max_length=5)
    person = models.CharField(max_length=80)
    role = models.CharField(max_length=16)
    debtor = models.CharField(max_length=80)
    purpose = models.CharField(max_length=16)
    channel = models.CharField(max_length=8)
    content = models.CharField(max_length=8)
    caller = models.CharField(max_length=8)
    number = models.CharField(max_length=80)
    product = models.CharField(max_length=16)
    segment = models.CharField(max_length=16)
    jurisdictions = models.JSONField()
    profile = models.CharField(max_length=8)
    episode = models.CharField(max_length=80, default="")
    allowed = models.BooleanField()
    disclosure = models.CharField(max_length=8, default="")
    rules = models.JSONField()
    refused_by = models.JSONField(default=list)
    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="+")
    facts_sealed = models.BinaryField()
    # History as it was seen is rebuilt from the rows up to these two: under the locks later rows have later numbers.
    seen_entry = models.BigIntegerField()
    seen_outcome = models.BigIntegerField()
    actor = models.CharField(max_length=80)
    reference = models.CharField(max_length=80, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="conduct_judgement_moment", condition=Q(moment__in=("issue", "use"))),
            models.CheckConstraint(
                name="conduct_judgement_refused_says_why", condition=Q(allowed=True, refused_by=[]) | Q(allowed=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="conduct_judgement_at"),
            models.Index(fields=["person", "-at"], name="conduct_judgement_person"),
            models.Index(fields=["debtor", "-at"], name="conduct_judgement_debtor"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.person}: {'allowed' if self.allowed else 'refused'}"


class Permit(models.Model):
    """Leave to reach one person once, for 15 minutes."""

    id = models.UUIDField(primary_key=True)
    judgement = models.OneToOneField(Judgement, on_delete=models.PROTECT, related_name="permit")
    issued_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    reference = models.CharField(max_length=80, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="conduct_permit_lapses", condition=Q(lapses_at__gt=F("issued_at"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reference"], name="conduct_permit_reference", condition=~Q(reference="")),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PermitUse(models.Model):
    """The one use of a permit, with the judgement that was made anew at that moment."""

    permit = models.OneToOneField(Permit, on_delete=models.PROTECT, related_name="use")
    judgement = models.OneToOneField(Judgement, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"use of {self.permit_id}"


class Entry(models.Model):
    """One line of history. With a permit it is an attempt, pending until an outcome; without, the person called."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person = models.CharField(max_length=80)
    role = models.CharField(max_length=16)
    channel = models.CharField(max_length=8)
    number = models.CharField(max_length=80, default="")
    purpose = models.CharField(max_length=16)
    caller = models.CharField(max_length=8)
    episode = models.CharField(max_length=80, default="")
    outcome = models.CharField(
        max_length=12
    )  # as it was when the row was written: pending, inbound, or of another system
    permit = models.OneToOneField(Permit, null=True, on_delete=models.PROTECT, related_name="entry")
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="conduct_entry_outcome",
                condition=Q(permit__isnull=False, outcome="pending")
                | Q(permit=None, outcome__in=("inbound", *OUTCOMES)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "id"], name="conduct_entry_person"),
            models.Index(fields=["episode"], name="conduct_entry_episode", condition=~Q(episode="")),
            models.Index(fields=["number", "at"], name="conduct_entry_number", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.person}"


class Outcome(models.Model):
    """What became of an attempt. The strongest told counts, so that a late or forged receipt never frees a count."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=12)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="conduct_outcome_once", fields=["entry", "outcome"]),
            models.CheckConstraint(name="conduct_outcome_known", condition=Q(outcome__in=(*OUTCOMES, NOT_SENT))),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.outcome}"


class Suppression(models.Model):
    """Never again, for everybody: a number, an address, a person. Found by blind index; there is no way back."""

    kind = models.CharField(max_length=16)
    value_index = models.BinaryField()
    reason = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="conduct_suppression_once", fields=["kind", "value_index"]),
        ]

    def __str__(self) -> str:
        return self.kind


class OutreachSwitch(models.Model):
    """Reaching contacts in a jurisdiction, on or off; the last row counts, and without a row it is off."""

    jurisdiction = models.CharField(max_length=8)
    on = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    approver = models.CharField(max_length=80, default="")
    reason = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="conduct_switch_two_people", condition=Q(on=False) | (~Q(approver="") & ~Q(approver=F("by")))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["jurisdiction", "-id"], name="conduct_switch_last")]

    def __str__(self) -> str:
        return f"{self.jurisdiction}: {'on' if self.on else 'off'}"
