"""Rules that keep a hub's IPv6 among its spokes: it has no way to the internet, and its clients learn so at once.

A client with addresses of both families tries IPv6 first. Without an answer it waits; with a reset it takes IPv4.
"""

from components.rules.lint import MAX_RULE_CHARACTERS

VARIABLE = "IPV6_SPOKES"
NOBODY = ("2001:db8::/128",)
"""Stands in the set while there is no spoke, since AWS wants at least one; nobody has this address (RFC 3849)."""

# Global unicast (RFC 4291), so that NAT64's prefix is none of it; a set of IPv6 alone, since one with IPv4 in it, taken
# away from IPv6, would stand for all of IPv4. Without an alert: every client tries this, and an alarm that always
# sounds is none; the flow log has them. ICMPv6 tells senders of packet sizes (RFC 4890) from addresses of any kind.
_ELSEWHERE = f"[2000::/3,!${VARIABLE}]"
IPV6_INSIDE = (
    f"reject tcp ${VARIABLE} any -> {_ELSEWHERE} any "
    '(msg:"IPv6 to the internet, where a hub has no way to"; flow:to_server; noalert; sid:1101001; rev:1;)\n'
    f"drop ip ${VARIABLE} any -> {_ELSEWHERE} any "
    '(msg:"IPv6 to the internet, where a hub has no way to"; flow:to_server; noalert; sid:1101002; rev:1;)\n'
    f"drop ip {_ELSEWHERE} any -> any any "
    '(msg:"IPv6 of a sender that is no spoke of the hub"; flow:to_server; ip_proto:!58; sid:1101003; rev:1;)\n'
)

_LONGEST_RANGE = len("ffff:ffff:ffff:ff00::/56,")
MAX_SPOKES = (MAX_RULE_CHARACTERS - len(IPV6_INSIDE)) // (2 * _LONGEST_RANGE)
"""How many ranges the set may have: AWS counts each in a rule's characters, as often as the rule names the set."""
