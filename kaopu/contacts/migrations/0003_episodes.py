"""Lost-contact episodes and their steps."""

import django.db.models.deletion
from django.db import migrations, models

from kaopu.kernel.append_only import forbid_change


# What opened an episode never changes, and an end stays; nothing is deleted.
ONE_WAY = '''
CREATE FUNCTION contacts_episode_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
     OR to_jsonb(NEW) - ARRAY['closed_at', 'end', 'closed_by'] <> to_jsonb(OLD) - ARRAY['closed_at', 'end', 'closed_by'] THEN
    RAISE EXCEPTION 'contacts_episode: it is opened, closed once, and nothing else' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contacts_episode_one_way BEFORE UPDATE OR DELETE ON contacts_episode
  FOR EACH ROW EXECUTE FUNCTION contacts_episode_one_way();
'''
BACKWARD = '''
DROP TRIGGER contacts_episode_one_way ON contacts_episode;
DROP FUNCTION contacts_episode_one_way();
'''


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0002_only_grows'),
        ('party', '0004_linkage'),
    ]

    operations = [
        migrations.CreateModel(
            name='Episode',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('evidence', models.JSONField()),
                ('days_past_due', models.IntegerField()),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=64)),
                ('closed_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, max_length=12)),
                ('closed_by', models.CharField(blank=True, max_length=64)),
                ('borrower', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='party.party')),
            ],
        ),
        migrations.CreateModel(
            name='EpisodeStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=20)),
                ('message', models.UUIDField(null=True)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=64)),
                ('details', models.JSONField(default=dict)),
                ('episode', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='contacts.episode')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='party.party')),
            ],
        ),
        migrations.AddIndex(
            model_name='episode',
            index=models.Index(fields=['borrower', 'opened_at'], name='contacts_episode_of'),
        ),
        migrations.AddConstraint(
            model_name='episode',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('borrower',), name='contacts_episode_one_open'),
        ),
        migrations.AddConstraint(
            model_name='episode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', ''), ('end', '')), models.Q(('closed_at__isnull', False), ('closed_by__gt', ''), ('end__in', ('found', 'care', 'given_up', 'not_lost', 'paid'))), _connector='OR'), name='contacts_episode_ended'),
        ),
        migrations.AddIndex(
            model_name='episodestep',
            index=models.Index(fields=['episode', 'at'], name='contacts_episode_steps'),
        ),
        migrations.AddConstraint(
            model_name='episodestep',
            constraint=models.CheckConstraint(condition=models.Q(('step__in', ('own_tried', 'reverified', 'contact_asked', 'passed_on', 'whereabouts_told', 'contact_declined', 'other_source', 'offered_help', 'hard_times', 'handed_over'))), name='contacts_episode_step'),
        ),
        migrations.AddConstraint(
            model_name='episodestep',
            constraint=models.UniqueConstraint(condition=models.Q(('message__isnull', False)), fields=('message', 'step'), name='contacts_episode_step_once'),
        ),
        forbid_change('contacts_episodestep'),
        migrations.RunSQL(ONE_WAY, BACKWARD),
    ]
