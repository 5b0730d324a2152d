"""What is known of allergies: some, none, or not asked. The last two must never read the same."""

from collections.abc import Iterable

from patients.codes.allergens import denies_every_allergy
from patients.models import Allergy

# SNOMED CT: no known drug, food and environmental allergy: answers about a part of all.
NONE_OF_A_KIND_SNOMED = {"409137002", "429625007", "428607008"}
NONE_OF_A_KIND = "no known "
CRITICAL_FIRST = {Allergy.Criticality.HIGH: 0, Allergy.Criticality.LOW: 2}


def says_none_known(allergy: Allergy) -> bool:
    """Tell whether the entry is the answer that none is known, of any kind, and no allergy."""
    is_of_a_kind = (
        allergy.code in NONE_OF_A_KIND_SNOMED
        or allergy.display.strip().casefold() == "nkda"
        or allergy.display.strip().casefold().startswith(NONE_OF_A_KIND)
    )
    return is_of_a_kind or denies_every_allergy(allergy)


def real_allergies(recorded: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Return what the patient must not be given, the most dangerous first."""
    real = [one for one in recorded if not says_none_known(one)]
    return tuple(sorted(real, key=lambda one: CRITICAL_FIRST.get(one.criticality, 1)))


def answers_none_known(recorded: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Return the entries that say that none is known."""
    return tuple(one for one in recorded if says_none_known(one))
