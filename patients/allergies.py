"""What is known of allergies: some, none, or not asked. The last two must never read the same."""

import re
from collections.abc import Iterable

from patients.codes.allergens import (
    NONE_OF_A_KIND,
    denies_a_kind_of_allergy,
    denies_every_allergy,
)
from patients.models import Allergy

NONE_OF_A_KIND_SNOMED = {one.code for one in NONE_OF_A_KIND}
# The whole text: "No known allergies except penicillin" is an allergy.
NONE_OF_ANOTHER_KIND = re.compile(r"\s*no known ([a-z]+ ){0,3}allerg(y|ies)\.?\s*", re.IGNORECASE)
CRITICAL_FIRST = {Allergy.Criticality.HIGH: 0, Allergy.Criticality.LOW: 2}


def says_none_known(allergy: Allergy) -> bool:
    """Tell whether the entry is the answer that none is known, of any kind, and no allergy."""
    return (
        denies_every_allergy(allergy)
        or denies_a_kind_of_allergy(allergy)
        or NONE_OF_ANOTHER_KIND.fullmatch(allergy.display) is not None
    )


def real_allergies(recorded: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Return what the patient must not be given, the most dangerous first."""
    real = [one for one in recorded if not says_none_known(one)]
    return tuple(sorted(real, key=lambda one: CRITICAL_FIRST.get(one.criticality, 1)))


def answers_none_known(recorded: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Return the entries that say that none is known."""
    return tuple(one for one in recorded if says_none_known(one))


def most_dangerous_first(recorded: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Return all entries: what the patient must not be given, then the answers."""
    return (*real_allergies(recorded), *answers_none_known(recorded))
