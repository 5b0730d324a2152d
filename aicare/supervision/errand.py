"""What the herald is told by the process that starts it, over its standard input."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Errand:
    """Which programs to wait for, how to reach them, and what to say then."""

    parent: int
    programs: tuple[str, ...]
    port: int
    data: str
    redis_url: str
    address: str
    log_ins: str
    farewell: str

    def as_json(self) -> str:
        return json.dumps(asdict(self))
