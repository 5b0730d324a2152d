"""Keep the words by which a patient is found."""

from django.db import transaction

from patients.models import NameWord, Patient, PatientWord
from patients.search import fold, name_words, sort_name


@transaction.atomic
def write_words(patient: Patient) -> None:
    """Write the words of a patient anew; those of records merged into it lead to it too."""
    people = [patient, *Patient.objects.filter(merged_into=patient)]
    names = {word for one in people for word in name_words(one)}
    numbers = {fold(one.medical_record_number)[:80] for one in people}
    wanted = set() if patient.merged_into_id else names | numbers
    order = sort_name(patient)
    patient.words.exclude(word__in=wanted, sort_name=order).delete()
    PatientWord.objects.bulk_create(
        [
            PatientWord(site_id=patient.site_id, word=word, sort_name=order, patient=patient)
            for word in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    NameWord.objects.bulk_create(
        [NameWord(site_id=patient.site_id, word=word) for word in sorted(names)],
        ignore_conflicts=True,
    )
