"""Addresses: the network that a request comes from, for limits and logs."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from . import current

#: What stands for an address that is none, as from a socket file or a proxy that makes one up.
UNKNOWN = "unknown"


def network(v4: int, v6: int) -> str:
    """Return the network that the request comes from: the first ``v4`` or ``v6`` bits of the address."""
    return _network(current.request().remote_addr or "", v4, v6)


# Keyed by all that it depends on: to parse the address took a fiftieth of a POST.
@lru_cache(maxsize=1024)
def _network(text: str, v4: int, v6: int) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    bits = v6 if isinstance(address, IPv6Address) else v4
    if bits == address.max_prefixlen:
        return str(address)
    return str(ip_network((address, bits), strict=False))
