"""One Django group for each role of staff."""

from django.db import migrations

from kaopu.kernel.roles import Role


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for role in Role:
        group.objects.get_or_create(name=str(role))


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_guards"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
