"""What a row was before stays as it was: the database refuses to alter or delete revisions."""

from functools import partial

from django.db import migrations

from aicare import append_only

TABLES = ("patients_revision",)


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0004_words_of_patients"),
        ("aicare", "0002_audit_trail_is_append_only"),
    ]

    operations = [
        migrations.RunPython(
            partial(append_only.install, tables=TABLES), partial(append_only.remove, tables=TABLES)
        )
    ]
