"""A verdict is plain on the card."""

import json

import pytest

from training.gates.verdict import Verdict


def test_a_verdict_survives_being_written_to_the_card():
    verdict = Verdict("leaks", "Do the splits share patients?", True, "No.", (("a", "b"),))
    written = json.loads(json.dumps(verdict.on_card()))
    assert written == {
        "name": "leaks",
        "title": "Do the splits share patients?",
        "passed": True,
        "says": "No.",
        "table": [["a", "b"]],
    }


def test_a_table_with_a_ragged_row_is_refused():
    with pytest.raises(ValueError, match="different lengths"):
        Verdict("leaks", "", True, "", (("a", "b"), ("1",)))
