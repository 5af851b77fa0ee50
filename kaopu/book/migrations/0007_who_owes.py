"""Indexes by which the classification finds debts that follow their obligors, and who took debts over or joined them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('book', '0006_responsible_join'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='debt',
            index=models.Index(condition=models.Q(('retail', False)), fields=['party'], name='book_debt_follows'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('kind__in', ('assumption', 'joining'))), fields=['debt'], name='book_event_debtors'),
        ),
    ]
