"""Small tables of codes: what a ward writes most often, with the code that says the same."""

from dataclasses import dataclass, field

from django.utils.translation import get_language

from patients.finding.words import fold

ENGLISH = "en"


@dataclass(frozen=True)
class Coded:
    """One entry: its code, its English display, and what it is called in each language.

    The first name of a language is the one that is offered; the others mean the same. An empty
    code is an entry that is offered as plain text.
    """

    system: str
    code: str
    names: dict[str, tuple[str, ...]] = field(hash=False)

    @property
    def display(self) -> str:
        """The English name: what is stored, whatever the reader's language."""
        return self.names[ENGLISH][0]

    def names_in(self, language: str) -> tuple[str, ...]:
        """Return the names in ``language``, and the display that is stored in any.

        Other English names are left out: "Angina" is a sore throat to a German reader.
        """
        names = self.names.get(language, self.names[ENGLISH])
        return tuple(dict.fromkeys((*names, self.display)))


@dataclass(frozen=True)
class Suggestion:
    """A name to offer while somebody types, and what it stands for."""

    name: str
    stands_for: str


def find(table: tuple[Coded, ...], text: str) -> Coded | None:
    """Return the entry that ``text`` names in the reader's language, or as it is stored."""
    wanted = folded(text)
    for entry in table:
        if wanted in map(folded, entry.names_in(_language())):
            return entry
    return None


def names_another(table: tuple[Coded, ...], code: str, text: str) -> bool:
    """Tell whether ``text`` is, in any language, the name of something else than ``code``."""
    wanted = folded(text)
    named = {
        entry.code
        for entry in table
        for names in entry.names.values()
        if wanted in map(folded, names)
    }
    return bool(named) and code not in named


def suggestions(table: tuple[Coded, ...]) -> list[Suggestion]:
    """Return the names to offer to this reader, by the alphabet."""
    offered = [
        Suggestion(name, " ".join(part for part in (entry.code, entry.display) if part))
        for entry in table
        for name in entry.names.get(_language(), entry.names[ENGLISH])
    ]
    return sorted(offered, key=lambda one: folded(one.name))


def _language() -> str:
    return (get_language() or ENGLISH).split("-")[0]


def folded(text: str) -> str:
    """Return ``text`` as names are compared: a round is typed without accents."""
    return " ".join(fold(text).split())
