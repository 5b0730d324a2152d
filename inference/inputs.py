"""What a classifier is given of a study: its pictures and the facts that its scope asks for."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache

from imaging.models import ImagingStudy, Instance
from inference.models import ModelVersion
from inference.packages import Card, Scope, parse_card


def input_digest(instances: Iterable[Instance]) -> str:
    """Return the same digest for the same pixels, in whatever order the files came."""
    # View and laterality join each line here as soon as an instance knows them.
    lines = sorted(instance.pixel_sha256 for instance in instances)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def instances_of(study: ImagingStudy) -> list[Instance]:
    """Return the study's pictures in their order; findings point at them by it."""
    return list(
        Instance.objects.filter(series__study=study).order_by("series__number", "number", "id")
    )


def card_of(model_version: ModelVersion) -> Card:
    return _card(model_version.digest, json.dumps(model_version.card, sort_keys=True))


@lru_cache(maxsize=32)
def _card(digest: str, text: str) -> Card:
    return parse_card(text.encode())


def scopes_of(model_version: ModelVersion) -> list[Scope]:
    """Return for which studies the version was made; the rest of its card is not looked at."""
    return [Scope(**scope) for scope in model_version.card["applies_to"]]


def reads_such(model_version: ModelVersion, study: ImagingStudy) -> bool:
    """Tell whether it reads such pictures at all; of whom is asked when they are analysed."""
    return any(
        (scope.modality, scope.body_part) == (study.modality, study.body_part)
        for scope in scopes_of(model_version)
    )


def is_intended(model_version: ModelVersion, study: ImagingStudy) -> bool:
    """Tell whether it was made for this study; an unknown age is not in any range."""
    patient = study.patient
    taken_on = study.started_at.astimezone(patient.site.zone).date()
    facts = {
        "modality": study.modality,
        "body_part": study.body_part,
        "view": None,
        "age_years": patient.age_in_years(on=taken_on),
    }
    return any(scope.holds(**facts) for scope in scopes_of(model_version))
