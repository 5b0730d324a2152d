"""The pages of ``inference``: reading room, reading list, classifiers."""
