"""Addresses: the network that a request comes from, for limits and logs."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

#: What stands for an address that is none, as from a socket file or a proxy that makes one up.
UNKNOWN = "unknown"


def network(v4: int, v6: int) -> str:
    """Return the network that the request comes from: the first ``v4`` or ``v6`` bits of the address."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    bits = v6 if isinstance(address, IPv6Address) else v4
    if bits == address.max_prefixlen:
        return str(address)
    return str(ip_network((address, bits), strict=False))
