"""Documents on paper: loaded with the first one asked for, not with the web process."""
