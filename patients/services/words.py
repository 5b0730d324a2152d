"""Keep the words by which a patient is found."""

from collections.abc import Iterable

from django.db import transaction

from patients.finding.words import name_words, parts_of, sort_name, words_to_find
from patients.models import NameWord, Patient, PatientWord


@transaction.atomic
def write_words(patient: Patient) -> None:
    """Write the words of a patient anew; those of records merged into it lead to it too."""
    identities = _identities(patient)
    rows = {(row.word, row.sort_name): row for row in rows_of(patient, identities)}
    stored = dict.fromkeys(patient.words.values_list("word", "sort_name", "pk"))
    gone = [pk for word, line, pk in stored if (word, line) not in rows]
    for word, line, _ in stored:
        rows.pop((word, line), None)
    PatientWord.objects.filter(pk__in=gone).delete()
    PatientWord.objects.bulk_create(rows.values(), ignore_conflicts=True)
    NameWord.objects.bulk_create(parts_for(identities), ignore_conflicts=True)


def rows_of(patient: Patient, identities: Iterable[Patient]) -> list[PatientWord]:
    """Return the rows that lead to ``patient``, who is listed once, under today's name."""
    return [
        PatientWord(
            site_id=patient.site_id, word=word, sort_name=sort_name(identity), patient=patient
        )
        for identity in identities
        for word in sorted(words_to_find(identity))
        if word or identity is patient
    ]


def parts_for(patients: Iterable[Patient]) -> list[NameWord]:
    """Return the parts of all names of ``patients``, in an order in which writers do not block."""
    parts = {
        (one.site_id, part)
        for one in patients
        for word in name_words(one)
        for part in parts_of(word)
    }
    return [NameWord(site_id=site_id, word=part) for site_id, part in sorted(parts)]


def _identities(patient: Patient) -> list[Patient]:
    """Return the record and those merged into it; nobody where it is merged itself."""
    if patient.merged_into_id:
        return []
    return [patient, *Patient.objects.filter(merged_into=patient)]
