"""What the doctor asks Redis, each of the servers where there is a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from redis.exceptions import ResponseError

from ..sessions import RedisStore
from .finding import Finding


def durability(store: RedisStore) -> Iterator[Finding]:
    """Say what of ``store`` may be lost."""
    for node in store.ask(store.nodes):
        name = f"Redis at port {node.connection_pool.connection_kwargs.get('port')}" if store.is_cluster else "Redis"
        yield from _losses(name, store.ask(partial(_look, node)))


def _look(node: Any) -> dict[str, Any]:
    said: dict[str, Any] = node.info("persistence") | node.info("memory")
    # Who rents a Redis may often not ask.
    with suppress(ResponseError):
        said |= node.config_get("appendfsync")
    return said


def _losses(name: str, said: dict[str, Any]) -> Iterator[Finding]:
    if not said["aof_enabled"]:
        yield Finding(f"{name} loses sessions when it is started anew. Set appendonly yes.")
    elif said.get("appendfsync") == "no":
        yield Finding(f"{name} leaves it to the system when its file is synced. Set appendfsync everysec.")
    elif said.get("appendfsync") == "everysec":
        yield Finding(
            f"{name} may lose a second or two when it dies; with appendfsync always, nothing.", is_wrong=False
        )
    if said["maxmemory"] and said["maxmemory_policy"] != "noeviction":
        yield Finding(
            f"{name} throws sessions away when its memory is full ({said['maxmemory_policy']}). "
            "Set maxmemory-policy noeviction."
        )


def clock(store: RedisStore) -> float:
    """Return the time there."""
    seconds, microseconds = store.ask(lambda: store.nodes()[0].time())
    return float(seconds + microseconds / 1_000_000)
