"""What was changed in a record as JSON."""

from rest_framework import serializers

from patients.history.of_record import MERGE_UNDONE, MERGED, MERGES, TABLES
from patients.history.of_row import CHANGED, CORRECTED, IN_ERROR, RECORDED
from patients.serializers.people import PersonSerializer

# Columns that the API calls otherwise.
NAMES = {"encounter_class": "class"}


class ChangeSerializer(serializers.Serializer):
    """One field before and after; null where there was nothing."""

    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)

    def to_representation(self, change):
        return {
            "field": NAMES.get(change.field, change.field),
            "before": _as_json(change.before),
            "after": _as_json(change.after),
        }


class HistoryEntrySerializer(serializers.Serializer):
    """One act: when, by whom, on which row, why, and what it altered."""

    at = serializers.DateTimeField()
    by = PersonSerializer(allow_null=True)
    resource = serializers.ChoiceField(
        source="kind", choices=[*TABLES, MERGES], help_text="As in the address of the row"
    )
    row = serializers.UUIDField(source="row.pk")
    version = serializers.IntegerField(help_text="The version that the row had afterwards")
    act = serializers.ChoiceField(
        choices=[RECORDED, CHANGED, CORRECTED, IN_ERROR, MERGED, MERGE_UNDONE]
    )
    reason = serializers.CharField()
    changes = ChangeSerializer(many=True)


class HistoryPageSerializer(serializers.Serializer):
    """A page of the history, newest first."""

    next = serializers.CharField(
        allow_null=True, help_text="The address of the page before in time, null on the last"
    )
    results = HistoryEntrySerializer(many=True)


def _as_json(value):
    """Return a column's value as the rest of the API shows it."""
    if value in ("", None):
        return None
    if isinstance(value, bool | int | str | list | dict):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return _number_or_text(value)


def _number_or_text(value):
    try:
        return int(value) if value == value.to_integral_value() else float(value)
    except AttributeError:
        return str(value)
