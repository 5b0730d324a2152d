"""Who calls: the nurse or the clinician of the ward."""

import pytest


@pytest.fixture
def nurse(api, ward):
    api.force_authenticate(ward.nurse)
    return api


@pytest.fixture
def clinician(api, ward):
    api.force_authenticate(ward.clinician)
    return api
