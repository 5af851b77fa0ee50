"""Policies at work: their versions, how far each has come, where it decides, and the kill switch."""

from __future__ import annotations

from django.db import models

ROLES = ("champion", "challenger", "shadow", "hold_out")


class Policy(models.Model):
    """A name that callers ask for."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        """Only grows."""

        db_table = "decision_policy"

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One text under its digest. Only grows: a change is another version."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    author = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        """Numbers rise by one; the same text is the same version."""

        db_table = "decision_policy_version"
        constraints = (
            models.UniqueConstraint(fields=["policy", "number"], name="decision_policy_number_once"),
            models.UniqueConstraint(fields=["policy", "digest"], name="decision_policy_text_once"),
        )

    def __str__(self) -> str:
        return f"{self.policy_id} {self.number}"


class PolicyStep(models.Model):
    """A version came one state further: who, when, and on what evidence. Only grows; the last step is the state."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=12)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()
    details = models.JSONField(default=dict)

    class Meta:
        """Read by version, in order."""

        db_table = "decision_policy_step"
        constraints = (
            # Of two who approve at once the second finds the row there.
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(state="approved"), name="decision_policy_approved_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.version_id}: {self.state}"


class Placement(models.Model):
    """Where a version decides, from an instant until before another. Only the end may be moved.

    The database refuses two champions, or two hold-outs, of one policy at the same time (migration 0004).
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="placements")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="placements")
    role = models.CharField(max_length=10)
    share = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    placed_by = models.CharField(max_length=80)
    placed_at = models.DateTimeField()

    class Meta:
        """`share` in basis points of the parties, for challengers and the hold-out."""

        db_table = "decision_policy_placement"
        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="decision_placement_role"),
            models.CheckConstraint(condition=models.Q(share__lte=10_000), name="decision_placement_share"),
            models.CheckConstraint(
                condition=models.Q(role__in=("challenger", "hold_out"), share__gt=0)
                | models.Q(role__in=("champion", "shadow"), share=0),
                name="decision_placement_share_of_role",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="decision_placement_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version_id} {self.role}"


class PolicySwitch(models.Model):
    """The kill switch, thrown one way or the other; the last row counts. Without a policy it is that of all."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, null=True, related_name="switches")
    stopped = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    agreed_by = models.CharField(max_length=80, default="")
    reason = models.CharField(max_length=120)

    class Meta:
        """One person stops; two let it go on."""

        db_table = "decision_policy_switch"
        indexes = (models.Index(fields=["policy", "-id"], name="decision_switch_last"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(stopped=True) | (~models.Q(agreed_by="") & ~models.Q(agreed_by=models.F("by"))),
                name="decision_resume_two_people",
            ),
        )

    def __str__(self) -> str:
        return f"{self.policy_id}: {'stopped' if self.stopped else 'resumed'}"
