"""Who opens the pages of the record: the browser of a test (``client``), signed in as one."""

import pytest


@pytest.fixture
def nurse(client, ward):
    client.force_login(ward.nurse)
    return client


@pytest.fixture
def clinician(client, ward):
    client.force_login(ward.clinician)
    return client


@pytest.fixture
def stranger(client, ward):
    """A clinician of another site."""
    client.force_login(ward.stranger)
    return client
