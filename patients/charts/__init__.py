"""Signs and scores as small drawings, newest values and where they are heading."""
