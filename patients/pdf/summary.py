"""The summary of a patient on paper: bounded in length, whole in what must not be missed."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aicare.locale_formats import exact_text, moment_text, month_text
from patients.allergies import answers_none_known, real_allergies
from patients.banner import Banner
from patients.charts.directions import Direction
from patients.charts.latest_signs import Figure
from patients.pdf.chart import ChartOnPaper
from patients.pdf.paper import BLACK, GREY, MACHINE, RISKS, SMALL, Identity, Paper
from patients.pdf.words import (
    about,
    allergy_text,
    of_when,
    set_in_words,
    shortened,
    tag_of,
)
from patients.summary.building import PatientSummary
from patients.views.study_cards import StudyCard
from patients.views.time_axis import TimeAxis
from patients.wording import place_words

MOST_ALERTS, MOST_STUDIES, MOST_SETS, MOST_FACTS = 10, 10, 10, 60


def summary_on_paper(
    shown: PatientSummary,
    *,
    banner: Banner,
    figures: Sequence[tuple[Figure, Direction | None]],
    axis: TimeAxis,
    cards: Sequence[StudyCard],
    printed_by: object,
) -> bytes:
    """Return the PDF; where a letter cannot be printed, the first page says so."""
    sheet = _Sheet(shown, banner, printed_by)
    sheet.write(figures, axis, cards)
    if sheet.paper.letters.any_missing:
        sheet = _Sheet(shown, banner, printed_by, letters_are_missing=True)
        sheet.write(figures, axis, cards)
    return bytes(sheet.paper.output())


class _Sheet:
    """One document while it is being written."""

    def __init__(
        self, shown: PatientSummary, banner: Banner, printed_by, letters_are_missing=False
    ):
        self.shown, self.banner, self.now = shown, banner, shown.generated_at
        self.letters_are_missing = letters_are_missing
        identity = Identity(
            name=shown.patient.name,
            about=about(banner),
            site=shown.patient.site.name,
            printed=_("Printed %(when)s by %(name)s")
            % {"when": exact_text(self.now), "name": printed_by},
        )
        self.paper = Paper(identity, title=_("Patient summary"))

    def write(self, figures, axis, cards) -> None:
        self.paper.add_page()
        if self.letters_are_missing:
            self._about_missing_letters()
        self._flags()
        self._allergies()
        self._alerts()
        self._signs(figures)
        self._time_axis(axis)
        self._images(cards)
        self._known()
        self._notes()
        self._contact()
        self._sets()

    def _about_missing_letters(self) -> None:
        number = {"number": self.shown.patient.medical_record_number}
        self.paper.write_box(
            _("Letters are missing here"),
            _(
                "This paper cannot show every letter of the record; ▯ stands for each that is"
                " missing. The record number is %(number)s: read names on the screen."
            ) % number,
        )  # fmt: skip

    def _flags(self) -> None:
        """Write what changes how all else is read."""
        patient = self.shown.patient
        flags = []
        if patient.deceased_at:
            flags.append(_("died %(when)s") % {"when": moment_text(patient.deceased_at)})
        if patient.saturation_scale == 2:
            flags.append(_("SpO₂ target 88–92 %"))
        if patient.pregnancy_status == patient.PregnancyStatus.YES:
            flags.append(_("pregnant"))
        if flags:
            self.paper.write_text(" · ".join(flags), bold=True)

    def _allergies(self) -> None:
        """Write the allergies first of all, and how many are left out if they are very many."""
        real = real_allergies(self.shown.allergies)
        if real:
            said = ", ".join(allergy_text(one) for one in real[:MOST_FACTS])
            title = ngettext("Allergy", "%(count)d allergies", len(real)) % {"count": len(real)}
            self.paper.write_box(title, said, colour=RISKS["high"])
            self._more(len(real) - MOST_FACTS)
            return
        answers = ", ".join(one.display for one in answers_none_known(self.shown.allergies))
        if answers:
            self.paper.write_text(answers)
        else:
            self.paper.write_text(_("No allergies recorded. Not the same as none known."))

    def _alerts(self) -> None:
        alerts = self.shown.alerts
        colours = {"high": RISKS["high"], "warning": RISKS["medium"], "note": GREY}
        for alert in alerts[:MOST_ALERTS]:
            speaks = alert.machine_speaks
            self.paper.write_box(
                " · ".join(filter(None, [_("AI") if speaks else "", alert.title, of_when(alert)])),
                shortened(alert.whole_text),
                colour=MACHINE if speaks else colours[alert.severity],
                dashed=speaks,
            )
        self._more(len(alerts) - MOST_ALERTS)

    def _signs(self, figures) -> None:
        self.paper.write_heading(_("Latest signs"))
        badge, trend = self.banner.badge, self.banner.trend
        said = f"NEWS2 {badge.number}, {badge.word}"
        said += f" · {trend[0]} {trend[1]}" if trend[0] else ""
        said += f" · {badge.note}" if badge.note else ""
        self.paper.write_text(said, bold=True, colour=RISKS.get(badge.risk, BLACK))
        latest = self.shown.latest_vital_signs
        if latest is None:
            self.paper.write_text(_("No set has been recorded yet."))
            return
        self.paper.write_text(" · ".join(self._moments(latest)))
        head = (_("Sign"), _("Value"), _("Points"), _("Before"), _("Measured"))
        rows = [self._figure(one, heading) for one, heading in figures]
        # Where every value is of the newest set, the line above says when.
        if any(one.older for one, _heading in figures):
            self.paper.write_table((0.17, 0.24, 0.09, 0.34, 0.16), head, rows)
        else:
            self.paper.write_table((0.17, 0.3, 0.09, 0.44), head[:4], [row[:4] for row in rows])

    def _moments(self, latest) -> Iterator[str]:
        """Yield when the newest set was taken and by whom, and when the next one is due."""
        when = {"time": moment_text(latest.measured_at), "name": latest.recorded_by}
        yield _("%(time)s by %(name)s") % when
        warning = self.shown.early_warning
        if warning and warning.next_due_at:
            due = moment_text(warning.next_due_at)
            if warning.overdue:
                yield _("was due %(time)s") % {"time": due}
            else:
                yield _("next set %(due)s") % {"due": due}

    def _figure(self, one: Figure, heading: Direction | None) -> tuple:
        gap = "" if one.unit.startswith("/") else " "
        value = f"{one.value}{gap}{one.unit}".strip() if one.value else _("not measured")
        before = f"{heading.arrow} {heading.words}".strip() if heading else ""
        if heading and heading.is_of_long_ago:
            before += f" ({moment_text(heading.before.measured_at)})"
        older = moment_text(one.older.measured_at) if one.older else ""
        return one.label, f"{value} {one.note}".strip(), one.points, before, older

    def _time_axis(self, axis: TimeAxis) -> None:
        if axis.wide:
            self.paper.write_heading(_("Score and images over time"))
            ChartOnPaper(self.paper, axis.wide).draw()
            self.paper.write_text(" · ".join(_legend(axis)), size=SMALL, colour=GREY)
        if self.shown.concordance:
            self.paper.write_heading(_("Signs and images do not fit together"))
        for note in self.shown.concordance:
            self.paper.write_box(f"{note.letter}  {note.title}", shortened(note.text))

    def _images(self, cards: Sequence[StudyCard]) -> None:
        shown = cards[:MOST_STUDIES]
        groups = (
            (_("Images waiting for a person"), [card for card in shown if not card.is_read]),
            (_("Images read and signed"), [card for card in shown if card.is_read]),
        )
        for title, group in groups:
            if group:
                self.paper.write_heading(title)
            for card in group:
                self._image(card)
                self.paper.ln(1.2)
        if len(cards) > MOST_STUDIES or self.shown.has_older_studies:
            self.paper.write_text(_("There are older images."), size=SMALL, colour=GREY)

    def _image(self, card: StudyCard) -> None:
        study = card.study
        self.paper.write_fact(
            shortened(" · ".join(filter(None, [str(study), study.description]))),
            moment_text(study.started_at),
        )
        for voice in card.voices:
            for said in voice.said:
                self.paper.write_statement(said.voice, tag_of(said.voice), shortened(said.text))
            for text in filter(None, (voice.below, voice.cautions)):
                self.paper.write_text(shortened(text), size=SMALL, colour=GREY)

    def _known(self) -> None:
        self._facts(_("Problems"), self.shown.conditions)
        self._facts(_("Medication"), self.shown.medications)

    def _facts(self, title: str, facts: Sequence) -> None:
        self.paper.write_heading(title)
        for fact in facts[:MOST_FACTS]:
            since = ""
            if fact.started_on:
                since = _("since %(month)s") % {"month": month_text(fact.started_on)}
            beside = " ".join(filter(None, [getattr(fact, "dosage", ""), since]))
            self.paper.write_fact(fact.display, beside)
        if not facts:
            self.paper.write_text(_("None recorded"), colour=GREY)
        self._more(len(facts) - MOST_FACTS)

    def _notes(self) -> None:
        if self.shown.notes:
            self.paper.write_heading(_("Newest notes"))
        for note in self.shown.notes:
            self.paper.write_text(
                f"{note.get_kind_display()}, {moment_text(note.written_at)}, {note.written_by}",
                size=SMALL,
                colour=GREY,
            )
            self.paper.write_text(shortened(note.text))

    def _contact(self) -> None:
        patient, stay = self.shown.patient, self.shown.encounter
        self.paper.write_heading(_("Stay and contact"))
        self.paper.write_fact(patient.name, patient.medical_record_number)
        if stay:
            since = {"time": moment_text(stay.started_at)}
            self.paper.write_fact(place_words(stay), _("since %(time)s") % since)
        else:
            self.paper.write_fact(_("Not admitted."))
        who = ", ".join(
            filter(None, [patient.emergency_contact_name, patient.emergency_contact_relationship])
        )
        if who or patient.emergency_contact_phone:
            self.paper.write_fact(who or _("Emergency contact"), patient.emergency_contact_phone)
        else:
            self.paper.write_fact(_("No emergency contact"))

    def _sets(self) -> None:
        newest = self.shown.trend[:MOST_SETS]
        if len(newest) < 2:
            return
        self.paper.write_heading(_("Newest sets"))
        head = (_("Measured"), "NEWS2", _("Signs"))
        rows = [(moment_text(one.measured_at), *set_in_words(one)) for one in newest]
        self.paper.write_table((0.18, 0.18, 0.64), head, rows)

    def _more(self, count: int) -> None:
        if count > 0:
            said = ngettext(
                "and %(count)d more: see the record", "and %(count)d more: see the record", count
            )
            self.paper.write_text(said % {"count": count}, size=SMALL, colour=GREY)


def _legend(axis: TimeAxis) -> Iterator[str]:
    """Yield what the marks of the drawing mean."""
    if axis.wide.ranges:
        yield f"¦ {_('incomplete set: what the score can be')}"
    yield from (f"{mark} {words}" for _voice, mark, words in axis.legend)
    if axis.is_thinned:
        yield _("Many sets: the highest score of each stretch of time is drawn.")
