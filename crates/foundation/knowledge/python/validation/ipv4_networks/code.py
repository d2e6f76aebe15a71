"""Validate IPv4 addresses and work with CIDR blocks."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError


@dataclass(frozen=True)
class NetworkInfo:
    """The usual facts about a network; ``hosts`` is the number of usable addresses."""

    network: str
    netmask: str
    first: str
    last: str
    hosts: int
    private: bool


def is_ipv4(text: str) -> bool:
    """Return whether ``text`` is an IPv4 address in dotted form."""
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def _network(cidr: str, strict: bool) -> IPv4Network:
    """Return the network written as ``cidr``; raise ValueError with a clear reason."""
    if "/" not in cidr:
        raise ValueError(f"{cidr!r} has no prefix length such as /24")
    try:
        return IPv4Network(cidr, strict=strict)
    except (AddressValueError, NetmaskValueError) as error:
        raise ValueError(f"malformed network {cidr!r}: {error}") from None
    except ValueError:
        wanted = IPv4Network(cidr, strict=False)
        raise ValueError(f"{cidr!r} has host bits set; did you mean {wanted}?") from None


def describe_network(cidr: str, strict: bool = True) -> NetworkInfo:
    """Return the facts about a block such as ``192.168.1.0/24``.

    With ``strict`` off, an address inside the block may stand for the block. The network and
    broadcast addresses are not usable, except in blocks of one or two addresses.
    """
    network = _network(cidr, strict)
    small = network.prefixlen >= 31
    return NetworkInfo(
        network=str(network),
        netmask=str(network.netmask),
        first=str(network[0 if small else 1]),
        last=str(network[-1 if small else -2]),
        hosts=network.num_addresses - (0 if small else 2),
        private=network.is_private,
    )


def contains(cidr: str, address: str) -> bool:
    """Return whether ``address`` lies in the block; raise ValueError if either is malformed."""
    return IPv4Address(address) in _network(cidr, strict=True)


def most_specific(blocks: Iterable[str], address: str) -> str | None:
    """Return the smallest of the ``blocks`` that contain ``address``, or None."""
    matching = [block for block in blocks if contains(block, address)]
    return max(matching, key=lambda block: _network(block, True).prefixlen, default=None)
