"""Decisions that were taken, each with everything it takes to take it again."""

from __future__ import annotations

from django.db import models

from kaopu.decision.models.policy import Policy, PolicyVersion


class Decision(models.Model):
    """One decision. Only grows. Input, output and trace are sealed together; what is counted stands beside them.

    `version` is null where no version answered (stopped, no policy, not yet valid): the reasons say why.
    """

    id = models.UUIDField(primary_key=True)
    policy_name = models.CharField(max_length=80)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, null=True, related_name="decisions")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, null=True, related_name="decisions")
    digest = models.CharField(max_length=64, default="")
    role = models.CharField(max_length=10, default="")
    party = models.CharField(max_length=80, default="")
    as_of = models.DateField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=40)
    reasons = models.JSONField()
    model_versions = models.JSONField()
    shadows = models.JSONField()
    latency_us = models.PositiveIntegerField()
    caller = models.CharField(max_length=80)
    record_sealed = models.BinaryField()

    class Meta:
        """Read by time, and by party."""

        db_table = "decision_taken"
        indexes = (
            models.Index(fields=["at"], name="decision_taken_by_time"),
            models.Index(fields=["party", "-at"], condition=~models.Q(party=""), name="decision_taken_by_party"),
        )

    def __str__(self) -> str:
        return f"{self.policy_name} {self.at:%Y-%m-%d %H:%M:%S}: {self.outcome}"
