"""Find patients by names, record number and birth date; a page costs the same among a million.

Of several terms the rarest is walked through the index of words, and whether the others fit is
read off the same rows. Who has a word that begins with the term comes first, by that word and then
by name; then who has one that contains it: such words are found among the ends of words
(``NameWord``), and each of them is walked. Without terms everybody is walked, by name.
"""

import datetime
from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from patients.finding.places import BEGINNING, PART, TIERS, Hit, Page, Place
from patients.finding.terms import Term, understand
from patients.finding.walks import (
    Row,
    Stretch,
    begins_with,
    counts,
    first_rows,
    fits,
    in_one_statement,
    words_by_row,
)
from patients.finding.words import sort_name
from patients.models import NameWord, Patient
from patients.models.visibility import reads_records

ENOUGH_TO_BE_FREQUENT = 5000
TERMS_WEIGHED = 6
MOST_WORDS_WITH_A_PART = 40
SOME_MORE = 20
READ_ON = 2000
EVERYBODY = Term(("",))


class Search:
    """What a reader asks for among the patients of their own sites."""

    def __init__(self, user, text: str, *, today: datetime.date):
        self.user = user
        self.asked = understand(text, today=today)
        self.is_for_everybody = not text.strip()
        self.terms = (EVERYBODY,) if self.is_for_everybody else self.asked.terms
        self._wholes: dict[Term, list[Stretch]] = {}
        self._with_too_many: set[Term] = set()
        self.left_out_words = False

    @cached_property
    def sites(self) -> list[UUID]:
        if not reads_records(self.user):
            return []
        return sorted(self.user.sites.order_by().values_list("pk", flat=True))

    def page(self, *, size: int, place: Place | None = None, backwards: bool = False) -> Page:
        """Return the hits behind ``place``, or before it; the first ones without one."""
        places = self._places(size + 1, place, backwards)
        has_more = len(places) > size
        places = places[:size][:: -1 if backwards else 1]
        if not places:
            return Page([])
        is_first = not has_more if backwards else place is None
        is_last = not has_more and not backwards
        return Page(
            self._hits(places),
            before=None if is_first else places[0],
            behind=None if is_last else places[-1],
        )

    def _places(self, limit: int, place: Place | None, backwards: bool) -> list[Place]:
        lead = self._rarest() if place is None else place.lead
        if lead >= len(self.terms) or not self.sites:
            return []
        found: list[Place] = []
        for tier in TIERS[::-1] if backwards else TIERS:
            if len(found) >= limit or _is_passed(tier, place, backwards):
                continue
            start = place.row if place is not None and tier == place.tier else None
            rows = self._walk(lead, tier, start, limit - len(found), backwards)
            found += [Place(lead, tier, row) for row in rows]
            self.left_out_words = tier == PART and self.terms[lead] in self._with_too_many
        return found

    def _walk(self, lead: int, tier: int, start: Row | None, limit: int, backwards: bool):
        """Return the rows of a tier from ``start`` on, each person's first one."""
        term, found, read = self.terms[lead], [], limit + SOME_MORE
        stretches = self._stretches(term, tier)
        others = [fits(other) for other in self.terms if other is not term]
        while True:
            walks = [
                rows.filter(*others)
                for stretch in stretches
                for rows in stretch.rows_from(start, backwards=backwards)
            ]
            rows = first_rows(walks, limit=read, backwards=backwards)
            found += self._first_of_each(rows, term, tier)
            if len(rows) < read or len(found) >= limit:
                return found[:limit]
            start, read = rows[-1], READ_ON

    def _first_of_each(self, rows: list[Row], term: Term, tier: int) -> list[Row]:
        """Leave out rows to whose person an earlier row leads, and what only might have fitted."""
        if term is EVERYBODY:
            return rows
        words = words_by_row(rows)
        wholes = {stretch.word for stretch in self._stretches(term, tier)}
        return [
            row
            for row in rows
            if _leads_first(row.word, words[row], term, wholes if tier == PART else None)
            and self._all_fit(words[row])
        ]

    def _all_fit(self, words: list[str]) -> bool:
        return all(any(map(term.fits, words)) for term in self.terms)

    def _stretches(self, term: Term, tier: int) -> list[Stretch]:
        if tier == PART:
            self._look_up([term])
            return self._wholes[term]
        return [
            Stretch(site, word, exact=term is EVERYBODY)
            for site in self.sites
            for word in term.beginnings
        ]

    def _rarest(self) -> int:
        """Return the position of the term that fewest rows fit; the longest of frequent ones.

        A term that too many names contain comes last: walking it would leave some out.
        """
        weighed = self.terms[:TERMS_WEIGHED]
        if len(weighed) < 2:
            return 0
        self._look_up(weighed)
        stretches = [
            [*self._stretches(term, BEGINNING), *self._stretches(term, PART)] for term in weighed
        ]
        found = counts(stretches, enough=ENOUGH_TO_BE_FREQUENT)
        weights = [
            (
                term in self._with_too_many,
                min(count, ENOUGH_TO_BE_FREQUENT),
                -len(term.beginnings[0]),
                position,
            )
            for position, (count, term) in enumerate(zip(found, weighed, strict=True))
        ]
        return min(weights)[-1]

    def _look_up(self, terms: Iterable[Term]) -> None:
        """Learn which words of names contain each of ``terms`` without beginning so."""
        new = [term for term in terms if term not in self._wholes]
        asked = [(term, site, part) for term in new for site in self.sites for part in term.parts]
        ends = [
            NameWord.objects.filter(begins_with(part), site_id=site)
            .order_by("word")
            .values_list("word")[: 2 * MOST_WORDS_WITH_A_PART]
            for _, site, part in asked
        ]
        words = {term: {} for term in new}
        for position, end in in_one_statement(ends):
            term, site, _ = asked[position]
            whole = end.partition(" ")[2]
            if not whole.startswith(term.beginnings):
                words[term][site, whole] = None
        for term, known in words.items():
            if len(known) > MOST_WORDS_WITH_A_PART:
                self._with_too_many.add(term)
            some = list(known)[:MOST_WORDS_WITH_A_PART]
            self._wholes[term] = [Stretch(site, whole, exact=True) for site, whole in some]

    def _hits(self, places: list[Place]) -> list[Hit]:
        patients = (
            Patient.objects.of_own_sites(self.user)
            .standing()
            .with_people()
            .in_bulk({place.row.patient_id for place in places})
        )
        lines = {pk: sort_name(patient) for pk, patient in patients.items()}
        by_former = [one.row for one in places if one.row.line != lines.get(one.row.patient_id)]
        former = self._former(by_former)
        hits: dict[UUID, Hit] = {}
        for place in places:
            row, pk = place.row, place.row.patient_id
            was = former.get(row[1:])
            # Who is found under today's name as well is listed there.
            if pk in lines and not (was and self._all_fit(lines[pk].split())):
                hits.setdefault(pk, Hit(patients[pk], place, was))
        return list(hits.values())

    def _former(self, rows: list[Row]) -> dict:
        """Return the merged records to which ``rows`` belong, by line and whom they lead to."""
        if not rows:
            return {}
        merged = Patient.objects.of_own_sites(self.user).filter(
            merged_into__in={row.patient_id for row in rows}
        )
        return {(sort_name(one), one.merged_into_id): one for one in merged}


def _leads_first(word: str, words: list[str], term: Term, wholes: set[str] | None) -> bool:
    """Tell whether no other of somebody's ``words`` fits ``term`` better than ``word``, or before.

    ``wholes`` are the words that only contain the term; None while beginnings are walked.
    """
    begun = [one for one in words if term.begins(one)]
    if wholes is None:
        return word == min(begun, default=word)
    return not begun and word == min((one for one in words if one in wholes), default=word)


def _is_passed(tier: int, place: Place | None, backwards: bool) -> bool:
    """Tell whether ``place`` lies behind all of ``tier``."""
    if place is None:
        return False
    return tier > place.tier if backwards else tier < place.tier
