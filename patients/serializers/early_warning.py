"""How a patient stands, as JSON."""

from rest_framework import serializers

from patients.models import VitalSigns


class LaterIncompleteSerializer(serializers.Serializer):
    """The newest partial set after the newest complete one."""

    id = serializers.UUIDField()
    score_min = serializers.IntegerField()
    score_max = serializers.IntegerField()
    risk_min = serializers.ChoiceField(choices=VitalSigns.Risk.choices)
    missing = serializers.ListField(child=serializers.CharField())
    measured_at = serializers.DateTimeField()


class EarlyWarningSerializer(serializers.Serializer):
    """Score of the newest complete set, risk of it and of what was measured since, due time."""

    score = serializers.IntegerField(allow_null=True)
    score_min = serializers.IntegerField(allow_null=True)
    score_max = serializers.IntegerField(allow_null=True)
    risk = serializers.ChoiceField(choices=VitalSigns.Risk.choices)
    risk_given_by = serializers.UUIDField(
        source="decisive.id", help_text="The set that gives the risk; not always the newest"
    )
    missing = serializers.ListField(child=serializers.CharField())
    measured_at = serializers.DateTimeField(help_text="Of the set that gives the score")
    last_measured_at = serializers.DateTimeField(
        source="latest.measured_at", help_text="Of the newest set of any kind"
    )
    next_due_at = serializers.DateTimeField(
        allow_null=True,
        help_text="null where the score does not apply, after death and after discharge",
    )
    overdue = serializers.BooleanField()
    rule = serializers.CharField()
    previous_score = serializers.IntegerField(allow_null=True)
    not_applicable_because = serializers.CharField(
        help_text="under_16_years, age_unknown, pregnant, or empty"
    )
    later_incomplete = LaterIncompleteSerializer(allow_null=True)
