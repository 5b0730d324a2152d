"""Trends as JSON: every sign as few points that keep its extremes, with the bands of the score."""

from rest_framework import serializers

from patients.rest_fields import MeasurementField


class BandSerializer(serializers.Serializer):
    """Values that score the same; null where there is no bound on that side."""

    low = MeasurementField(allow_null=True)
    high = MeasurementField(allow_null=True)
    points = serializers.IntegerField()


class BandsSerializer(serializers.Serializer):
    """The bands of a sign under one condition."""

    saturation_scale = serializers.IntegerField(
        allow_null=True, help_text="null: whatever the scale"
    )
    on_supplemental_oxygen = serializers.BooleanField(
        allow_null=True, help_text="null: with and without oxygen"
    )
    bands = BandSerializer(many=True)


class PointSerializer(serializers.Serializer):
    """One set, or several as the lowest and the highest of them."""

    measured_at = serializers.DateTimeField(help_text="When the first of the sets was measured")
    until = serializers.DateTimeField(help_text="When the last of them was measured")
    sets = serializers.IntegerField(help_text="How many sets the point stands for, with any sign")
    value = MeasurementField(
        allow_null=True, help_text="The value, where all sets of the point have the same"
    )
    min = MeasurementField()
    max = MeasurementField()


class TrendSerializer(serializers.Serializer):
    """One sign over time; points without a value of it are left out."""

    field = serializers.CharField()
    display = serializers.CharField()
    unit = serializers.CharField(help_text="UCUM; empty where there is none")
    loinc = serializers.ListField(child=serializers.CharField())
    scored_by = BandsSerializer(many=True)
    points = PointSerializer(many=True)


class TrendsSerializer(serializers.Serializer):
    """All signs of a stretch of time."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    sets = serializers.IntegerField(help_text="How many sets were measured in this time")
    thinned = serializers.BooleanField(
        help_text="Whether a point may stand for several sets; every set is in the list of sets"
    )
    seconds_per_point = serializers.IntegerField(
        allow_null=True, help_text="The stretch of time of one point; null when not thinned"
    )
    levels = serializers.ListField(
        child=serializers.CharField(),
        help_text="What 0, 1, 2 … mean in the series of consciousness",
    )
    series = TrendSerializer(many=True)
