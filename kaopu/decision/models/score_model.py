"""Registered score models: what was agreed to, when one was ended, what it gave, how its people moved."""

from __future__ import annotations

from django.db import models


class ScoreModel(models.Model):
    """One version of a model, under the hash of its file. Only grows: a change is a new version or an end."""

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    data_sha256 = models.CharField(max_length=64)
    metrics = models.JSONField()
    not_for = models.JSONField()
    approved_attributes = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField()
    proposed_by = models.CharField(max_length=80)
    approved_by = models.CharField(max_length=80)
    approved_at = models.DateTimeField()

    class Meta:
        """Numbers of versions rise by one; nobody approves what they proposed."""

        db_table = "decision_score_model"
        permissions = (
            ("approve_model", "approve a score model"),
            ("propose_model", "propose a score model"),
        )
        constraints = (
            models.UniqueConstraint(fields=["name", "version"], name="decision_model_version_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="decision_model_days_in_order"
            ),
            models.CheckConstraint(
                condition=~models.Q(proposed_by=models.F("approved_by")), name="decision_model_two_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class ScoreModelEnd(models.Model):
    """A model that must not be used from an instant on. One person may end one: a stop waits for nobody."""

    model = models.OneToOneField(ScoreModel, on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=60)

    class Meta:
        """Once for each model."""

        db_table = "decision_score_model_end"

    def __str__(self) -> str:
        return f"{self.model}: ended {self.at:%Y-%m-%d}"


class ScoreGiven(models.Model):
    """One score that was given, or refused. Bins instead of values: enough to see a drift, nothing about a person."""

    model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="given")
    at = models.DateTimeField()
    decision = models.UUIDField(null=True)
    score_tenths = models.IntegerField(null=True)
    refused = models.CharField(max_length=120, default="")
    bins = models.JSONField()

    class Meta:
        """Read by model and time."""

        db_table = "decision_score_given"
        indexes = (models.Index(fields=["model", "at"], name="decision_scores_by_time"),)

    def __str__(self) -> str:
        return f"{self.model}: {self.score_tenths}"


class ScoreDrift(models.Model):
    """What watching found for one model and period."""

    model = models.ForeignKey(ScoreModel, on_delete=models.PROTECT, related_name="drifts")
    since = models.DateField()
    until = models.DateField()
    rows = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    psi = models.FloatField(null=True)
    columns = models.JSONField()
    verdict = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        """A period is watched once."""

        db_table = "decision_score_drift"
        constraints = (models.UniqueConstraint(fields=["model", "since", "until"], name="decision_drift_period_once"),)

    def __str__(self) -> str:
        return f"{self.model} {self.since}: {self.verdict}"
