"""Who is responsible for a debt: history that only grows, and the latest of it for lists. Views that a person named."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kaopu.kernel import append_only


# A debt that the undo of an import removes takes the row of who is responsible along.
TAKES = """
CREATE FUNCTION book_debt_takes_responsible() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM book_responsible r USING gone WHERE r.debt_id = gone.debt_id;
  RETURN NULL;
END $$;
CREATE TRIGGER book_debt_takes_responsible AFTER DELETE ON book_debt REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION book_debt_takes_responsible();
"""
DROP = "DROP TRIGGER book_debt_takes_responsible ON book_debt; DROP FUNCTION book_debt_takes_responsible();"


class Migration(migrations.Migration):

    dependencies = [
        ('book', '0004_default_rules_stay'),
        ('kernel', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('batch', models.UUIDField()),
                ('assigned_at', models.DateTimeField()),
                ('assigned_by', models.CharField(max_length=64)),
                ('before', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('debt', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='assignments', to='book.debt')),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Responsible',
            fields=[
                ('debt', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='responsible', serialize=False, to='book.debt')),
                ('assignment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='book.assignment')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=32)),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(blank=True, max_length=500)),
                ('before', models.CharField(blank=True, default='', max_length=500)),
                ('changed_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['debt', 'id'], name='book_assignment_history'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['batch'], name='book_assignment_batch'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('user', 'page', 'name'), name='book_savedview_once'),
        ),
        append_only.forbid_change("book_assignment"),
        migrations.RunSQL(TAKES, DROP),
    ]
