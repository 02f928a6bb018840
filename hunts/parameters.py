"""From what the user typed to values that can be bound: every parameter has a kind, and a kind admits little."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from hunts.errors import HuntError
from hunts.model import Hunt, Parameter, Question, Scalar
from hunts.window import Window, seconds

PRIVATE = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10"
"""Where workloads live when the stack doesn't say."""

Plausible = TypeVar("Plausible", int, float)

_MOST = 1_000_000_000
"""More than any count, length or share that a hunt compares with; keeps infinities and numbers that are none out."""

_TEXT = re.compile(r"[\w .,:/*@-]{0,200}")


def question(hunt: Hunt, given: Mapping[str, str], window: Window, home: str = PRIVATE) -> Question:
    """Return the hunt with `given` parameters (the defaults for the others) bound to the window.

    `home` is a comma-separated list of the workloads' networks; queries know it as `:home`, a regular expression.
    """
    unknown = sorted(set(given) - {parameter.name for parameter in hunt.parameters})
    if unknown:
        known = ", ".join(parameter.name for parameter in hunt.parameters) or "none"
        raise HuntError(f"hunt {hunt.name} has no parameter {', '.join(unknown)}; it has {known}")
    values: dict[str, Scalar] = {"home": networks(home), "start": window.start, "end": window.end}
    for parameter in hunt.parameters:
        values[parameter.name] = value(parameter, given.get(parameter.name, parameter.default))
    return Question(hunt, values, window, window.start - int(values.get("baseline", 0)))


def value(parameter: Parameter, text: str) -> Scalar:
    """Return `text` as the parameter's kind wants it: number, seconds, networks as a regular expression, text."""
    try:
        match parameter.kind:
            case "integer":
                return _plausible(int(text))
            case "number":
                return _plausible(float(text))
            case "duration":
                return seconds(text)
            case "networks":
                return networks(text)
            case "text":
                return _plain(text)
    except ValueError as error:
        raise HuntError(f"--set {parameter.name}={text}: not a value of kind {parameter.kind} ({error})") from None


def _plausible(number: Plausible) -> Plausible:
    if not 0 <= number < _MOST:
        raise ValueError(f"from 0 to less than {_MOST:,}")
    return number


def _plain(text: str) -> str:
    if not _TEXT.fullmatch(text):
        raise ValueError("letters, digits and . , : / * @ - _ are allowed")
    return text


def networks(text: str) -> str:
    """Return a regular expression for the addresses in a comma-separated list of networks, as the logs write them.

    Works on text because that is what both query languages and Logs Insights have in common. IPv6 networks must end
    on a multiple of four bits; the views have IPv6 addresses in full, as Suricata writes them.
    """
    patterns = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        try:
            net = ipaddress.ip_network(item)
        except ValueError as error:
            raise HuntError(f"{item!r} is no network: {error}") from None
        patterns.append(_ipv4(net) if isinstance(net, ipaddress.IPv4Network) else _ipv6(net))
    if not patterns:
        raise HuntError("the list of networks is empty: give at least one, for instance 10.0.0.0/8")
    return f"^({'|'.join(patterns)})"


def _ipv4(net: ipaddress.IPv4Network) -> str:
    octets: Sequence[int] = list(net.network_address.packed)
    whole, rest = divmod(net.prefixlen, 8)
    fixed = "".join(f"{octet}[.]" for octet in octets[:whole])
    if whole == len(octets):
        return fixed.removesuffix("[.]") + "$"
    if not rest:
        return fixed
    first = octets[whole]
    choices = "|".join(str(octet) for octet in range(first, first + (1 << (8 - rest))))
    return f"{fixed}({choices})" + ("[.]" if whole < len(octets) - 1 else "$")


def _ipv6(net: ipaddress.IPv6Network) -> str:
    if net.prefixlen % 4:
        raise HuntError(f"{net}: an IPv6 network must end on a multiple of 4 bits")
    digits = net.network_address.exploded.replace(":", "")[: net.prefixlen // 4]
    return ":".join(digits[at : at + 4] for at in range(0, len(digits), 4))
