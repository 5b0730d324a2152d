"""Invented names as a country has them: a few that very many people share, and very many rare ones.

Frequencies fall with the rank (Zipf); the commonest family name is that of about three in a
hundred. Rare names are put together from syllables and belong to nobody.
"""

import random
from bisect import bisect
from itertools import accumulate

COMMON_FAMILY_NAMES = (
    "García", "Müller", "Silva", "Nguyen", "Kowalska", "O'Brien", "Martínez", "Santos", "Schmidt",
    "Novák", "Ferreira", "Johansson", "López", "Rossi", "Weiß", "Öztürk", "Hernández", "Dubois",
    "van den Berg", "Popescu", "Nagy", "Žukauskas", "MacDonald", "Sørensen", "Ibrahim", "Kaur",
    "Rodríguez", "Fischer", "Oliveira", "Dvořák", "Papadopoulos", "Lindqvist", "Gonçalves", "Çelik",
    "Ivanova", "Okafor", "Tanaka", "Åberg", "Bauer", "Peña", "Larsen", "Łukasik", "D'Angelo",
    "Fernández", "Wagner", "Almeida", "Horváth", "Núñez", "Becker", "Moreau", "Kim", "Le",
)  # fmt: skip
COMMON_GIVEN_NAMES = (
    "María", "José", "Anna", "Peter", "Ana", "João", "Elif", "Mohammed", "Sofía", "Jürgen", "Olga",
    "Piotr", "Zoë", "François", "Chloé", "Andrés", "Ingrid", "Håkon", "Agnieszka", "Luís", "Inês",
    "Siobhán", "Dmitri", "Yuki", "Amélie", "Bjørn", "Noémie", "Tomáš", "Özlem", "Marisol", "Paulo",
    "Teresa", "Giulia", "Nneka", "Tomasz", "Aiko", "Bao", "Elin", "Renée", "Jörg", "Nuria", "Iñaki",
)  # fmt: skip
ONSETS = (
    "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kr", "l", "m", "n", "p",
    "pr", "qu", "r", "s", "sch", "st", "t", "tr", "v", "vl", "w", "z",
)  # fmt: skip
VOWELS = ("a", "e", "i", "o", "u", "ai", "ei", "ou", "á", "é", "ö", "ü")
CODAS = ("", "", "", "l", "m", "n", "nd", "r", "rt", "s", "sk", "t", "x")
RARE_FAMILY_NAMES = 30_000
RARE_GIVEN_NAMES = 2_000
FLATTENED = 2.7
DOUBLE_FAMILY_NAMES = 0.15
SECOND_GIVEN_NAMES = 0.35


class Names:
    """Draws names; the same seed draws the same ones. ``drawn`` holds each once."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)  # noqa: S311  repeatable, nothing secret
        self.drawn: set[str] = set()
        self._families = _Pool(self.random, COMMON_FAMILY_NAMES, RARE_FAMILY_NAMES)
        self._given = _Pool(self.random, COMMON_GIVEN_NAMES, RARE_GIVEN_NAMES)

    def draw(self) -> tuple[str, str]:
        """Return family name and given names of one person."""
        family, given = [self._families.draw()], [self._given.draw()]
        if self.random.random() < DOUBLE_FAMILY_NAMES:
            family.append(self._families.draw())
        if self.random.random() < SECOND_GIVEN_NAMES:
            given.append(self._given.draw())
        self.drawn.update(family, given)
        return " ".join(family), " ".join(given)


class _Pool:
    """Names of which each is drawn as often as its rank says."""

    def __init__(self, random, common: tuple[str, ...], rare: int):
        self.random = random
        texts = dict.fromkeys(common)
        while len(texts) < len(common) + rare:
            texts[_rare_name(random)] = None
        self.texts = list(texts)
        self.limits = list(accumulate(1 / (rank + FLATTENED) for rank in range(1, len(texts) + 1)))

    def draw(self) -> str:
        return self.texts[bisect(self.limits, self.random.random() * self.limits[-1])]


def _rare_name(random) -> str:
    syllables = [
        random.choice(ONSETS) + random.choice(VOWELS) + random.choice(CODAS)
        for _ in range(random.choice((2, 2, 3)))
    ]
    return "".join(syllables).capitalize()
