"""The pages about patients: fetch what the user may see, validate, call one service, answer."""
