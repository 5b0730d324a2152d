"""Spanish, which writes months small: "20 nov 2026, 10:31"."""

DATE_FORMAT = "j b Y"
MONTH_DAY_FORMAT = "j b"
YEAR_MONTH_FORMAT = "b Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j b Y, H:i"
