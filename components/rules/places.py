"""Rules about where a name or an address belongs: AWS's categories of domains, and countries. Standard library only.

Both are answered from databases that AWS keeps; stock Suricata has neither, so on a laptop such rules are told as not
evaluated. Source: Network Firewall Developer Guide, "URL and Domain Category Filtering" and "Geographic IP filtering".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CATEGORIES = (
    *("Abortion", "Adult and Mature Content", "Artificial Intelligence and Machine Learning", "Arts and Culture"),
    *("Business and Economy", "Career and Job Search", "Child Abuse", "Command and Control"),
    *("Criminal and Illegal Activities", "Cryptocurrency", "Dating", "Education", "Email", "Entertainment"),
    *("Family and Parenting", "Fashion", "Financial Services", "Food and Dining", "For Kids", "Gambling"),
    *("Government and Legal", "Hacking", "Health", "Hobbies and Interest", "Home and Garden", "Lifestyle"),
    *("Malicious", "Malware", "Marijuana", "Military", "News", "Online Ads", "Parked Domains", "Pets", "Phishing"),
    *("Private IP Address", "Proxy Avoidance", "Real Estate", "Redirect", "Religion", "Search Engines and Portals"),
    *("Science", "Shopping", "Social Networking", "Spam", "Sports and Recreation", "Technology and Internet"),
    *("Translation", "Travel", "Vehicles", "Violence and Hate Speech"),
)
"""What `aws_domain_category` takes, as AWS writes it."""

_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
    "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2; AWS refuses a code that is none."""

COUNTRIES_A_RULE = 60
"""Suricata's keyword takes 64 (`GEOOPTION_MAXLOCATIONS`)."""

_FIRST_COUNTRY_SID = 1101001
_FIRST_CATEGORY_SID = 1101101


def denied_countries(countries: Sequence[str], action: str) -> str:
    """Return rules that let nothing out to addresses of these countries; a reset is for TCP alone."""
    lines = []
    sid = _FIRST_COUNTRY_SID
    for some in _batches(countries, COUNTRIES_A_RULE):
        for verb, protocol in (("reject", "tcp"), ("drop", "ip")) if action == "reject" else (("drop", "ip"),):
            # With flow:to_server it is asked of every packet, as for denied addresses.
            lines.append(
                f'{verb} {protocol} $HOME_NET any -> $EXTERNAL_NET any (msg:"denied country"; geoip:dst,'
                f"{','.join(some)}; flow:to_server; sid:{sid}; rev:1;)\n"
            )
            sid += 1
    return "".join(lines)


def category_rules(categories: Mapping[str, str]) -> str:
    """Return two rules for each category, by TLS server name and HTTP host, each at its level."""
    lines = []
    for category, level in categories.items():
        # A number that follows from the category, whichever others are chosen: records of years stay comparable.
        sid = _FIRST_CATEGORY_SID + 2 * CATEGORIES.index(category)
        lines += [
            f'{level} {protocol} $HOME_NET any -> $EXTERNAL_NET any (msg:"domain category: {category}"; '
            f"aws_domain_category:{category}; flow:to_server, established; sid:{sid + offset}; rev:1;)\n"
            for offset, protocol in enumerate(("tls", "http"))
        ]
    return "".join(lines)


def _batches(items: Sequence[str], size: int) -> list[Sequence[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
