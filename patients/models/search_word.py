"""The words by which people are found, so that a search costs the same with a million of them."""

from django.db import models

from aicare.models import Site
from patients.models.patient import Patient

LONGEST_WORD = 80


class PatientWord(models.Model):
    """A word of a patient's name, the record number or the birth date; rewritten with the patient.

    The index is walked in its own order: the first page of "gar…" reads a page of rows, however
    many people are called so. The empty word is everybody, once. A merged record's words point to
    the record that stands (``patients.finding.words`` says what is written).
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=LONGEST_WORD)
    sort_name = models.CharField(
        max_length=120, help_text="Folded names, birth date, number: the order within a word"
    )
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="words")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "word", "sort_name", "patient"], name="words_in_order"
            )
        ]

    def __str__(self):
        return self.word


class NameWord(models.Model):
    """The ends of the words of names at a site, each once: what "any part of" looks through.

    Each is followed by its whole word ("urbe iturbe"). Names repeat, so a million people have few
    different words. An end stays when nobody is called so any more; it then finds nobody.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=LONGEST_WORD)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "word"], name="name_word_once_per_site")
        ]

    def __str__(self):
        return self.word
