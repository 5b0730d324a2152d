"""Opening a record of another site in an emergency: found, marked, looked at afterwards."""
