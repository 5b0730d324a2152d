"""One row of the table that ``make bench`` prints."""


def row(what: str, ours: float, theirs: float, unit: str) -> None:
    print(f"| {what} | {ours:.2f} {unit} | {theirs:.2f} {unit} | {ours / theirs:.2f} |", flush=True)
