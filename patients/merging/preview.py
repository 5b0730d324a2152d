"""Two records side by side before they are merged: what differs, what moves, what forbids it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.errors import Problem
from patients.finding.likeness import DIFFERENT, compare_names
from patients.history.field_words import value_words, words_of
from patients.merging.obstacles import obstacles
from patients.merging.rows import counts_of
from patients.models import Patient
from patients.services.merging import CHOICES

# Tables of other apps are told by the words of their models.
TABLE_WORDS = {
    "patients.encounter": gettext_lazy("Stays and visits"),
    "patients.vitalsigns": gettext_lazy("Sets of vital signs"),
    "patients.condition": gettext_lazy("Problems"),
    "patients.allergy": gettext_lazy("Allergies"),
    "patients.medication": gettext_lazy("Medication"),
    "patients.note": gettext_lazy("Notes"),
    "imaging.imagingstudy": gettext_lazy("Images"),
}


@dataclass(frozen=True)
class Field:
    """One field of both records, in words."""

    name: str
    label: str
    survivor: str
    duplicate: str
    differs: bool
    may_choose: bool


@dataclass(frozen=True)
class Rows:
    """How many rows of a kind each record holds."""

    table: str
    label: str
    survivor: int
    duplicate: int

    @property
    def together(self) -> int:
        return self.survivor + self.duplicate


@dataclass(frozen=True)
class Preview:
    """What merging ``duplicate`` into ``survivor`` would do."""

    survivor: Patient
    duplicate: Patient
    fields: tuple[Field, ...]
    rows: tuple[Rows, ...]
    warnings: tuple[Problem, ...]
    obstacles: tuple[Problem, ...]

    @property
    def differing(self) -> list[Field]:
        return [field for field in self.fields if field.differs]

    @property
    def same(self) -> list[Field]:
        return [field for field in self.fields if not field.differs and field.survivor]


def preview_of(survivor: Patient, duplicate: Patient) -> Preview:
    """Return both records side by side; a fixed number of queries."""
    counts = zip(counts_of(survivor).items(), counts_of(duplicate).values(), strict=True)
    return Preview(
        survivor=survivor,
        duplicate=duplicate,
        fields=tuple(_field(name, survivor, duplicate) for name in _names()),
        rows=tuple(
            Rows(table._meta.label_lower, _table_words(table), mine, yours)
            for (table, mine), yours in counts
        ),
        warnings=tuple(_warnings(survivor, duplicate)),
        obstacles=tuple(obstacles(survivor, duplicate)),
    )


def _names() -> list[str]:
    return [name for name in words_of(Patient) if name in {*CHOICES, "medical_record_number"}]


def _field(name: str, survivor: Patient, duplicate: Patient) -> Field:
    column = Patient._meta.get_field(name)
    mine, yours = getattr(survivor, name), getattr(duplicate, name)
    return Field(
        name=name,
        label=words_of(Patient)[name],
        survivor=value_words(column, mine),
        duplicate=value_words(column, yours),
        differs=mine != yours,
        may_choose=name in CHOICES,
    )


def _table_words(table: type[Model]) -> str:
    label = table._meta.label_lower
    return str(TABLE_WORDS.get(label, table._meta.verbose_name_plural))


def _warnings(survivor: Patient, duplicate: Patient) -> Iterator[Problem]:
    """Yield what a person should look at twice; none of it forbids the merge."""
    if compare_names(survivor, duplicate) == DIFFERENT:
        yield Problem("names_differ", _("The names differ."), "family_name")
    born = {survivor.birth_date, duplicate.birth_date} - {None}
    if len(born) > 1:
        yield Problem("birth_date_differs", _("The birth dates differ."), "birth_date")
    if len({survivor.sex, duplicate.sex} - {Patient.Sex.UNKNOWN}) > 1:
        yield Problem("sex_differs", _("The sex differs."), "sex")
    if survivor.saturation_scale != duplicate.saturation_scale:
        text = _("The oxygen saturation targets differ: a clinician decides which one is right.")
        yield Problem("saturation_scale_differs", text, "saturation_scale")
    unknown = Patient.PregnancyStatus.UNKNOWN
    if len({survivor.pregnancy_status, duplicate.pregnancy_status} - {unknown}) > 1:
        yield Problem("pregnancy_differs", _("Pregnancy differs."), "pregnancy_status")
    if bool(survivor.deceased_at) != bool(duplicate.deceased_at):
        yield Problem("one_died", _("Only one of the records says died."), "deceased_at")
    yield from _about_allergies(survivor, duplicate)


def _about_allergies(survivor: Patient, duplicate: Patient) -> Iterator[Problem]:
    mine, yours = (
        {fact.display for fact in record.allergies.active()} for record in (survivor, duplicate)
    )
    if mine != yours:
        said = {"names": ", ".join(sorted(mine | yours))}
        text = _("The lists of allergies differ and are put together: %(names)s.") % said
        yield Problem("allergies_differ", text)
