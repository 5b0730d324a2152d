"""The ward board: who is here, how they are, whose set is due, what an image waits for."""

from patients.ward.board import OnWard, build_board, by_ward, emergency_phone_for
from patients.ward.places import Place, Scope, places_of, scope_of

__all__ = [
    "OnWard",
    "Place",
    "Scope",
    "build_board",
    "by_ward",
    "emergency_phone_for",
    "places_of",
    "scope_of",
]
