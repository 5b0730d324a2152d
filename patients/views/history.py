"""What was changed in a record: by whom, when, why, and what it was before."""
