"""Addresses from config as rules over an IP set: on a domain list, nothing would ever match them.

The set is a variable of the rule group, so that an address can be added by ``hunts block`` without touching a rule.
"""

from collections.abc import Sequence

from components.rules.lint import MAX_RULE_CHARACTERS
from hunts.destinations import forms

VARIABLE = "DENIED_ADDRESSES"
EMPTY_DENY_ADDRESSES = ("192.0.2.0/32",)
"""Stands in the set while it is empty, since AWS wants at least one; nobody has this address (RFC 5737)."""

# With flow:to_server it is asked of every packet: a rule about addresses alone is asked once a flow, and a connection
# that was there before would go on.
DENY_ADDRESSES = (
    f'drop ip $HOME_NET any -> ${VARIABLE} any (msg:"denied address"; flow:to_server; sid:1100901; rev:1;)\n'
)


_REJECT = f'reject tcp $HOME_NET any -> ${VARIABLE} any (msg:"denied address"; flow:to_server; sid:1100902; rev:1;)\n'


def denied_addresses(action: str) -> str:
    """Return the rules for an action: a reset is for TCP alone, so the rest is dropped at `reject` as well."""
    return _REJECT + DENY_ADDRESSES if action == "reject" else DENY_ADDRESSES


def address_set(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return what the set holds for addresses from config: their NAT64 forms too, since the firewall is before the NAT.

    Anything but an address or a range raises ``ValueError``.
    """
    return tuple(dict.fromkeys(form for address in addresses for form in forms(address))) or EMPTY_DENY_ADDRESSES


def too_long(addresses: Sequence[str]) -> bool:
    """Whether the rule outgrows what AWS takes, which counts every address of the set ("Quotas")."""
    return len(DENY_ADDRESSES) + sum(len(each) + 1 for each in address_set(addresses)) > MAX_RULE_CHARACTERS
