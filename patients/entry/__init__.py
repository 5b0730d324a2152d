"""The form of one set: its rows, its questions, its score while it is typed."""
