"""The report: one self-contained HTML file to read on a screen or on paper."""

from pathlib import Path

from django.template.loader import render_to_string

from training.evaluation.contents import Page
from training.evaluation.plain_page import PlainPage
from training.evaluation.sections import sections_of
from training.whole_files import write_whole

TEMPLATE = "training/report.html"


def write_page(path: Path, page: Page | PlainPage) -> None:
    """Write the report to ``path``, beside its place first: there is a whole page or none."""
    sections = page.sections if isinstance(page, PlainPage) else sections_of(page)
    write_whole(path, render_to_string(TEMPLATE, {"page": page, "sections": sections}))
