"""What of a name or a record number cannot be seen: it would make two people look like one.

A reversing sign shows a record number backwards, and a name of signs without width is no name.
Source: Unicode Technical Report 36, Unicode Security Considerations, on bidirectional text.
"""

import unicodedata

# Letters of some languages join by them: zero width joiner and non-joiner.
JOINERS = frozenset("\u200c\u200d")
# Marks of direction that reorder nothing beyond themselves, as copied text may hold.
MARKS = frozenset("\u200e\u200f\u061c\ufeff\u00ad\u200b\u2060")


def has_hidden_signs(name: str) -> bool:
    """Tell whether a name holds controls or reordering signs, or nothing that can be seen."""
    hidden = [one for one in name if _is_hidden(one)]
    reordering = [one for one in hidden if one not in JOINERS | MARKS]
    return bool(reordering) or (bool(hidden) and len(hidden) == len(name.replace(" ", "")))


def can_be_seen(text: str) -> bool:
    """Tell whether a text holds anything to read."""
    return any(not one.isspace() and not _is_hidden(one) for one in text)


def has_any_hidden_sign(number: str) -> bool:
    """Tell whether a record number holds anything that cannot be seen."""
    return any(map(_is_hidden, number))


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"}
