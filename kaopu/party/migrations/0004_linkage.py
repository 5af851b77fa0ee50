"""Records a new person is compared with, and merges that two people agreed to."""

import django.db.models.deletion
from django.db import migrations, models

from kaopu.kernel.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [
        ("party", "0003_only_grows"),
        ("kernel", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkageRecord",
            fields=[
                (
                    "party",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="party.party",
                    ),
                ),
                ("record_sealed", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "party_linkage",
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("probability", models.FloatField()),
                ("reasons", models.JSONField()),
                ("merged_at", models.DateTimeField()),
                ("proposed_by", models.CharField(max_length=80)),
                ("agreed_by", models.CharField(max_length=80)),
                (
                    "absorbed",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.party"),
                ),
                (
                    "kept",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.party"),
                ),
            ],
            options={
                "db_table": "party_merge",
            },
        ),
        migrations.CreateModel(
            name="MergeUndone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(max_length=120)),
                ("undone_at", models.DateTimeField()),
                ("undone_by", models.CharField(max_length=80)),
                (
                    "merge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="undone", to="party.merge"
                    ),
                ),
            ],
            options={
                "db_table": "party_merge_undone",
            },
        ),
        migrations.CreateModel(
            name="LinkageKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BinaryField()),
                (
                    "party",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.party"
                    ),
                ),
            ],
            options={
                "db_table": "party_linkage_key",
                "indexes": [
                    models.Index(fields=["key"], name="party_linkage_by_key"),
                    models.Index(fields=["party"], name="party_linkage_by_party"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("absorbed")), _negated=True), name="party_merge_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_by", models.F("agreed_by")), _negated=True), name="party_merge_four_eyes"
            ),
        ),
        forbid_change("party_merge"),
        forbid_change("party_merge_undone"),
    ]
