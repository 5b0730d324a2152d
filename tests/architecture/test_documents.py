"""What the documents name is there, and the map of the rooms leaves none out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# A path of ours; folders below training/ are mostly those of the data.
PATH = re.compile(
    r"`((?:aicare|patients|imaging|inference|tests|docs|locale)/[\w./-]*|training/[\w/]+\.\w+)`"
)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
OF_DJANGO = {"management", "migrations", "static", "templates", "templatetags"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_path_that_a_document_names_exists(document):
    text = document.read_text()
    named = [ROOT / path for path in PATH.findall(text)]
    named += [document.parent / path for path in LINK.findall(text)]
    assert [str(path) for path in named if not path.exists()] == []


@pytest.mark.parametrize("app", ["patients", "training"])
def test_every_room_is_on_the_map(app):
    rooms = {path.parent.name for path in (ROOT / app).glob("*/__init__.py")} - OF_DJANGO
    on_the_map = re.findall(r"`(\w+)/`", (ROOT / "docs" / "architecture.md").read_text())
    assert rooms - set(on_the_map) == set()
