"""When a pregnancy is asked about: one that is recorded by mistake silently ends the early warning.

Asked, never refused: a man on record may be pregnant. The limits are wide on purpose. Births are
counted from the age of 10 on (WHO, adolescent birth rate, 10 to 14 years), and menopause comes
between 45 and 55 for most (WHO, Menopause, 2022); a pregnancy after 60 is a single report.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from aicare.errors import Problem

PREGNANCY_UNLIKELY = "pregnancy_unlikely"
YOUNGEST_YEARS, OLDEST_YEARS = 10, 60


def questions_about_pregnancy(*, sex: str, age_years: int | None, attr: str) -> Iterator[Problem]:
    """Yield what should be asked before somebody of this sex and age is recorded as pregnant."""
    is_unlikely_age = age_years is not None and not YOUNGEST_YEARS <= age_years <= OLDEST_YEARS
    if sex == "male" or is_unlikely_age:
        text = _(
            "A pregnancy is unlikely at this sex or age, and it ends the early-warning score. "
            "Is it right?"
        )
        yield Problem(PREGNANCY_UNLIKELY, text, attr)
