"""Every address of the site, read from the URLconf."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One address: its pattern, the names of its variable parts and the view behind it."""

    pattern: str
    view: object

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(PLACE.findall(self.pattern))

    @property
    def is_rest(self) -> bool:
        """Programs speak to it: it answers in JSON and knows every method of REST."""
        return hasattr(self.view, "cls")

    def address(self, values: dict) -> str:
        """Return the address with ``values`` in its variable parts."""
        return "/" + PLACE.sub(lambda part: str(values[part[1]]), self.pattern)


def routes() -> dict[str, Route]:
    """Return every route by its pattern; one that is mounted twice is one."""
    return {route.pattern: route for route in _walk(get_resolver(), "")}


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        whole = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, whole)
        else:
            yield Route(whole, pattern.callback)
