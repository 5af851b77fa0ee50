"""What was asked of outside providers, what it cost, and which of them rest."""

from __future__ import annotations

from django.db import models

ANSWERED = "answered"


class ProviderCall(models.Model):
    """One question, asked or not, and how it ended. The answer is sealed; the question is kept as an index."""

    provider = models.CharField(max_length=60)
    party = models.CharField(max_length=80)
    purpose = models.CharField(max_length=60)
    consent = models.CharField(max_length=120, default="")
    question = models.BinaryField()
    at = models.DateTimeField()
    result = models.CharField(max_length=20)
    detail = models.CharField(max_length=120, default="")
    attempts = models.PositiveSmallIntegerField()
    duration_ms = models.PositiveIntegerField()
    cost_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    answer_sealed = models.BinaryField(null=True)

    class Meta:
        """An answer is there exactly when the provider answered."""

        db_table = "decision_provider_call"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(result=ANSWERED, answer_sealed__isnull=False)
                | (~models.Q(result=ANSWERED) & models.Q(answer_sealed=None)),
                name="decision_answer_when_answered",
            ),
        )
        indexes = (
            models.Index(
                fields=["provider", "question", "-at"],
                condition=models.Q(result=ANSWERED),
                name="decision_provider_answers",
            ),
            models.Index(fields=["provider", "at"], name="decision_provider_calls"),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.at:%Y-%m-%d %H:%M:%S}: {self.result}"


class ProviderBreaker(models.Model):
    """The circuit breaker that all workers share."""

    provider = models.CharField(max_length=60, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    trial_since = models.DateTimeField(null=True)

    class Meta:
        """One row for each provider that was asked."""

        db_table = "decision_provider_breaker"

    def __str__(self) -> str:
        return f"{self.provider}: {self.failures} failures"
