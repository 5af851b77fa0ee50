"""Emergency contacts: who was named, what happened to them, and the links and codes by which they answer.

No row here holds a number, a name, or a hash of either. Until the person agrees there is none anywhere; afterwards
they are a party with a sealed point of its own. What happened only grows: where a contact stands is computed from it,
and the database itself refuses an act that the table of states does not know (migration 0002).
"""
# ruff: noqa: D106 - a Meta of constraints and indexes says itself what it holds

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from kaopu.contacts.core import episode, held_data, nomination, one_time_code
from kaopu.contacts.core.complaint import About
from kaopu.contacts.core.contact_state import Act, State
from kaopu.contacts.core.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable

ACTOR_LENGTH = 64


def _words(values: Iterable[str]) -> tuple[str, ...]:
    """Plain texts: a migration keeps what stood here, not the names of what stands here later."""
    return tuple(map(str, values))


class Contact(models.Model):
    """A person whom a borrower named. `party` is the person once they agreed; before that nobody knows who it is."""

    borrower = models.ForeignKey("party.Party", on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey("party.Party", null=True, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=12)
    provenance = models.CharField(max_length=28)
    mode = models.CharField(max_length=12)
    shows_last_four = models.BooleanField()
    check_code = models.CharField(max_length=6, unique=True)
    nominated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="contacts_contact_once", fields=["borrower", "party"]),
            models.CheckConstraint(name="contacts_contact_not_self", condition=Q(party=None) | ~Q(party=F("borrower"))),
            models.CheckConstraint(name="contacts_contact_relation", condition=Q(relation__in=_words(Relation))),
            models.CheckConstraint(
                name="contacts_contact_provenance", condition=Q(provenance__in=_words(nomination.Provenance))
            ),
            models.CheckConstraint(name="contacts_contact_mode", condition=Q(mode__in=_words(nomination.Mode))),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class ContactEvent(models.Model):
    """One act in the life of a contact. `number` counts from 1; each begins where the one before it ended."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="events")
    number = models.IntegerField()
    act = models.CharField(max_length=16)
    state_before = models.CharField(max_length=16, blank=True)  # empty for the first
    state_after = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.CharField(max_length=ACTOR_LENGTH)
    details = models.JSONField(default=dict)  # codes and flags only

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="contacts_event_number", fields=["contact", "number"]),
            models.CheckConstraint(name="contacts_event_act", condition=Q(act__in=_words(Act))),
            models.CheckConstraint(
                name="contacts_event_state",
                condition=Q(state_after__in=_words(sorted(set(State) - {State.RECHECK_DUE}))),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["act", "at"], name="contacts_event_act_at")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.act}"


class Link(models.Model):
    """An address that opens without an account: `nonce` and a signature that is not kept."""

    kind = models.CharField(max_length=12)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="links")
    borrower = models.ForeignKey("party.Party", null=True, on_delete=models.PROTECT, related_name="+")
    nonce = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contacts_link_whose",
                condition=Q(kind__in=("invitation", "own")) & Q(contact__isnull=False, borrower=None)
                | Q(kind="people", contact=None, borrower__isnull=False),
            ),
            models.CheckConstraint(name="contacts_link_lasts", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.kind} link {self.pk}"


class OneTimeCode(models.Model):
    """A code that was sent for a link. To which number is not kept: the browser that typed it carries it, sealed."""

    id = models.UUIDField(primary_key=True)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="codes")
    purpose = models.CharField(max_length=12)
    verifier = models.BinaryField()
    made_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contacts_code_purpose", condition=Q(purpose__in=_words(one_time_code.CodePurpose))
            ),
            models.CheckConstraint(
                name="contacts_code_tries", condition=Q(tries__gte=0, tries__lte=one_time_code.TRIES_MAX)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} code"


class Choice(models.Model):
    """Channels, hours and language that a contact chose; the newest counts. Gone with the person's data."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="choices")
    channels = models.JSONField()
    hours = models.CharField(max_length=12)
    language = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="contacts_choice_hours", condition=Q(hours__in=_words(held_data.Hours))),
            models.CheckConstraint(name="contacts_choice_language", condition=Q(language__in=held_data.LANGUAGES)),
        ]

    def __str__(self) -> str:
        return f"choice of contact {self.contact_id}"


class Offer(models.Model):
    """A contact's own, unasked offer to help pay. It makes nobody a guarantor and binds to nothing."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="offers")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"offer of contact {self.contact_id}"


class HelpPayment(models.Model):
    """An amount that somebody who offered wants to pay, and the reference to put on it. Minor units. Not a promise."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="payments")
    reference = models.CharField(max_length=12, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="contacts_help_amount", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return self.reference


class Performance(models.Model):
    """Money that came under the reference of a help payment: a third person performed. No column could hold a duty."""

    payment = models.ForeignKey(HelpPayment, on_delete=models.PROTECT, related_name="performances")
    event = models.OneToOneField("book.Event", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    payer_kind = models.CharField(max_length=12, default="own_offer")
    at = models.DateTimeField()
    by = models.CharField(max_length=ACTOR_LENGTH)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="contacts_performance_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="contacts_performance_kind", condition=Q(payer_kind="own_offer")),
        ]

    def __str__(self) -> str:
        return f"performance under {self.payment_id}"


class Complaint(models.Model):
    """What a contact complained of, sealed, and by when they are answered."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="complaints")
    reference = models.CharField(max_length=12, unique=True)
    about = models.CharField(max_length=16)
    words_sealed = models.BinaryField()
    at = models.DateTimeField()
    answer_by = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="contacts_complaint_about", condition=Q(about__in=_words(About)))
        ]

    def __str__(self) -> str:
        return self.reference


class ComplaintAnswer(models.Model):
    """How a complaint was answered."""

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.CharField(max_length=ACTOR_LENGTH)

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.outcome}"


class Episode(models.Model):
    """A borrower who can't be reached, from the evidence that opened it to its end. At most one open at a time."""

    id = models.UUIDField(primary_key=True)
    borrower = models.ForeignKey("party.Party", on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField()  # [rule, verdict, why] of each that was asked
    days_past_due = models.IntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=ACTOR_LENGTH)
    closed_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, blank=True)
    closed_by = models.CharField(max_length=ACTOR_LENGTH, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="contacts_episode_one_open", fields=["borrower"], condition=Q(closed_at=None)),
            models.CheckConstraint(
                name="contacts_episode_ended",
                condition=Q(closed_at=None, end="", closed_by="")
                | Q(closed_at__isnull=False, end__in=_words(episode.End), closed_by__gt=""),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["borrower", "opened_at"], name="contacts_episode_of")]

    def __str__(self) -> str:
        return f"episode {self.pk}"


class EpisodeStep(models.Model):
    """Something that was done or heard in an episode. Codes and ids only."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20)
    person = models.ForeignKey("party.Party", null=True, on_delete=models.PROTECT, related_name="+")
    message = models.UUIDField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=ACTOR_LENGTH)
    details = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="contacts_episode_step", condition=Q(step__in=_words(episode.Step))),
            models.UniqueConstraint(
                name="contacts_episode_step_once", fields=["message", "step"], condition=Q(message__isnull=False)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["episode", "at"], name="contacts_episode_steps")]

    def __str__(self) -> str:
        return f"{self.episode_id}: {self.step}"
