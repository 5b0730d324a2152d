"""Age and sex as data sets write them, in years and as F or M."""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

NUMBER = re.compile(r"[>]?\s*(\d{1,4}(?:\.\d+)?)\s*([YMWD]?)\s*\+?", re.IGNORECASE)
"""58, 058Y (DICOM's age string, PS3.5 section 6.2), 018M, 90+."""
RANGE = re.compile(r"(\d{1,3})\s*(?:-|to)\s*(\d{1,3})\b.*", re.IGNORECASE)
YEARS = {"": 1.0, "Y": 1.0, "M": 1 / 12, "W": 7 / 365.25, "D": 1 / 365.25}
OLDEST = 120
"""ChestX-ray8 has ages of 148 and 412: typing errors, so not known."""
SEXES = {"f": "F", "female": "F", "woman": "F", "m": "M", "male": "M", "man": "M"}
UNKNOWN = {"", "nan", "na", "n/a", "none", "unknown", "?", "-", "u", "o", "other"}


def age_in_years(text: str) -> tuple[float, str]:
    """Return the age in years, NaN where not known, and a remark, if there is one to make."""
    if text.strip().casefold() in UNKNOWN:
        return math.nan, ""
    if found := NUMBER.fullmatch(text.strip()):
        age = float(found[1]) * YEARS[found[2].upper()]
        return (age, "") if age <= OLDEST else (math.nan, "above 120 years, so taken as not known")
    if found := RANGE.fullmatch(text.strip()):
        return (float(found[1]) + float(found[2])) / 2, "a range, of which the middle is taken"
    return math.nan, "not understood, so taken as not known"


def sex_of(text: str) -> tuple[str, str]:
    """Return F, M or nothing, and a remark, if there is one to make."""
    word = text.strip().casefold()
    if word in SEXES or word in UNKNOWN:
        return SEXES.get(word, ""), ""
    return "", "not understood, so taken as not known"


def told(what: str, texts: Sequence[str], reader: Callable, remarks: list[str]) -> list:
    """Return each text as read, and remark once on each way in which some were odd."""
    values, notes, example = [], Counter(), {}
    for text in texts:
        value, note = reader(text)
        values.append(value)
        if note:
            notes[note] += 1
            example.setdefault(note, text)
    remarks += [
        f"{count} times the {what} is {note} (the first: {example[note]!r})."
        for note, count in notes.items()
    ]
    return values
