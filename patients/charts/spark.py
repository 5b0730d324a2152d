"""The line below each sign on the summary, as numbers."""

from collections.abc import Sequence

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 100, 26, 3
MOST_IN_SPARK = 12


def draw_spark(values: Sequence) -> str:
    """Return the points of a line through the newest values (oldest first), or nothing for one."""
    shown = [float(value) for value in values[-MOST_IN_SPARK:]]
    if len(shown) < 2:
        return ""
    low, high = min(shown), max(shown)
    spread = high - low or 1
    room = SPARK_HEIGHT - 2 * SPARK_MARGIN
    step = SPARK_WIDTH / (len(shown) - 1)

    def y(value):
        share = (value - low) / spread if high > low else 0.5
        return SPARK_HEIGHT - SPARK_MARGIN - share * room

    return " ".join(
        f"{round(number * step, 1)},{round(y(value), 1)}" for number, value in enumerate(shown)
    )
