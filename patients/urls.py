"""The pages of ``patients``."""

from django.urls import path, register_converter

from patients.history.of_record import TABLES
from patients.views import (
    board,
    break_glass,
    facts,
    history,
    merging,
    notes,
    people,
    sets,
    signs,
    stays,
    studies,
    summary,
    summary_pdf,
    trends,
)


class FactKind:
    """The kinds of facts that have pages."""

    regex = "|".join(facts.KINDS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Table(FactKind):
    """The tables of a record whose rows have a history."""

    regex = "|".join(TABLES)


register_converter(FactKind, "fact")
register_converter(Table, "table")

RECORD = "patients/<uuid:patient_id>/"

app_name = "patients"
urlpatterns = [
    path("ward/", board.ward, name="ward"),
    path("ward/own/", board.own_ward, name="own_ward"),
    path("break-glass/", break_glass.openings, name="break_glass_openings"),
    path("break-glass/find/", break_glass.find, name="break_glass_find"),
    path("break-glass/open/", break_glass.open_found, name="break_glass_open"),
    path("break-glass/<uuid:grant_id>/", break_glass.judge, name="break_glass_opening"),
    path("break-glass/<uuid:grant_id>/close/", break_glass.close, name="break_glass_close"),
    path("patients/", people.patients, name="list"),
    path("patients/new/", people.new_patient, name="new"),
    path(RECORD, summary.summary, name="summary"),
    path(f"{RECORD}summary.pdf", summary_pdf.summary_pdf, name="summary_pdf"),
    path(f"{RECORD}edit/", people.change, name="edit"),
    path(f"{RECORD}merge/", merging.merge, name="merge"),
    path(f"{RECORD}merges/<uuid:merge_id>/undo/", merging.undo, name="undo_merge"),
    path(f"{RECORD}vital-signs/", sets.sets, name="vital_signs"),
    path(f"{RECORD}vital-signs/new/", signs.record, name="record_vital_signs"),
    path(f"{RECORD}vital-signs/score/", signs.score, name="running_score"),
    path(f"{RECORD}vital-signs/<uuid:set_id>/correct/", signs.correct, name="correct_vital_signs"),
    path(
        f"{RECORD}vital-signs/<uuid:set_id>/withdraw/", signs.withdraw, name="withdraw_vital_signs"
    ),
    path(f"{RECORD}trends/", trends.trends, name="trends"),
    path(f"{RECORD}vital-signs.csv", trends.export, name="vital_signs_csv"),
    path(f"{RECORD}observation-chart/", trends.observation_chart, name="observation_chart"),
    path(f"{RECORD}studies/", studies.studies, name="studies"),
    path(f"{RECORD}admit/", stays.admit, name="admit"),
    path(f"{RECORD}move/", stays.move, name="move"),
    path(f"{RECORD}discharge/", stays.discharge, name="discharge"),
    path(f"{RECORD}encounters/", stays.encounters, name="encounters"),
    path(
        f"{RECORD}encounters/<uuid:encounter_id>/withdraw/",
        stays.withdraw,
        name="withdraw_encounter",
    ),
    path(f"{RECORD}encounters/<uuid:encounter_id>/reopen/", stays.reopen, name="reopen_encounter"),
    path(f"{RECORD}notes/", notes.notes, name="notes"),
    path(f"{RECORD}notes/new/", notes.new_note, name="new_note"),
    path(f"{RECORD}notes/<uuid:note_id>/", notes.one_note, name="note"),
    path(f"{RECORD}notes/<uuid:note_id>/correct/", notes.correct, name="correct_note"),
    path(f"{RECORD}notes/<uuid:note_id>/withdraw/", notes.withdraw, name="withdraw_note"),
    path(f"{RECORD}record/", facts.record, name="record"),
    path(f"{RECORD}history/", history.history, name="history"),
    path(f"{RECORD}history/<table:kind>/<uuid:row_id>/", history.row_history, name="row_history"),
    path(f"{RECORD}<fact:kind>/new/", facts.new_fact, name="new_fact"),
    path(f"{RECORD}<fact:kind>/<uuid:fact_id>/change/", facts.change, name="change_fact"),
    path(f"{RECORD}<fact:kind>/<uuid:fact_id>/end/", facts.end_fact, name="end_fact"),
]
