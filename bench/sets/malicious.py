"""What intruders do, one technique a family: each names the findings that there are to make of it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from hunts.folds.domains import domain_of

from .fleet import HOUR, START, Family, Fleet

HEX = "0123456789abcdef"
FLEETING = 3
"""Flows up to which a destination is rare."""


def contacts(fleet: Fleet, source: str, name: str, times: Sequence[float], *, beacon: bool = True, **how: Any) -> None:
    """Contact a name of the intruder's own at these times, and note what there is to find."""
    for at in times:
        fleet.call(at, source, name, **how)
    if beacon:
        fleet.found("beacons", source, name)
    fleet.found("new-destinations", source, domain_of(name))
    if len(times) <= FLEETING:
        fleet.found("rare-destinations", source, domain_of(name))


def beacon_home(fleet: Fleet, every: float, jitter: float, **how: Any) -> None:
    """Call a name of the intruder's own `every` so many seconds, from a new victim."""
    source, name = fleet.victim(), f"{fleet.label(6)}.{fleet.label(9)}.example"
    since = START + fleet.rng.random() * HOUR
    contacts(fleet, source, name, [*fleet.times(every, jitter, since=since)], out=450, back=600, **how)


def beacons(fleet: Fleet) -> None:
    """Call home with up to 30 % jitter, fast and slow."""
    for every, jitter in ((60, 0.0), (300, 0.1), (900, 0.2), (1800, 0.3)):
        beacon_home(fleet, every, jitter)


def nameless_beacon(fleet: Fleet) -> None:
    """Call an address by TLS, with no name."""
    source, address = fleet.victim(), fleet.address()
    for at in fleet.times(600, 0.2, since=START + 1200):
        fleet.call(at, source, to=address, out=450, back=600)
    fleet.found("beacons", source, address)
    fleet.found("tls-without-sni", source, address)


def labels_of(data: bytes, size: int) -> list[str]:
    """Return data as labels of `size` characters in base32."""
    text = base64.b32encode(data).decode().rstrip("=").lower()
    return [text[at : at + size] for at in range(0, len(text), size)]


def carry(fleet: Fleet, labels: list[str], every: float, kind: str = "A", source: str = "") -> str:
    """Ask for the labels below a domain of the intruder's own, one `every` so many seconds; return who did."""
    source, domain = source or fleet.victim(), f"{fleet.label(8)}.example"
    times = fleet.times(every, 0.3, since=START + 600)
    for label, at in zip(labels, times, strict=False):
        fleet.ask(at, source, f"{label}.{domain}", kind=kind, answers=["ok"] if kind != "A" else ["198.51.100.7"])
    fleet.found("dns-exfiltration", source, domain)
    return source


def tunnel(fleet: Fleet) -> None:
    """Carry a file out in long labels, as fast as it goes."""
    carry(fleet, labels_of(fleet.rng.randbytes(4000), 60), 2)


def generated(fleet: Fleet) -> None:
    """Ask for hundreds of generated domains, of which next to none exists."""
    source = fleet.victim()
    for at in fleet.times(45, 0.5, since=START + HOUR, until=START + 4 * HOUR):
        fleet.ask(at, source, f"{fleet.label(12, 'abcdefghijklmnopqrstuvwxyz')}.example", rcode="NXDOMAIN")
    fleet.found("generated-names", source, "")


def strangers(fleet: Fleet) -> None:
    """Speak SSH on the port of HTTPS, and a protocol that nobody knows with much to say."""
    for app, out in (("ssh", 20_000), ("unknown", 40_000_000)):
        source, address = fleet.victim(), fleet.address()
        for at in fleet.by_chance(2 * HOUR, since=START, until=START + 6 * HOUR):
            fleet.call(at, source, to=address, app=app, out=out, lasts=90)
        fleet.call(START + 7 * HOUR, source, to=address, app=app, out=out, lasts=90)
        fleet.found("stranger-on-443", source, address)


def hidden_lookups(fleet: Fleet) -> None:
    """Ask a known resolver by HTTPS, and one outside by plain DNS."""
    source = fleet.victim()
    for at in fleet.by_chance(1800, since=START):
        fleet.call(at, source, "dns.google")
    fleet.call(START + 5 * HOUR, source, "dns.google")
    fleet.found("outside-resolvers", source, "dns.google")
    fleet.found("new-destinations", source, "dns.google")
    source, address = fleet.victim(), fleet.address()
    for at in fleet.by_chance(900, since=START):
        fleet.call(at, source, to=address, port=53, app="dns", proto="UDP", out=70, back=120)
    fleet.call(START + 5 * HOUR, source, to=address, port=53, app="dns", proto="UDP", out=70, back=120)
    fleet.found("outside-resolvers", source, address)


def questions(
    fleet: Fleet,
    source: str,
    at: float,
    count: int,
    sizes: tuple[float, float],
    *,
    name: str | None = None,
    to: str | None = None,
    app: str = "tls",
) -> None:
    """Hold a connection in which `count` questions are asked, of these mean sizes each way, a handshake before them."""
    out, back = (round(count * 1.6 * fleet.rng.uniform(0.9, 1.1)) + 6 for _ in sizes)
    fleet.call(
        at,
        source,
        name,
        to=to,
        app=app,
        proto="UDP" if app == "quic" else "TCP",
        out=out * sizes[0] * fleet.rng.uniform(0.9, 1.1) + 1100,
        back=back * sizes[1] * fleet.rng.uniform(0.9, 1.1) + 4200,
        packets=(out, back),
        lasts=count * fleet.rng.uniform(2, 12),
    )


def unasked(fleet: Fleet, source: str, count: int, since: float) -> None:
    """Visit places whose addresses came from somebody else than the VPC's resolver."""
    for number in range(count):
        name = f"{fleet.label(7)}.example"
        contacts(fleet, source, name, [since + 120 + number * 700], beacon=False, lookup=False)
        fleet.found("forged-sni", source, fleet.address(name))


def hidden_resolver(fleet: Fleet) -> None:
    """Ask a resolver of the intruder's own by HTTPS, at an address, and go where it says."""
    source, address = fleet.victim(), fleet.address()
    for hour in range(1, 6):
        questions(fleet, source, START + hour * HOUR, fleet.rng.randint(25, 90), (105, 190), to=address)
    unasked(fleet, source, 6, START + HOUR)
    fleet.found("dns-over-https", source, address)


def named_resolver(fleet: Fleet) -> None:
    """Look a resolver of the intruder's own up, ask it by HTTP/3 from then on, and go where it says."""
    source, name = fleet.victim(), f"q.{fleet.label(8)}.example"
    for hour in range(1, 5):
        questions(fleet, source, START + hour * HOUR, fleet.rng.randint(30, 60), (120, 230), name=name, app="quic")
    unasked(fleet, source, 5, START + HOUR)
    fleet.found("new-destinations", source, domain_of(name))
    fleet.found("dns-over-https", source, fleet.address(name))


def covert_tunnel(fleet: Fleet) -> None:
    """Carry a tunnel in questions by HTTPS to an address: thousands of them, padded, and nowhere else to go."""
    source, address = fleet.victim(), fleet.address()
    for hour in (2, 5):
        questions(fleet, source, START + hour * HOUR, 900, (190, 430), to=address)
    fleet.found("dns-over-https", source, address)


def scan_inside(fleet: Fleet) -> None:
    """Look for SSH on every address of a network; few answer."""
    source = fleet.victim()
    there = set(fleet.everybody)
    for number in range(200):
        target = f"10.1.2.{number + 1}"
        if target != source:
            answers = target in there
            fleet.call(
                START + 2 * HOUR + number * 0.4,
                source,
                to=target,
                port=22,
                app="failed",
                alert=False,
                out=60,
                back=54 if answers else 0,
                packets=(1, 1),
            )
            fleet.bad.add((source, target))
    fleet.found("scans", source, "22")


def lateral(fleet: Fleet) -> None:
    """Go from the first machine to the second: by SSH, remote management and a service of a high port."""
    for port, app in ((22, "ssh"), (5985, "http"), (50051, "unknown")):
        source, peer = fleet.victim(), fleet.rng.choice(fleet.roles["db"] + fleet.roles["batch"])
        for at in fleet.by_chance(2400, since=START + HOUR):
            fleet.call(at, source, to=peer, port=port, app=app, alert=False, lasts=60)
        fleet.call(START + 7 * HOUR, source, to=peer, port=port, app=app, alert=False, lasts=60)
        fleet.found("east-west", source, peer)


def forged(fleet: Fleet) -> None:
    """Say the name of a partner to an address of its own."""
    source, address = fleet.victim(), fleet.address()
    for at in fleet.by_chance(1800, since=START):
        fleet.call(at, source, "monitoring.eu-west-1.amazonaws.com", to=address)
    fleet.call(START + 4 * HOUR, source, "monitoring.eu-west-1.amazonaws.com", to=address)
    fleet.found("forged-sni", source, address)


def drop_point(fleet: Fleet) -> None:
    """Visit one place once, to leave something there."""
    source, name = fleet.victim(), f"{fleet.label(7)}.example"
    contacts(fleet, source, name, [START + 3 * HOUR], beacon=False, out=5_000_000)


def much_jitter(fleet: Fleet) -> None:
    """Call home with 60 % jitter."""
    beacon_home(fleet, 400, 0.6)


def quic_beacon(fleet: Fleet) -> None:
    """Call home by QUIC."""
    beacon_home(fleet, 240, 0.2, app="quic", proto="UDP")


def in_turn(fleet: Fleet) -> None:
    """Call four names in an order of chance, by one clock."""
    source = fleet.victim()
    names = [f"{fleet.label(8)}.{fleet.label(8)}.example" for _ in range(4)]
    times: dict[str, list[float]] = {name: [] for name in names}
    for at in fleet.times(420, 0.1, since=START + 900):
        times[fleet.rng.choice(names)].append(at)
    for name, moments in times.items():
        contacts(fleet, source, name, moments, out=450, back=600)


def text_tunnel(fleet: Fleet) -> None:
    """Ask for text records, to bring things in while others go out."""
    carry(fleet, labels_of(fleet.rng.randbytes(1500), 40), 20, kind="TXT")


def working_hours(fleet: Fleet) -> None:
    """Call home for two hours, rest for three, and call again."""
    source, name = fleet.victim(), f"{fleet.label(5)}.{fleet.label(10)}.example"
    stretches = ((START + 600, START + 2 * HOUR), (START + 5 * HOUR, START + 7 * HOUR))
    contacts(
        fleet,
        source,
        name,
        [at for since, until in stretches for at in fleet.times(360, 0.2, since=since, until=until)],
        out=500,
        back=700,
    )


def flow_beacon(fleet: Fleet) -> None:
    """Call an address on a port that no rule looks at: only FLOW knows."""
    source, address = fleet.victim(), fleet.address()
    for at in fleet.times(500, 0.25, since=START + 100):
        fleet.call(at, source, to=address, port=8531, app="failed", alert=False, out=300, back=350)
    fleet.found("beacons", source, address)


def name_beacon(fleet: Fleet) -> None:
    """Ask for the text of one name by the clock and never go there."""
    source, name = fleet.victim(), f"cfg.{fleet.label(9)}.example"
    for at in fleet.times(700, 0.2, since=START + 100):
        fleet.ask(at, source, name, kind="TXT", answers=["aGVsbG8="])
    fleet.found("beacons", source, name)


def slow_tunnel(fleet: Fleet) -> None:
    """Ask for one label every ten minutes."""
    carry(fleet, labels_of(fleet.rng.randbytes(2000), 48), 600)


def short_ids(fleet: Fleet) -> None:
    """Ask for many labels of five characters."""
    carry(fleet, [fleet.label(5, HEX + "ghijklmnop") for _ in range(500)], 30)


def few_long(fleet: Fleet) -> None:
    """Ask for four names, each as long as a name may be."""
    labels = [".".join(labels_of(fleet.rng.randbytes(110), 58)) for _ in range(4)]
    carry(fleet, labels, 1500, kind="NULL")


def rotating(fleet: Fleet) -> None:
    """Use thirty domains in turn, so that none has many names."""
    source = fleet.victim()
    domains = [f"{fleet.label(8)}.example" for _ in range(30)]
    labels = labels_of(fleet.rng.randbytes(3000), 44)
    for number, (label, at) in enumerate(zip(labels, fleet.times(120, 0.3, since=START + 600), strict=False)):
        fleet.ask(at, source, f"{label}.{domains[number % 30]}", answers=["198.51.100.7"])
    for domain in domains:
        fleet.found("dns-exfiltration", source, domain)


def long_connection(fleet: Fleet) -> None:
    """Open one connection that stays open."""
    source, name = fleet.victim(), f"{fleet.label(9)}.example"
    contacts(fleet, source, name, [START + 1800], beacon=False, lasts=6 * HOUR, out=400_000, back=300_000)
    fleet.found("long-connections", source, fleet.address(name))


def odd_ports(fleet: Fleet) -> None:
    """Speak TLS and QUIC where nobody expects them."""
    for app, port in (("tls", 4444), ("quic", 9443)):
        source, address = fleet.victim(), fleet.address()
        for at in fleet.by_chance(2700, since=START):
            fleet.call(at, source, to=address, port=port, app=app, alert=False, proto="UDP" if app == "quic" else "TCP")
        fleet.call(
            START + 6 * HOUR,
            source,
            to=address,
            port=port,
            app=app,
            alert=False,
            proto="UDP" if app == "quic" else "TCP",
        )
        fleet.found("tls-on-odd-ports", source, address)


def scan_outside(fleet: Fleet) -> None:
    """Look for one service at hundreds of addresses outside."""
    source = fleet.victim()
    for number in range(300):
        fleet.call(
            START + HOUR + number * 2,
            source,
            to=fleet.address(),
            port=6379,
            app="failed",
            alert=False,
            out=60,
            back=0,
            packets=(1, 0),
        )
    fleet.found("scans", source, "6379")


def strange_client(fleet: Fleet) -> None:
    """Let a tool say what it is to a place that many use."""
    source = fleet.victim()
    for at in fleet.by_chance(3000, since=START):
        fleet.call(at, source, "mirror.distribution.example", port=80, app="http", http_user_agent="dropper/0.3")
    fleet.call(
        START + 6 * HOUR, source, "mirror.distribution.example", port=80, app="http", http_user_agent="dropper/0.3"
    )
    fleet.found("rare-clients", source, "dropper/0.3")


def rogues(families: tuple[Family, ...]) -> Family:
    """Return what does three of these techniques on each of five machines."""

    def family(fleet: Fleet) -> None:
        for _ in range(5):
            with fleet.rogue():
                for technique in fleet.rng.sample(families, 3):
                    technique(fleet)

    return family


BOTH: tuple[Family, ...] = (
    beacons,
    nameless_beacon,
    tunnel,
    generated,
    strangers,
    hidden_lookups,
    hidden_resolver,
    scan_inside,
    lateral,
    forged,
    drop_point,
)
TUNING: tuple[Family, ...] = (much_jitter, quic_beacon, in_turn, text_tunnel)
HELD_OUT: tuple[Family, ...] = (
    working_hours,
    flow_beacon,
    name_beacon,
    slow_tunnel,
    short_ids,
    few_long,
    rotating,
    long_connection,
    odd_ports,
    scan_outside,
    strange_client,
    named_resolver,
    covert_tunnel,
)
