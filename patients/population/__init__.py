"""Invented people by the million, to see that the record stays as fast as with a thousand.

Everything follows from a number and a seed: the same call makes the same people.
"""

from patients.population.seeding import Population, seed

__all__ = ["Population", "seed"]
