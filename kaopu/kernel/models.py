"""Rows of the ground floor: the audit chain, approvals by four eyes, and the outbox of domain events."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class AuditRow(models.Model):
    """One act by one actor on one subject. Append-only: triggers refuse all but the sealer's single update.

    `subject`, `actor` and `details` hold ids or blind indexes, never personal data.
    """

    at = models.DateTimeField()
    act = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    actor = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    sequence = models.BigIntegerField(null=True, unique=True)
    row_hash = models.BinaryField(null=True)

    class Meta:
        """Lists by subject read the index; the sealer finds open rows by a partial one."""

        db_table = "kernel_audit"
        indexes = (
            models.Index(fields=["subject", "id"], name="kernel_audit_subject"),
            models.Index(fields=["id"], condition=Q(sequence=None), name="kernel_audit_unsealed"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"


class Approval(models.Model):
    """A proposal that another person must agree to. What was proposed is sealed; its fingerprint is what is agreed."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=128)
    proposal_sealed = models.BinaryField()
    proposer = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="proposed")
    decider = models.CharField(max_length=80, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="")
    used_at = models.DateTimeField(null=True)

    class Meta:
        """The database itself refuses one pair of eyes."""

        db_table = "kernel_approval"
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "rejected")) | ~Q(decider=F("proposer")) & ~Q(decider=""),
                name="kernel_approval_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "approved", "rejected", "expired")), name="kernel_approval_state"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(state="approved"), name="kernel_approval_used_when_approved"
            ),
        )
        indexes = (models.Index(fields=["kind", "state", "expires_at"], name="kernel_approval_open"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.state}"


class OutboxEvent(models.Model):
    """Something that happened, to be told to handlers after the commit that made it true. Ids only in `payload`."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=80)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    handled_by = models.JSONField(default=list)
    attempts = models.IntegerField(default=0)
    last_error = models.CharField(max_length=200, default="")
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        """Only what is still to be told is searched."""

        db_table = "kernel_outbox"
        indexes = (
            models.Index(fields=["next_attempt_at", "id"], condition=Q(delivered_at=None), name="kernel_outbox_open"),
        )

    def __str__(self) -> str:
        return self.name


class IdempotentAnswer(models.Model):
    """What a write answered under a key that its caller chose, and the digest of what was asked."""

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=128)
    asked_sha256 = models.CharField(max_length=64)
    status = models.IntegerField()
    body = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """One answer a key."""

        db_table = "kernel_idempotent_answer"
        constraints = (models.UniqueConstraint(fields=["caller", "key"], name="kernel_idempotent_answer_once"),)

    def __str__(self) -> str:
        return self.key


class WebhookEndpoint(models.Model):
    """An address that is told of events whose name begins with one of `topics`. Its secret signs what is sent."""

    id = models.UUIDField(primary_key=True)
    url = models.CharField(max_length=500)
    topics = models.JSONField(default=list)
    secret_sealed = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """An address is told once of each thing."""

        db_table = "kernel_webhook_endpoint"
        constraints = (
            models.UniqueConstraint(fields=["url"], condition=Q(ended_at=None), name="kernel_webhook_endpoint_once"),
        )

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. Sent until it is answered with a 2xx or the attempts are used up."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="waiting")
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_answer = models.CharField(max_length=80, default="")
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        """However often the outbox tells an event, an endpoint has one delivery of it."""

        db_table = "kernel_webhook_delivery"
        constraints = (
            models.UniqueConstraint(fields=["endpoint", "event"], name="kernel_webhook_delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "done", "failed")), name="kernel_webhook_delivery_state"
            ),
        )
        indexes = (
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state="waiting"), name="kernel_webhook_delivery_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}: {self.state}"
