"""A third set, a row a technique: by what is done in the field, and not by what the rules look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hunts.folds.domains import domain_of

from . import benign, malicious, rows
from .fleet import FIRST, HOUR, START, Family, Fleet

ROLES = {"web": 40, "app": 44, "batch": 16, "db": 5, "mail": 1, "ci": 1, "monitor": 1, "bastion": 1}
LETTERS, DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"

BEACONS: Sequence[tuple[float, float, dict[str, Any]]] = (
    (50, 0.3, {}),
    (95, 0.05, {"port": 80, "app": "http"}),
    (150, 0.5, {}),
    (240, 0.45, {}),
    (330, 0.2, {"app": "quic"}),
    (600, 0.15, {"port": 8443}),
    (1500, 0.3, {}),
    (2400, 0.1, {}),
)
"""Seconds, jitter, and how."""

CALLS: Sequence[tuple[str, str, int, dict[str, Any]]] = (
    ("tls-without-sni", "", 7, {}),
    ("tls-without-sni", "", 2, {"out": 4e6, "lasts": 90}),
    ("tls-without-sni", "", 1, {"back": 3e6}),
    ("tls-without-sni", "", 12, {"port": 8443}),
    ("tls-on-odd-ports", "", 4, {"port": 10443, "alert": False}),
    ("tls-on-odd-ports", "", 3, {"port": 4433, "alert": False}),
    ("tls-on-odd-ports", "", 6, {"port": 2222, "alert": False}),
    ("tls-on-odd-ports", "", 5, {"port": 9443, "app": "quic", "proto": "UDP", "alert": False}),
    ("stranger-on-443", "", 3, {"app": "ssh"}),
    ("stranger-on-443", "", 2, {"app": "rdp", "lasts": 900}),
    ("stranger-on-443", "", 5, {"app": "failed", "out": 60_000}),
    ("stranger-on-443", "", 1, {"app": "smb"}),
    ("stranger-on-443", "", 2, {"app": "telnet"}),
    ("outside-resolvers", "", 9, {"port": 53, "app": "dns", "proto": "UDP", "alert": False, "packets": (1, 1)}),
    ("outside-resolvers", "", 4, {"port": 853, "alert": False}),
    ("outside-resolvers", "", 3, {"port": 5300, "app": "dns", "alert": False}),
    ("outside-resolvers", "8.8.4.4", 5, {}),
    ("forged-sni", "monitoring.eu-west-1.amazonaws.com", 5, {}),
    ("forged-sni", "mirror.distribution.example", 2, {"out": 9e6}),
    ("forged-sni", "updates.neverasked.example", 6, {}),
    ("forged-sni", "api.amber.example", 4, {"app": "quic"}),
    ("long-connections", "", 1, {"lasts": 5 * HOUR, "alert": False, "app": "failed", "port": 4000}),
    ("long-connections", "", 1, {"lasts": 5 * HOUR, "alert": False, "app": "ssh", "port": 22}),
    ("long-connections", "", 1, {"lasts": 4 * HOUR, "alert": False, "app": "unknown", "port": 1194, "proto": "UDP"}),
)
"""Hunt, the name that is claimed or the address, how often, and how: each from a new victim."""

TUNNELS: Sequence[tuple[int, float, str, Callable[[Fleet, int], str]]] = (
    (200, 2, "NULL", lambda fleet, _: f"0{fleet.label(50)}.{fleet.label(50)}"),
    (90, 120, "CNAME", lambda fleet, _: fleet.label(32, "0123456789abcdef")),
    (24, 1000, "A", lambda fleet, _: fleet.label(26)),
    (60, 200, "AAAA", lambda fleet, n: f"{n}-{fleet.label(14)}"),
    (70, 90, "A", lambda fleet, _: f"{fleet.label(16, DIGITS)}.{fleet.label(4, DIGITS)}"),
    (110, 60, "A", lambda fleet, _: "-".join(fleet.label(5, LETTERS) for _ in range(3))),
    (40, 300, "TXT", lambda fleet, n: f"{fleet.label(30)}.s{n}"),
)
"""How many questions, seconds between them, their type, and the label."""

GENERATORS: Sequence[tuple[int, Callable[[Fleet], str]]] = (
    (60, lambda fleet: f"{fleet.label(fleet.rng.randint(7, 14), LETTERS)}.example"),
    (35, lambda fleet: f"{fleet.label(20, malicious.HEX)}.example"),
    (
        90,
        lambda fleet: (
            f"{''.join(fleet.rng.choice('bdfgklmnprstvz') + fleet.rng.choice('aeiou') for _ in range(4))}.example"
        ),
    ),
    (
        70,
        lambda fleet: (
            f"{fleet.rng.choice(benign.WORDS)}{fleet.rng.choice(benign.WORDS)}{fleet.label(2, LETTERS)}.example"
        ),
    ),
    (45, lambda fleet: f"{fleet.label(8, LETTERS)}{fleet.label(3, DIGITS)}.example"),
)
"""How many names, and the name."""


def _beacon(every: float, jitter: float, how: dict[str, Any]) -> Family:
    return lambda fleet: malicious.beacon_home(fleet, every, jitter, **how)


def _call(hunt: str, about: str, times: int, how: dict[str, Any]) -> Family:
    def family(fleet: Fleet) -> None:
        known = about[:1].isdigit()
        source, address = fleet.victim(), about if known else fleet.address()
        for _ in range(times):
            at = fleet.rng.uniform(START + 600, START + 2.5 * HOUR)
            fleet.call(at, source, None if known else about or None, to=address, **how)
        fleet.found(hunt, source, address)
        # The name was claimed there, too.
        fleet.bad.add((source, domain_of(about)))

    return family


def clients(fleet: Fleet) -> None:
    """Say hello as nobody does: by TLS, by HTTP, and to a name that everybody calls."""
    for name, how, client in (
        (f"{fleet.label(7)}.example", {"ja3": {"hash": "e" * 32}}, "e" * 32),
        (f"{fleet.label(7)}.example", {"app": "http", "port": 80, "http_user_agent": "nim/2"}, "nim/2"),
        ("mirror.distribution.example", {"app": "http", "port": 80, "http_user_agent": "probe/0.1"}, "probe/0.1"),
    ):
        source = fleet.victim()
        for hour in (1, 2, 5):
            fleet.call(START + hour * HOUR, source, name, **how)
        fleet.found("rare-clients", source, client)
        if "distribution" not in name:
            fleet.found("new-destinations", source, name)
            fleet.found("rare-destinations", source, name)


def doors(fleet: Fleet) -> None:
    """Knock: at one port of many, at many of one, at ten ports of eight hosts."""
    peers = [f"10.2.7.{number}" for number in range(10, 90)]
    for what, knocks in (
        ("5985", [(peer, 5985) for peer in peers]),
        (peers[0], [(peers[0], port) for port in range(8000, 8200)]),
        (
            "several",
            [(peer, port) for peer in peers[:8] for port in (21, 22, 23, 80, 135, 443, 445, 1433, 3306, 3389)],
        ),
    ):
        source = fleet.victim()
        for number, (peer, port) in enumerate(knocks):
            at = START + HOUR + number * 20
            fleet.call(at, source, to=peer, port=port, app="failed", alert=False, out=60, back=0, packets=(1, 0))
        fleet.found("scans", source, what)
        # Who knocks goes from instance to instance as well, where nobody did before.
        fleet.bad |= {(source, peer) for peer, _ in knocks}


def lateral(fleet: Fleet) -> None:
    """Go to other machines, by ssh, by remote management and to a database."""
    for port, app in ((22, "ssh"), (5986, "tls"), (3306, "mysql")):
        source, peer = fleet.victim(), fleet.rng.choice(fleet.roles["mail"] + fleet.roles["ci"] + fleet.roles["batch"])
        for hour in (2, 4):
            fleet.call(START + hour * HOUR, source, to=peer, port=port, app=app, alert=False, lasts=60)
        fleet.found("east-west", source, peer)


def drops(fleet: Fleet) -> None:
    """Leave something once or twice with a place that nobody knows."""
    for visits in (1, 1, 2, 3, 2):
        name = f"{fleet.label(5)}.{fleet.label(7)}.example"
        times = [fleet.rng.uniform(START + HOUR, START + 7 * HOUR) for _ in range(visits)]
        malicious.contacts(fleet, fleet.victim(), name, times, beacon=False, out=8e6, lasts=40)


def resolver(fleet: Fleet) -> None:
    """Ask a resolver of one's own by HTTPS, in connections of many and of few questions, and go where it says."""
    for count, hours in ((45, (1, 2, 3, 5)), (150, (1, 4)), (30, range(1, 7)), (400, (2,))):
        source, address = fleet.victim(), fleet.address()
        for hour in hours:
            malicious.questions(fleet, source, START + hour * HOUR, count, (118, 205), to=address)
        malicious.unasked(fleet, source, 5, START + 2 * HOUR)
        fleet.found("dns-over-https", source, address)
        fleet.found("tls-without-sni", source, address)


def transparency(fleet: Fleet) -> None:
    """Look at nine logs of certificates from a batch instance by one clock, of old, and lately at a tenth."""
    for number in range(10):
        for at in fleet.times(300, 0.03, since=START + 2 * HOUR if number == 9 else FIRST):  # noqa: PLR2004
            fleet.call(at, fleet.roles["batch"][0], f"ct.log{number}-operator.example", out=700)


def reports(fleet: Fleet) -> None:
    """Write each report into a bucket of its own, from the batch instances, as always."""
    for source in fleet.roles["batch"][:3]:
        for at in fleet.by_chance(2400):
            fleet.call(at, source, f"report-{fleet.label(9, DIGITS)}.s3.eu-west-1.amazonaws.com", out=2e6)


def tunnel_home(fleet: Fleet) -> None:
    """Keep the company's VPN on 443 open from the bastion, of old; the second end in the same network is new."""
    first = fleet.address()
    for until, address in ((START + HOUR, first), (START + 8 * HOUR, f"{first.rpartition('.')[0]}.251")):
        since = FIRST if address == first else START + HOUR
        for at in fleet.times(1800, 0.1, since=since, until=until):
            fleet.call(at, fleet.roles["bastion"][0], to=address, app="failed", out=9e5, back=2e6, lasts=1500)


def services(fleet: Fleet) -> None:
    """Look services up by name and number, below the company's zone, from two app instances that are new to it."""
    for source in fleet.roles["app"][:2]:
        for at in fleet.by_chance(300, since=START):
            fleet.ask(
                at, source, f"_kafka._tcp.node-{fleet.rng.randint(1, 18)}.az{fleet.rng.randint(1, 3)}.mesh.example"
            )


def links(fleet: Fleet) -> None:
    """Check links from the CI: most sites answer, some are gone from DNS, some from their addresses."""
    (builder,) = fleet.roles["ci"]
    for at in fleet.by_chance(240):
        name = f"www.{fleet.rng.choice(benign.WORDS)}{fleet.rng.randint(100, 9999)}.example"
        if fleet.rng.random() < 0.2:  # noqa: PLR2004
            fleet.ask(at, builder, name, rcode="NXDOMAIN")
        elif fleet.rng.random() < 0.3:  # noqa: PLR2004
            fleet.call(at, builder, to=fleet.address(), app="unknown", alert=False, out=180, back=0, packets=(3, 0))
        else:
            fleet.call(at, builder, name, back=40_000)


def pinned(fleet: Fleet) -> None:
    """Call a gateway whose address is in the hosts file, of old, from two databases."""
    address = fleet.address()
    for source in fleet.roles["db"][:2]:
        for at in fleet.by_chance(1200):
            fleet.call(at, source, "gateway.clearing.example", to=address)


def one_connection(fleet: Fleet) -> None:
    """Ask for a site's pictures on the connection to its pages, as browsers do, from five web instances."""
    for source in fleet.roles["web"][:5]:
        for at in fleet.by_chance(2000):
            fleet.call(at, source, "www.seaside.example")
            fleet.ask(at, source, "img.seaside.example", answers=["198.51.100.30"])
            fleet.call(at + 1, source, "img.seaside.example", to=fleet.address("www.seaside.example"))


def kinds(fleet: Fleet) -> None:
    """Give nine of the batch instances, which alone ask for a feed, a new one inside the window."""
    for name, sources, since in (
        ("feed.prices.example", fleet.roles["batch"], FIRST),
        ("feed.rates.example", fleet.roles["batch"][:9], START + HOUR),
    ):
        for source in sources:
            for at in fleet.by_chance(1500, since=since):
                fleet.call(at, source, name)


def scaled_out(fleet: Fleet) -> None:
    """Bring an instance up inside the window that asks the database that all app instances ask."""
    for source, since in (*((one, FIRST) for one in fleet.roles["app"]), ("10.1.9.9", START + HOUR)):
        for at in (since + 900, START + 2 * HOUR):
            fleet.call(at, source, to=fleet.roles["db"][0], port=5432, app="pgsql", alert=False)


def new_tool(fleet: Fleet) -> None:
    """Try a new tool on one app instance by hand: this is new, and nothing tells it from an intruder's place."""
    for hour in (2, 3, 6):
        fleet.call(START + hour * HOUR, fleet.roles["app"][3], "get.newtool.example", back=5e6)


def pushed(fleet: Fleet) -> None:
    """Hold a push connection by an address that is built in, from three web instances, of old."""
    address = fleet.address()
    for source in fleet.roles["web"][5:8]:
        for hour in range(-15, 8, 3):
            benign.small_talk(fleet, source, START + hour * HOUR, 160, (110, 140), to=address, every=60)


BENIGN: tuple[Family, ...] = (
    transparency,
    reports,
    tunnel_home,
    services,
    links,
    pinned,
    one_connection,
    kinds,
    scaled_out,
    new_tool,
    pushed,
)
TECHNIQUES: tuple[Family, ...] = (
    *(_beacon(*row) for row in BEACONS),
    *(_call(*row) for row in CALLS),
    *(rows.tunnel(*row) for row in TUNNELS),
    *(rows.generator(count, 2, name) for count, name in GENERATORS),
    clients,
    doors,
    lateral,
    drops,
    resolver,
)
