"""Write the words by which the patients on record are found, compared byte by byte."""

from django.db import migrations

from patients.finding.words import name_words, parts_of, sort_name, words_to_find

BATCH = 2000
# In PostgreSQL a linguistic order would let no range of an index hold a beginning of words.
COLUMNS = (
    ("patients_patientword", "word"),
    ("patients_patientword", "sort_name"),
    ("patients_nameword", "word"),
)


def compare_by_bytes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in COLUMNS:
        schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar COLLATE "C"')


def write_words(apps, schema_editor):
    models = {name: apps.get_model("patients", name) for name in ("PatientWord", "NameWord")}
    patients = apps.get_model("patients", "Patient").objects.filter(merged_into=None)
    batch = []
    for patient in patients.iterator(chunk_size=BATCH):
        batch.append(patient)
        if len(batch) == BATCH:
            _write(models, batch)
            batch = []
    _write(models, batch)


def _write(models, patients):
    names = {(one.site_id, word) for one in patients for word in name_words(one)}
    parts = {(site, part) for site, word in names for part in parts_of(word)}
    models["NameWord"].objects.bulk_create(
        [models["NameWord"](site_id=site, word=part) for site, part in sorted(parts)],
        ignore_conflicts=True,
    )
    models["PatientWord"].objects.bulk_create(
        [
            models["PatientWord"](
                site_id=one.site_id, word=word, sort_name=sort_name(one), patient=one
            )
            for one in patients
            for word in sorted(words_to_find(one))
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("patients", "0003_notes_history_merging_break_glass")]

    operations = [
        migrations.RunPython(compare_by_bytes, migrations.RunPython.noop),
        migrations.RunPython(write_words, migrations.RunPython.noop),
    ]
