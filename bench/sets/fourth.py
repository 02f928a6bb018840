"""A fourth set: how fleets look that have nodes, runners and relays, and what intruders' tools do by default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hunts.folds.domains import domain_of

from . import benign, malicious, rows
from .fleet import FIRST, HOUR, START, Family, Fleet

ROLES = {"web": 40, "app": 44, "batch": 24, "db": 4, "mail": 1, "ci": 2, "monitor": 1, "bastion": 1, "node": 8}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
HEX = malicious.HEX
NEW_NODES = ("10.1.8.241", "10.1.8.242")
API = "10.2.0.10"

BEACONS: Sequence[tuple[float, float, dict[str, Any]]] = (
    (60, 0.0, {}),
    (45, 0.37, {"back": 90_000}),
    (90, 0.33, {}),
    (10, 0.23, {}),
    (5, 0.1, {"port": 80, "app": "http", "http_user_agent": "Mozilla/5.0"}),
    (3600 / 7, 0.3, {"app": "quic", "proto": "UDP"}),
    (1800, 0.0, {"out": 1500}),
)
"""Seconds, jitter, and how: what frameworks have by default or their handbooks say."""

CALLS: Sequence[tuple[tuple[str, ...], int, dict[str, Any]]] = (
    (("tls-on-odd-ports", "tls-without-sni"), 9, {"port": 8888}),
    (("tls-on-odd-ports", "long-connections"), 2, {"port": 7844, "app": "quic", "proto": "UDP", "lasts": 2 * HOUR}),
    (("tls-on-odd-ports", "long-connections"), 1, {"port": 5555, "lasts": 4 * HOUR, "alert": False}),
    (("long-connections",), 1, {"port": 3333, "app": "failed", "lasts": 4 * HOUR, "alert": False}),
    (("stranger-on-443", "long-connections"), 1, {"app": "failed", "lasts": 3 * HOUR}),
    (("stranger-on-443",), 3, {"app": "ssh", "lasts": 600}),
    (("stranger-on-443",), 6, {"app": "http", "out": 4000}),
    (("tls-without-sni",), 3, {"back": 900_000}),
    (("outside-resolvers",), 40, {"port": 53, "app": "dns", "alert": False, "out": 900, "back": 1500}),
    (("outside-resolvers",), 5, {"port": 853, "alert": False}),
    (
        ("outside-resolvers",),
        60,
        {"port": 53, "app": "failed", "proto": "UDP", "alert": False, "out": 240, "back": 900},
    ),
)
"""Hunts, how often, and how: to an address that somebody was told, each from a new victim."""

TUNNELS: Sequence[tuple[int, float, str, Callable[[Fleet, int], str]]] = (
    (400, 1, "TXT", lambda fleet, _: fleet.label(50, HEX)),
    (300, 1, "MX", lambda fleet, n: f"{n % 65536:04x}{fleet.label(14, HEX)}"),
    (150, 60, "A", lambda fleet, _: fleet.label(8, HEX)),
    (250, 3, "CNAME", lambda fleet, _: f"p{fleet.label(60)}.{fleet.label(60)}.{fleet.label(40)}"),
    (80, 45, "AAAA", lambda fleet, n: f"{fleet.label(6, HEX)}.{n}.{fleet.label(10)}"),
)
"""How many questions, seconds between them, their type, and the label."""

GENERATORS: Sequence[tuple[int, Callable[[Fleet], str]]] = (
    (250, lambda fleet: f"{fleet.label(fleet.rng.randint(6, 11), LETTERS)}.{fleet.rng.choice(('info', 'biz', 'org'))}"),
    (80, lambda fleet: f"{''.join(fleet.rng.sample(benign.WORDS, 3))}.com"),
    (40, lambda fleet: f"{fleet.label(16, HEX)}.top"),
)
"""How many names, and the name."""


def _beacon(every: float, jitter: float, how: dict[str, Any]) -> Family:
    def family(fleet: Fleet) -> None:
        source, name = fleet.victim(), f"{fleet.label(4)}.{fleet.label(8)}.example"
        times = fleet.times(every, jitter, since=START + fleet.rng.random() * HOUR)
        malicious.contacts(fleet, source, name, [*times], **({"out": 450, "back": 600} | how))
        if client := how.get("http_user_agent"):
            fleet.found("rare-clients", source, client)

    return family


def reverse_proxy(fleet: Fleet) -> None:
    """Hold a tunnel open by WebSocket, under a name of the intruder's own."""
    source, name = fleet.victim(), f"{fleet.label(10)}.example"
    malicious.contacts(fleet, source, name, [START + HOUR], beacon=False, lasts=5 * HOUR, out=3e6, back=2e6)
    fleet.found("long-connections", source, fleet.address(name))


def to_storage(fleet: Fleet) -> None:
    """Copy a disk to somebody's object storage, in hundreds of parts."""
    source, name = fleet.victim(), f"{fleet.label(8)}.s3.region.{fleet.label(6)}store.example"
    times = [START + 3 * HOUR + number * 4 * fleet.rng.random() for number in range(300)]
    malicious.contacts(fleet, source, name, times, beacon=False, out=16e6, lasts=20)


def stages(fleet: Fleet) -> None:
    """Fetch a stage, once by name and once from an address, by HTTP on a port of its own."""
    source, name = fleet.victim(), f"{fleet.label(7)}.example"
    malicious.contacts(fleet, source, name, [START + 2 * HOUR], beacon=False, back=8e6)
    source, address = fleet.victim(), fleet.address()
    fleet.call(START + 3 * HOUR, source, to=address, port=8000, app="http", back=4e6, http_user_agent="curl/8.5.0")
    fleet.found("new-destinations", source, address)
    fleet.found("rare-destinations", source, address)
    fleet.found("rare-clients", source, "curl/8.5.0")


def onion(fleet: Fleet) -> None:
    """Hold connections to two guards, on a port of theirs, under names that were made up and never asked for."""
    source = fleet.victim()
    for port in (9001, 443):
        name, address = f"www.{fleet.label(12)}.com", fleet.address()
        for hour in (1, 4):
            fleet.call(START + hour * HOUR, source, name, to=address, port=port, lasts=2 * HOUR, out=9e5, back=9e6)
        fleet.found("forged-sni", source, address)
        fleet.found("long-connections", source, address)
        fleet.found("new-destinations", source, domain_of(name))
        fleet.found("rare-destinations", source, domain_of(name))
        if port != 443:  # noqa: PLR2004
            fleet.found("tls-on-odd-ports", source, address)


def fronted(fleet: Fleet) -> None:
    """Say a partner's name to two addresses that are not the partner's."""
    for name in ("www.cedarknoll.example", "static.fjordledge.example"):
        source, address = fleet.victim(), fleet.address()
        for hour in (1, 2, 3, 6):
            fleet.call(START + hour * HOUR, source, name, to=address, out=800, back=900)
        fleet.found("forged-sni", source, address)
        fleet.bad.add((source, domain_of(name)))


def dead_drop(fleet: Fleet) -> None:
    """Read a page at a public place that another has always used, by the clock, to be told where to go."""
    source, name = fleet.victim(), "raw.codepages.example"
    for at in fleet.times(600, 0.2, since=START + HOUR):
        fleet.call(at, source, name, out=700, back=3000)
    fleet.found("beacons", source, name)


def known_resolver(fleet: Fleet) -> None:
    """Ask a public resolver by HTTPS for what is to be done, by the clock."""
    source, name = fleet.victim(), "dns.quad9.net"
    malicious.contacts(fleet, source, name, [*fleet.times(120, 0.2, since=START + HOUR)], out=900, back=1100)
    fleet.found("outside-resolvers", source, name)


def covert(fleet: Fleet) -> None:
    """Ask a resolver of one's own by HTTPS: a session in many questions, and few questions every hour."""
    for count, hours in ((700, (2, 5)), (35, range(1, 7))):
        source, address = fleet.victim(), fleet.address()
        for hour in hours:
            malicious.questions(fleet, source, START + hour * HOUR, count, (128, 240), to=address)
        fleet.found("dns-over-https", source, address)
        fleet.found("tls-without-sni", source, address)


def lateral(fleet: Fleet) -> None:
    """Go to other machines: to a container engine, to remote calls, to the cluster's door, and by ssh."""
    for port, app in ((2375, "http"), (135, "dcerpc"), (10250, "tls"), (22, "ssh")):
        source, peer = fleet.victim(), fleet.rng.choice(fleet.roles["mail"] + fleet.roles["ci"] + fleet.roles["node"])
        for hour in (2, 3):
            fleet.call(START + hour * HOUR, source, to=peer, port=port, app=app, alert=False, lasts=40)
        fleet.found("east-west", source, peer)


def sweeps(fleet: Fleet) -> None:
    """Look for remote desktops inside, for ssh outside, and at all doors of one machine."""
    inside = [f"10.2.9.{number}" for number in range(1, 200)]
    outside = [fleet.address() for _ in range(400)]
    for what, every, knocks in (
        ("3389", 0.1, [(peer, 3389) for peer in inside]),
        ("22", 1, [(peer, 22) for peer in outside]),
        (API, 2, [(API, port) for port in range(1, 1000, 3)]),
    ):
        source = fleet.victim()
        for number, (peer, port) in enumerate(knocks):
            at = START + 2 * HOUR + number * every
            fleet.call(at, source, to=peer, port=port, app="failed", alert=False, out=60, back=0, packets=(1, 0))
        fleet.found("scans", source, what)
        fleet.bad |= {(source, peer) for peer, _ in knocks}


def tools(fleet: Fleet) -> None:
    """Say hello as no other does, at places that many know."""
    for how, client in (
        ({"port": 80, "app": "http", "http_user_agent": "Go-http-client/1.1"}, "Go-http-client/1.1"),
        ({"ja3": {"hash": "f" * 32}}, "f" * 32),
    ):
        source = fleet.victim()
        for hour in (2, 3, 4):
            fleet.call(START + hour * HOUR, source, "mirror.distribution.example", **how)
        fleet.found("rare-clients", source, client)


def runners(fleet: Fleet) -> None:
    """Build what people push: a job an hour that fetches from mirrors and from some place that only it needs."""
    for source in fleet.roles["ci"]:
        for at in fleet.times(HOUR, 0.6):
            for number in range(8):
                fleet.call(at + 9 * number, source, f"pkg{number}.packages.example", back=3e6)
            name = f"dl.{fleet.rng.choice(benign.WORDS)}-{fleet.rng.choice(benign.WORDS)}.example"
            fleet.call(at + 90, source, name, back=2e7)


def pool(fleet: Fleet) -> None:
    """Take the time from whoever the pool names this hour."""
    for source in fleet.roles["batch"][:8]:
        for hour in range(-16, 8):
            servers = [fleet.address() for _ in range(3)]
            since = START + hour * HOUR
            fleet.ask(since, source, f"{hour % 4}.pool.timekeepers.example", answers=servers)
            for server in servers:
                for at in fleet.times(256, 0.01, since=since, until=since + HOUR):
                    fleet.call(at, source, to=server, port=123, app="ntp", proto="UDP", out=76, back=76, alert=False)


def relay(fleet: Fleet) -> None:
    """Deliver mail: exchangers of whoever is written to, of which some are gone and some don't answer."""
    (source,) = fleet.roles["mail"]
    for at in fleet.by_chance(90):
        domain = f"{fleet.rng.choice(benign.WORDS)}{fleet.rng.randint(10, 9999)}.example"
        gone = fleet.rng.random() < 0.1  # noqa: PLR2004
        fleet.ask(at, source, domain, kind="MX", rcode="NXDOMAIN" if gone else "NOERROR", answers=[])
        if not gone:
            shut = fleet.rng.random() < 0.2  # noqa: PLR2004
            size: dict[str, Any] = {"out": 180, "back": 0, "packets": (3, 0)} if shut else {"out": 40_000, "back": 2000}
            fleet.call(at, source, to=fleet.address(domain), port=25, app="smtp", alert=False, **size)


def own_resolver(fleet: Fleet) -> None:
    """Ask name servers outside from the mail relay, which has a resolver of its own, as block lists want it."""
    (source,) = fleet.roles["mail"]
    for at in fleet.by_chance(300):
        fleet.call(
            at,
            source,
            to=fleet.address(f"ns{fleet.rng.randint(1, 80)}.servers.example"),
            port=53,
            app="dns",
            proto="UDP",
            alert=False,
            out=80,
            back=200,
        )


def one_more_list(fleet: Fleet) -> None:
    """Ask block lists about senders, of old, and one more inside the window."""
    (source,) = fleet.roles["mail"]
    for name, since in (("bl.spamlist.example", FIRST), ("dyn.otherlist.example", START + 2 * HOUR)):
        for at in fleet.by_chance(120, since=since):
            octets = ".".join(str(fleet.rng.randint(1, 250)) for _ in range(4))
            fleet.ask(at, source, f"{octets}.{name}", rcode="NXDOMAIN")


def cluster(fleet: Fleet) -> None:
    """Run a cluster: nodes call its API by address, and each other; two nodes come up inside the window."""
    nodes = fleet.roles["node"]
    for source, since in (*((one, FIRST) for one in nodes), *((one, START + 2 * HOUR) for one in NEW_NODES)):
        for at in fleet.by_chance(900, since=since):
            fleet.call(at, source, to=API, port=443, out=4000, back=9000)
        for peer in nodes:
            if peer != source:
                for at in (since + 300, *fleet.by_chance(4000, since=since)):
                    fleet.call(at, source, to=peer, port=8472, app="failed", proto="UDP", alert=False, out=9000)


def mesh(fleet: Fleet) -> None:
    """Speak TLS from node to node under names of services, which the cluster's own resolver knows."""
    for source in fleet.roles["node"]:
        for number in range(4):
            name = f"outbound_.8080_._.svc{number}.shop.svc.cluster.local"
            for at in fleet.by_chance(2500):
                # Pods come and go.
                fleet.call(at, source, name, to=f"10.2.20.{fleet.rng.randint(2, 250)}", port=15443, lookup=False)


def scrapes(fleet: Fleet) -> None:
    """Read metrics of pods by their addresses, which change; some are gone when they are asked."""
    (source,) = fleet.roles["monitor"]
    for hour in range(-16, 8):
        for _ in range(6):
            pod = f"10.2.{fleet.rng.randint(30, 33)}.{fleet.rng.randint(2, 250)}"
            for at in fleet.times(300, 0.01, since=START + hour * HOUR, until=START + (hour + 1) * HOUR):
                fleet.call(at, source, to=pod, port=9100, app="http", back=40_000, http_user_agent="metrics/2.5")


def layers(fleet: Fleet) -> None:
    """Pull images, whose layers lie at hosts with ids for names."""
    for source in fleet.roles["node"][:3]:
        for at in fleet.by_chance(1500):
            fleet.call(at, source, "registry.images.example")
            fleet.call(at + 2, source, f"{fleet.label(24, HEX)}.layers.imagecdn.example", back=6e7)


def discovery(fleet: Fleet) -> None:
    """Find replicas by names with ids in them, below the company's zone, as ever."""
    for source in fleet.roles["app"][:4]:
        for at in fleet.by_chance(400):
            pod = f"cart-{fleet.label(9, HEX)}-{fleet.label(5)}"
            fleet.ask(at, source, f"{pod}.shop.discovery.example", answers=[f"10.2.20.{fleet.rng.randint(2, 250)}"])


def courier(fleet: Fleet) -> None:
    """Hold the connection by which the bastion is managed; whose end it is changes by the day."""
    for number, at in ((3, FIRST + 300), (7, FIRST + 8 * HOUR), (9, START + 300)):
        fleet.call(
            at, fleet.roles["bastion"][0], f"{number}-courier.push.management.example", port=5223, lasts=6 * HOUR
        )


def webhooks(fleet: Fleet) -> None:
    """Tell customers what happened, at addresses that they gave: ever new ones, a few of which are gone."""
    for source in fleet.roles["app"][8:11]:
        for at in fleet.by_chance(900):
            name = f"hooks.{fleet.rng.choice(benign.WORDS)}{fleet.rng.randint(1, 400)}-shop.example"
            if fleet.rng.random() < 0.1:  # noqa: PLR2004
                fleet.ask(at, source, f"gone-{name}", rcode="NXDOMAIN")
            else:
                fleet.call(at, source, name, out=3000, back=400)


def bots(fleet: Fleet) -> None:
    """Let chat bots ask for news by the minute: two of old, a third inside the window."""
    for source, since in zip(fleet.roles["batch"][10:13], (FIRST, FIRST, START + 2 * HOUR), strict=True):
        for at in fleet.times(52, 0.03, since=since):
            fleet.call(at, source, "api.botplatform.example", out=700, back=500, lasts=50)


def virus_cloud(fleet: Fleet) -> None:
    """Ask about files, in names, from the databases of old, and from a machine that got the same inside the window."""
    for source, since in (*((one, FIRST) for one in fleet.roles["db"]), (fleet.roles["batch"][14], START + HOUR)):
        for at in fleet.by_chance(600, since=since):
            fleet.ask(at, source, f"{fleet.label(40, HEX)}.f.filecloud.example", kind="TXT", answers=["clean"])


def speed_tests(fleet: Fleet) -> None:
    """Measure the line every two hours: five servers of whoever is near, on a port of theirs."""
    (source,) = fleet.roles["monitor"]
    for at in fleet.times(2 * HOUR, 0.01):
        for number in fleet.rng.sample(range(12), 5):
            fleet.call(at, source, f"speed.carrier{number}.example", port=8080, out=2e7, back=9e7, lasts=12)


def nightly(fleet: Fleet) -> None:
    """Copy the databases to storage twice a day, in many parts at once."""
    for source in fleet.roles["db"]:
        for hour in (-14, -2, 4):
            for part in range(60):
                fleet.call(START + hour * HOUR + part * 3, source, "backups.objects.example", out=6e7, lasts=30)


def feeds(fleet: Fleet) -> None:
    """Read news of twenty places every half hour; two are gone, and one is new since today."""
    source = fleet.roles["batch"][15]
    for number in range(20):
        for at in fleet.times(1800, 0.01, since=FIRST if number else START + 2 * HOUR):
            if number in (4, 9):
                fleet.ask(at, source, f"news.paper{number:02d}.example", rcode="NXDOMAIN")
            else:
                fleet.call(at, source, f"news.paper{number:02d}.example", back=60_000)


def managed_database(fleet: Fleet) -> None:
    """Call a managed database by TLS that names nobody, as its driver does; inside the window it moves elsewhere."""
    for since, until in ((FIRST, START + 3 * HOUR), (START + 3 * HOUR, START + 8 * HOUR)):
        address = fleet.address()
        for source in fleet.roles["batch"][16:18]:
            for at in fleet.by_chance(1200, since=since, until=until):
                fleet.ask(at, source, "orders.manageddb.example", answers=[address])
                fleet.call(at, source, to=address, port=5432)


def trial(fleet: Fleet) -> None:
    """Try an agent on one database, inside the window: it reports by the minute."""
    for at in fleet.times(60, 0.02, since=START + 3 * HOUR):
        fleet.call(at, fleet.roles["db"][2], "intake.trialagent.example", out=4000, back=300)


def supplier(fleet: Fleet) -> None:
    """Buy from somebody new on three app instances, inside the window."""
    for source in fleet.roles["app"][20:23]:
        for at in fleet.by_chance(1300, since=START + 3 * HOUR):
            fleet.call(at, source, "api.newsupplier.example")


def billing(fleet: Fleet) -> None:
    """Give the six that bill, which alone call the tax office of old, a new bank inside the window."""
    for name, since in (("api.taxoffice.example", FIRST), ("api.newbank.example", START + HOUR)):
        for source in fleet.roles["app"][30:36]:
            for at in fleet.by_chance(1500, since=since):
                fleet.call(at, source, name)


def wall(fleet: Fleet) -> None:
    """Refresh a screen on the wall every ten seconds, of old; another retries every five seconds what it asked."""
    for at in fleet.times(10, 0.02):
        fleet.call(at, fleet.roles["batch"][19], "screen.wallboard.example", back=4000)
    for every, since in ((900, FIRST), (5, START + 6 * HOUR)):
        for at in fleet.times(every, 0.05, since=since):
            fleet.call(at, fleet.roles["batch"][20], "api.flaky.example", back=900)


def pages(fleet: Fleet) -> None:
    """Read pages at the place that everybody may write to, from two batch instances, of old."""
    for source in fleet.roles["batch"][21:23]:
        for at in fleet.by_chance(1800):
            fleet.call(at, source, "raw.codepages.example", back=30_000)


BENIGN: tuple[Family, ...] = (
    runners,
    pool,
    relay,
    own_resolver,
    one_more_list,
    cluster,
    mesh,
    scrapes,
    layers,
    discovery,
    courier,
    webhooks,
    bots,
    virus_cloud,
    speed_tests,
    nightly,
    feeds,
    managed_database,
    trial,
    supplier,
    billing,
    wall,
    pages,
)
TECHNIQUES: tuple[Family, ...] = (
    *(_beacon(*row) for row in BEACONS),
    *(rows.call(hunts, times, 3, how) for hunts, times, how in CALLS),
    *(rows.tunnel(*row) for row in TUNNELS),
    *(rows.generator(count, 3, name) for count, name in GENERATORS),
    reverse_proxy,
    to_storage,
    stages,
    onion,
    fronted,
    dead_drop,
    known_resolver,
    covert,
    lateral,
    sweeps,
    tools,
)
