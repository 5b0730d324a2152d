"""What can go wrong in training that a person can mend."""


class TrainingError(Exception):
    """One clear line for the person at the terminal; nothing has been published."""
