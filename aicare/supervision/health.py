"""Ask a running process whether it does its work."""

import http.client
import json

import redis
from celery import Celery

SECONDS = 2.0


def web_is_healthy(port: int) -> bool:
    """Tell whether the site answers, and reaches its database."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/health/")
        response = connection.getresponse()
        return response.status == 200 and json.load(response)["status"] == "ok"
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def broker_is_healthy(redis_url: str) -> bool:
    client = redis.Redis.from_url(redis_url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    try:
        return client.ping()
    except redis.RedisError:
        return False
    finally:
        client.close()


def worker_is_healthy(broker_url: str, *, name: str | None = None) -> bool:
    """Tell whether a worker (the one called ``name``) answers over the broker."""
    app = Celery("health", broker=broker_url, set_as_current=False)
    app.conf.broker_transport_options = {"socket_timeout": SECONDS}
    try:
        return bool(app.control.ping(destination=name and [name], timeout=SECONDS, limit=1))
    except (OSError, app.connection_for_write().connection_errors):
        return False
