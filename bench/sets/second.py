"""A second set that no threshold was looked at with: families of its own of honest software and of techniques."""

from __future__ import annotations

from . import benign, malicious, rows
from .fleet import END, FIRST, HOUR, START, Family, Fleet

NEW_INSTANCES = ("10.1.9.11", "10.1.9.12", "10.1.9.13")
BROKER = 8883


def licence_server(fleet: Fleet) -> None:
    """Ask a licence server by its address from every database, of old; from one that came inside the window, too."""
    address = fleet.address("licence")
    for source, since in (*((one, FIRST) for one in fleet.roles["db"]), (NEW_INSTANCES[0], START + 2 * HOUR)):
        for at in fleet.by_chance(2400, since=since):
            fleet.call(at, source, to=address, out=1500, back=5200)


def scaled_out(fleet: Fleet) -> None:
    """Bring three instances up inside the window, which do what their like do."""
    for number, source in enumerate(NEW_INSTANCES):
        since = START + 2 * HOUR
        for at in fleet.times(300, 0.02, since=since):
            fleet.call(at, source, "monitoring.eu-west-1.amazonaws.com", out=1800, back=700)
        for name in ("api.amberharbour.example", f"t9{number:03d}.ingest.apmvendor.example"):
            for at in fleet.by_chance(900, since=since):
                fleet.call(at, source, name)


def partners(fleet: Fleet) -> None:
    """Call the partner that the instances which come later will call, too, from the app instances of old."""
    for source in fleet.roles["app"]:
        for at in fleet.by_chance(2500):
            fleet.call(at, source, "api.amberharbour.example")


def failover(fleet: Fleet) -> None:
    """Let a gateway that two batch instances call by its address move to the address beside it inside the window."""
    first = fleet.address()
    network, _, host = first.rpartition(".")
    second = f"{network}.{int(host) % 250 + 1}"
    for source in fleet.roles["batch"][4:6]:
        for at in fleet.by_chance(1500, until=START + 2 * HOUR):
            fleet.call(at, source, to=first, out=3000, back=2500)
        for at in fleet.by_chance(1500, since=START + 2 * HOUR):
            fleet.call(at, source, to=second, out=3000, back=2500)


def brokers(fleet: Fleet) -> None:
    """Publish to a broker outside by TLS on a port of its own; inside the window it has new nodes under its domain."""
    for source in fleet.roles["app"][2:4]:
        for number, since, until in ((1, FIRST, START + HOUR), (2, START + HOUR, END)):
            for at in fleet.by_chance(1800, since=since, until=until):
                fleet.call(at, source, f"n{number}.mqtt.broker.example", port=BROKER, out=900, back=300)


def canary(fleet: Fleet) -> None:
    """Try a new payment provider on two app instances, inside the window."""
    for source in fleet.roles["app"][5:7]:
        for at in fleet.by_chance(1100, since=START + 3 * HOUR):
            fleet.call(at, source, "api.newpayments.example")


def artifacts(fleet: Fleet) -> None:
    """Fetch from a new host of artifacts on the build server, inside the window."""
    (builder,) = fleet.roles["ci"]
    for at in fleet.by_chance(1700, since=START + HOUR):
        fleet.call(at, builder, "repo.newartifacts.example", back=9_000_000)


def customers(fleet: Fleet) -> None:
    """Look at sites by the clock from the monitoring host, of old, and at one more inside the window."""
    (monitor,) = fleet.roles["monitor"]
    for number in range(25):
        for at in fleet.times(240, 0.01, since=FIRST if number else START + 4 * HOUR):
            fleet.call(at, monitor, f"www.client{number:02d}.example", out=800, back=12_000, ttl=60)


def appliance(fleet: Fleet) -> None:
    """Report from one batch instance to an address that is built into what was installed inside the window."""
    address = fleet.address()
    for hour in range(1, 7, 2):
        benign.small_talk(fleet, fleet.roles["batch"][7], START + hour * HOUR, 180, (150, 105), to=address, every=15)


def upload(fleet: Fleet) -> None:
    """Send small measurements to an address by TLS from one web instance, of old: more goes out than comes back."""
    address = fleet.address()
    for hour in range(-15, 8, 3):
        benign.small_talk(fleet, fleet.roles["web"][3], START + hour * HOUR, 120, (220, 90), to=address, every=40)


def reverse_lookups(fleet: Fleet) -> None:
    """Ask for the names of the addresses that the web instances hear from."""
    for source in fleet.roles["web"][:5]:
        for at in fleet.by_chance(300):
            octets = ".".join(str(fleet.rng.randint(1, 250)) for _ in range(4))
            fleet.ask(at, source, f"{octets}.in-addr.arpa", kind="PTR", rcode="NXDOMAIN")


def crash_reports(fleet: Fleet) -> None:
    """Report crashes of web instances when they happen: of old from some of them, today from others."""
    web = fleet.roles["web"]
    for sources, since, until in ((web[5:8], FIRST, START), (web[8:11], START, END)):
        for source in sources:
            for at in fleet.by_chance(4000, since=since, until=until):
                fleet.call(at, source, "o77.ingest.crashes.example", out=14_000, back=600)


def replication(fleet: Fleet) -> None:
    """Hold a connection for hours from the databases to where they are copied: of old from one, today from another."""
    for source, at in ((fleet.roles["db"][0], FIRST + HOUR), (fleet.roles["db"][1], START + HOUR)):
        fleet.call(at, source, "copy.replica.example", lasts=5 * HOUR, out=80_000_000, back=2_000_000)


def beacons(fleet: Fleet) -> None:
    """Call home with jitters between the ordinary ones."""
    for every, jitter in ((45, 0.15), (420, 0.35), (1200, 0.25), (700, 0.5)):
        malicious.beacon_home(fleet, every, jitter)


def nameless(fleet: Fleet) -> None:
    """Call two addresses by TLS with no name: one by the clock, one when somebody types."""
    source, address = fleet.victim(), fleet.address()
    for at in fleet.times(330, 0.3, since=START + HOUR):
        fleet.call(at, source, to=address, out=500, back=700)
    fleet.found("beacons", source, address)
    fleet.found("tls-without-sni", source, address)
    source, address = fleet.victim(), fleet.address()
    for number in range(5):
        at = START + 2 * HOUR + number * number * 700
        fleet.call(at, source, to=address, out=fleet.rng.uniform(4000, 90_000), back=9000, lasts=200)
    fleet.found("tls-without-sni", source, address)


def begun_before(fleet: Fleet) -> None:
    """Begin three hours before anybody looks: TLS with no name, TLS on an odd port, a connection held."""
    since = START - 3 * HOUR
    source, address = fleet.victim(), fleet.address()
    for at in (*fleet.by_chance(2000, since=since), START + 5 * HOUR):
        fleet.call(at, source, to=address, out=2500, back=2500)
    fleet.found("tls-without-sni", source, address)
    source, address = fleet.victim(), fleet.address()
    for at in (*fleet.by_chance(2000, since=since), START + 5 * HOUR):
        fleet.call(at, source, to=address, port=9001, alert=False)
    fleet.found("tls-on-odd-ports", source, address)
    source, address = fleet.victim(), fleet.address()
    for at in (since, START + 2 * HOUR):
        fleet.call(at, source, to=address, port=8008, app="unknown", alert=False, lasts=2 * HOUR, out=90_000)
    fleet.found("long-connections", source, address)


def padded_resolver(fleet: Fleet) -> None:
    """Ask a resolver at an address by HTTPS, padded, from before the window on, and go where it says."""
    source, address = fleet.victim(), fleet.address()
    for hour in range(-2, 6):
        malicious.questions(
            fleet, source, START + hour * HOUR + 300, fleet.rng.randint(40, 120), (150, 320), to=address
        )
    malicious.unasked(fleet, source, 4, START + HOUR)
    fleet.found("dns-over-https", source, address)
    fleet.found("tls-without-sni", source, address)


def resolver_by_name(fleet: Fleet) -> None:
    """Look a resolver up, ask it by HTTPS, and go where it says."""
    source, name = fleet.victim(), f"{fleet.label(6)}.{fleet.label(7)}.example"
    for hour in range(2, 6):
        malicious.questions(fleet, source, START + hour * HOUR, fleet.rng.randint(30, 80), (110, 175), name=name)
    malicious.unasked(fleet, source, 7, START + 2 * HOUR)
    fleet.found("new-destinations", source, f"{name.partition('.')[2]}")
    fleet.found("dns-over-https", source, fleet.address(name))


def tunnels_by_https(fleet: Fleet) -> None:
    """Carry tunnels in questions by HTTPS to addresses, by TLS and by QUIC."""
    for app in ("tls", "quic"):
        source, address = fleet.victim(), fleet.address()
        for hour in (1, 4, 6):
            malicious.questions(fleet, source, START + hour * HOUR, 600, (170, 300), to=address, app=app)
        fleet.found("dns-over-https", source, address)
        if app == "tls":
            fleet.found("tls-without-sni", source, address)


def tunnels(fleet: Fleet) -> None:
    """Carry a file out in labels of a middling length, and another slowly, in text records."""
    malicious.carry(fleet, malicious.labels_of(fleet.rng.randbytes(3000), 30), 15)
    malicious.carry(fleet, malicious.labels_of(fleet.rng.randbytes(1800), 54), 300, kind="TXT")


def generated(fleet: Fleet) -> None:
    """Ask for generated domains of letters and digits."""
    source = fleet.victim()
    for at in fleet.times(70, 0.6, since=START + 2 * HOUR, until=START + 6 * HOUR):
        fleet.ask(at, source, f"{fleet.label(14, 'abcdefghijklmnopqrstuvwxyz0123456789')}.example", rcode="NXDOMAIN")
    fleet.found("generated-names", source, "")


def strangers(fleet: Fleet) -> None:
    """Speak HTTP and a protocol that nobody knows on the port of HTTPS."""
    for app, out in (("http", 30_000), ("unknown", 25_000_000)):
        source, address = fleet.victim(), fleet.address()
        for hour in (1, 3, 4, 6):
            fleet.call(START + hour * HOUR, source, to=address, app=app, out=out, lasts=60)
        fleet.found("stranger-on-443", source, address)


def resolvers(fleet: Fleet) -> None:
    """Ask a resolver outside by TLS on its own port."""
    source, address = fleet.victim(), fleet.address()
    for hour in (1, 2, 5):
        fleet.call(START + hour * HOUR, source, to=address, port=853, alert=False, out=900, back=1500)
    fleet.found("outside-resolvers", source, address)


def drop_points(fleet: Fleet) -> None:
    """Visit three places once or twice, from three machines."""
    for visits in (1, 2, 2):
        source, name = fleet.victim(), f"{fleet.label(6)}.{fleet.label(5)}.example"
        times = [START + 2 * HOUR + number * 5000 for number in range(visits)]
        malicious.contacts(fleet, source, name, times, beacon=False, out=3_000_000)


def forged(fleet: Fleet) -> None:
    """Say the agent maker's name to an address of its own."""
    source, address = fleet.victim(), fleet.address()
    for hour in (1, 2, 4, 6):
        fleet.call(START + hour * HOUR, source, "monitoring.eu-west-1.amazonaws.com", to=address)
    fleet.found("forged-sni", source, address)


def lateral(fleet: Fleet) -> None:
    """Go to other machines by remote desktop and by file sharing."""
    for port in (3389, 445):
        source, peer = fleet.victim(), fleet.rng.choice(fleet.roles["db"])
        for hour in (2, 3, 5):
            fleet.call(START + hour * HOUR, source, to=peer, port=port, app="unknown", alert=False, lasts=300)
        fleet.found("east-west", source, peer)


def scan(fleet: Fleet) -> None:
    """Look for file sharing at addresses outside."""
    source = fleet.victim()
    for number in range(150):
        at = START + 3 * HOUR + number * 5
        fleet.call(at, source, to=fleet.address(), port=445, app="failed", alert=False, out=60, back=0, packets=(1, 0))
    fleet.found("scans", source, "445")


def odd_port(fleet: Fleet) -> None:
    """Speak TLS to a port that is free, under a name."""
    source, name = fleet.victim(), f"{fleet.label(8)}.example"
    for hour in (1, 3, 5, 6):
        fleet.call(START + hour * HOUR, source, name, port=2096)
    fleet.found("tls-on-odd-ports", source, fleet.address(name))
    fleet.found("new-destinations", source, name)


BENIGN: tuple[Family, ...] = (
    licence_server,
    scaled_out,
    partners,
    failover,
    brokers,
    canary,
    artifacts,
    customers,
    appliance,
    upload,
    reverse_lookups,
    crash_reports,
    replication,
)
TECHNIQUES: tuple[Family, ...] = (
    beacons,
    nameless,
    begun_before,
    padded_resolver,
    resolver_by_name,
    tunnels_by_https,
    tunnels,
    generated,
    strangers,
    resolvers,
    drop_points,
    forged,
    lateral,
    scan,
    odd_port,
    rows.client("kit/9", (1, 4)),
)
