"""Addresses from config as one rule over an IP set: on a domain list, nothing would ever match them.

The set is a variable of the rule group, so that an address can be added by ``hunts block`` without touching the rule.
"""

from collections.abc import Sequence

from components.rules.lint import MAX_RULE_CHARACTERS

VARIABLE = "DENIED_ADDRESSES"
EMPTY_DENY_ADDRESSES = ("192.0.2.0/32",)
"""Stands in the set while it is empty, since AWS wants at least one; nobody has this address (RFC 5737)."""

# With flow:to_server it is asked of every packet: a rule about addresses alone is asked once a flow, and a connection
# that was there before would go on.
DENY_ADDRESSES = (
    f'drop ip $HOME_NET any -> ${VARIABLE} any (msg:"denied address"; flow:to_server; sid:1100901; rev:1;)\n'
)


def too_long(addresses: Sequence[str]) -> bool:
    """Whether the rule outgrows what AWS takes, which counts every address of the set ("Quotas")."""
    return len(DENY_ADDRESSES) + sum(len(address) + 1 for address in addresses) > MAX_RULE_CHARACTERS
