"""What is known of allergies: some, none, or not asked. The last two must never read the same."""

from collections.abc import Iterable

from patients.models import Allergy

# SNOMED CT situations: no known allergy; no known drug, food or environmental allergy.
NONE_KNOWN_SNOMED = {"716186003", "409137002", "429625007", "428607008"}
NONE_KNOWN_ABBREVIATIONS = {"nka", "nkda"}
CRITICAL_FIRST = {Allergy.Criticality.HIGH: 0, Allergy.Criticality.LOW: 2}


def says_none_known(allergy: Allergy) -> bool:
    """Tell whether the entry is the answer "none known" and no allergy."""
    words = allergy.display.strip().lower()
    is_said = words.startswith("no known") or words in NONE_KNOWN_ABBREVIATIONS
    return is_said or allergy.code in NONE_KNOWN_SNOMED


def real_allergies(recorded: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Return what the patient must not be given, the most dangerous first."""
    real = [one for one in recorded if not says_none_known(one)]
    return tuple(sorted(real, key=lambda one: CRITICAL_FIRST.get(one.criticality, 1)))


def answers_none_known(recorded: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Return the entries that say that none is known."""
    return tuple(one for one in recorded if says_none_known(one))
