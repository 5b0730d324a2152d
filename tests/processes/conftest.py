"""One installation for all process tests that leave it as they found it."""

import pytest

from tests.processes.stack import running


@pytest.fixture(scope="session")
def running_stack():
    """A healthy installation with the demo ward. Kill what you like; what you kill comes back."""
    with running() as stack:
        yield stack
