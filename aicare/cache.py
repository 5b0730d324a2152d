"""A shared cache that falls back to this process when the server is away.

Sign-in limits then count per process, which is better than not at all, and pages that only look
something up keep working.
"""

import json
import logging
from functools import wraps

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _or_in_this_process(name: str):
    shared, local = getattr(RedisCache, name), getattr(LocMemCache, name)

    @wraps(shared)
    def operation(self, *args, **kwargs):
        try:
            return shared(self, *args, **kwargs)
        except RedisError as error:
            logger.warning("The shared cache is away (%s)", type(error).__name__)
            return local(self.fallback, *args, **kwargs)

    return operation


class JsonSerializer:
    """Values as JSON: whoever can write to the cache server cannot make us run code (no pickle)."""

    def dumps(self, value) -> bytes | int:
        # Plain numbers stay numbers for the server, which counts them itself.
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes):
        return json.loads(data)


class SharedCache(RedisCache):
    """Redis, or this process's memory while Redis does not answer."""

    def __init__(self, server, params):
        options = {"serializer": JsonSerializer, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self.fallback = LocMemCache("shared-cache-away", {})

    add = _or_in_this_process("add")
    get = _or_in_this_process("get")
    set = _or_in_this_process("set")
    touch = _or_in_this_process("touch")
    delete = _or_in_this_process("delete")
    get_many = _or_in_this_process("get_many")
    set_many = _or_in_this_process("set_many")
    delete_many = _or_in_this_process("delete_many")
    has_key = _or_in_this_process("has_key")
    incr = _or_in_this_process("incr")
    clear = _or_in_this_process("clear")
