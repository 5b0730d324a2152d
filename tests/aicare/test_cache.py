"""A cache server that is away slows nobody down and breaks nothing."""

import pytest

from aicare.cache import JsonSerializer, SharedCache

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


def test_without_its_server_the_cache_counts_in_this_process():
    cache = SharedCache(NOBODY_LISTENS, {})
    assert cache.get("attempts", 0) == 0
    assert cache.add("attempts", 1)
    assert not cache.add("attempts", 1)
    assert cache.incr("attempts") == 2
    cache.delete("attempts")
    assert cache.get("attempts") is None


@pytest.mark.parametrize("value", [1, True, "text", [1.5, 2.5], {"a": None}])
def test_what_is_kept_comes_back(value):
    serializer = JsonSerializer()
    dumped = serializer.dumps(value)
    assert serializer.loads(str(dumped).encode() if isinstance(dumped, int) else dumped) == value
