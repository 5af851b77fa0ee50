"""What was asked to be sent, what was sent, what came of it and what came back. Tables that only grow, texts sealed.

A message has exactly one permit and a permit one message at most: the database refuses a second. Texts are kept for as
long as the record must be and are then destroyed (`body_sealed` becomes empty); that something was sent stays.
"""
# ruff: noqa: D106 - a Meta of constraints and indexes says itself what it holds

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class TemplateVersion(models.Model):
    """A text of this lender's own, agreed to by another person. Texts to contacts are not among them."""

    code = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField()
    toml = models.TextField()
    digest = models.CharField(max_length=64)
    author = models.CharField(max_length=80)
    approver = models.CharField(max_length=80)
    approved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="outreach_template_once", fields=["code", "language", "version"]),
            models.CheckConstraint(
                name="outreach_template_four_eyes", condition=~Q(approver="") & ~Q(approver=F("author"))
            ),
            models.CheckConstraint(name="outreach_template_no_contact", condition=~Q(code__startswith="contact-")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.language} {self.version}"


class Gateway(models.Model):
    """Where messages of some channels are handed over, and who may tell what became of them. Its secret signs both."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=40)
    channels = models.JSONField()
    url = models.CharField(max_length=500)
    secret_sealed = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class SendRequest(models.Model):
    """A message that somebody wants sent, once by its key. What becomes of it: steps, and a message if it may be."""

    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)
    ask = models.JSONField()
    template_code = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    body_sealed = models.BinaryField(null=True)  # the values of the blanks
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.key


class Message(models.Model):
    """One message out (with its permit) or in. `point` is opaque; the address itself is not kept here."""

    id = models.UUIDField(primary_key=True)
    direction = models.CharField(max_length=3)
    permit = models.UUIDField(null=True, unique=True)
    request = models.OneToOneField(SendRequest, null=True, on_delete=models.PROTECT, related_name="message")
    gateway = models.ForeignKey(Gateway, null=True, on_delete=models.PROTECT, related_name="+")
    carrier = models.CharField(max_length=12)
    person = models.CharField(max_length=80)
    role = models.CharField(max_length=16)
    debtor = models.CharField(max_length=80)
    episode = models.CharField(max_length=80, default="")
    point = models.CharField(max_length=80)
    channel = models.CharField(max_length=8)
    purpose = models.CharField(max_length=16)
    level = models.CharField(max_length=8)
    template_code = models.CharField(max_length=40, default="")
    template_digest = models.CharField(max_length=64, default="")
    language = models.CharField(max_length=5, default="")
    body_sealed = models.BinaryField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    keep_until = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="outreach_message_permit",
                condition=Q(direction="out", permit__isnull=False) | Q(direction="in", permit=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="outreach_message_at"),
            models.Index(fields=["person", "-at"], name="outreach_message_person"),
            models.Index(fields=["point", "-at"], name="outreach_message_point"),
            models.Index(fields=["keep_until"], name="outreach_message_keep", condition=Q(body_sealed__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.channel} {self.point}"


class Step(models.Model):
    """What happened to a request or a message, as told by whom. `told_as`: the gateway's id of telling it, once."""

    request = models.ForeignKey(SendRequest, null=True, on_delete=models.PROTECT, related_name="steps")
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=16)
    detail = models.JSONField(default=dict)  # codes only
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    told_as = models.CharField(max_length=160, null=True, unique=True)  # noqa: DJ001 - null is "not told from outside"

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="outreach_step_of_one",
                condition=Q(request__isnull=False, message=None) | Q(request=None, message__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.state


class InboxItem(models.Model):
    """A message in a person's own inbox of the app, and when they opened it."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="inbox")
    person = models.CharField(max_length=80)
    put_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "-put_at"], name="outreach_inbox_person")]

    def __str__(self) -> str:
        return f"inbox of {self.person}"


class RelayLink(models.Model):
    """A neutral link that a contact may forward. Found by the digest of its token; who holds it learns nothing."""

    token_sha256 = models.BinaryField(unique=True)
    person = models.CharField(max_length=80)  # whom it is for
    episode = models.CharField(max_length=80, default="")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"relay to {self.person}"
