"""What stands in for the contents of AWS's managed rule groups and domain lists, which AWS publishes to nobody.

Each knows one name of its own below a reserved domain, and all below that, so that its rows can be seen working:
MalwareDomains knows `malwaredomains.managed.example`. Nothing else of what AWS has in them is here.
"""

from components.rules.syntax import Rule, parse_rules

_LIST = "AWSManagedDomains"
_ORDERS = ("StrictOrder", "ActionOrder")
_TEXT = """\
drop tls $HOME_NET any -> $EXTERNAL_NET any (msg:"stand-in for {group}"; tls.sni; dotprefix; content:".{domain}"; \
nocase; endswith; flow:to_server, established; priority:1; sid:1; rev:1;)
drop http $HOME_NET any -> $EXTERNAL_NET any (msg:"stand-in for {group}"; http.host; dotprefix; content:".{domain}"; \
endswith; flow:to_server, established; priority:1; sid:2; rev:1;)
"""


def stand_in(name: str) -> str:
    """Return the name that stands for what a managed rule group or domain list holds."""
    for order in _ORDERS:
        name = name.removesuffix(order)
    return f"{name.removeprefix(_LIST).lower()}.managed.example"


def group_rules(name: str) -> list[Rule]:
    """Return the rules that stand for a managed group's."""
    return parse_rules(_TEXT.format(group=name, domain=stand_in(name)))


def listed_domains(name: str) -> tuple[str, ...]:
    """Return the entries of a managed domain list of DNS Firewall."""
    return stand_in(name), f"*.{stand_in(name)}"
