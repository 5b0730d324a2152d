"""Which letters the fonts on paper have: a name must not lose one in silence."""

import unicodedata

MISSING = "▯"
# Scripts that are written from right to left join their letters: drawn one by one, in the order of
# their codes, they would be another word.
RIGHT_TO_LEFT = {"R", "AL", "AN"}


class Letters:
    """Replaces what the fonts cannot show, and remembers that it did."""

    def __init__(self, known: set[int]):
        self.known = known
        self.any_missing = False

    def printable(self, text: object) -> str:
        """Return ``text`` with a box for every letter that cannot be printed."""
        return "".join(map(self._letter, unicodedata.normalize("NFC", str(text))))

    def _letter(self, letter: str) -> str:
        if letter == "\n":
            return letter
        if _is_silent(letter):
            return " " if unicodedata.category(letter) == "Cc" else ""
        if self._is_known(letter):
            return letter
        self.any_missing = True
        return MISSING

    def _is_known(self, letter: str) -> bool:
        return ord(letter) in self.known and unicodedata.bidirectional(letter) not in RIGHT_TO_LEFT


def _is_silent(letter: str) -> bool:
    """Tell whether a sign shows nothing itself: controls, and marks of direction or joining."""
    return unicodedata.category(letter) in {"Cc", "Cf"}
