"""How each language writes days and times on the ward: month in letters, 24-hour clock."""
