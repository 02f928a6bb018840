"""A fifth set: what a company of middling size has in its account besides its code, and intruders' tools as they come.

It was written after the rules were, from what such software does, and without looking at how any rule is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hunts.folds.domains import domain_of

from . import benign, malicious, rows
from .fleet import END, FIRST, HOUR, START, Family, Fleet

ROLES = {
    "web": 36,
    "app": 48,
    "batch": 28,
    "db": 6,
    "mail": 1,
    "ci": 2,
    "monitor": 1,
    "bastion": 1,
    "node": 6,
    "scanner": 1,
    "media": 2,
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
HEX = malicious.HEX
ZONE = "acmeworks.example"
GREEN = [f"10.1.12.{number}" for number in range(10, 16)]
SPOT = [f"10.1.13.{number}" for number in range(20, 30)]
BALANCERS = [f"10.2.61.{number}" for number in (11, 12)]
METRICS = "monitoring.eu-west-1.amazonaws.com"
LOGS = "logs.eu-west-1.amazonaws.com"
QUEUE = "sqs.eu-west-1.amazonaws.com"
SERVICES = [
    f"{service}.eu-west-1.amazonaws.com"
    for service in (
        "sts",
        "kms",
        "secretsmanager",
        "dynamodb",
        "ec2",
        "api.ecr",
        "events",
        "states",
        "firehose",
        "kinesis",
        "elasticache",
    )
]
SHEETS = "sheets.officesuite.example"
NARROW: dict[str, Any] = {"app": "unknown", "alert": False, "out": 60, "back": 0, "packets": (1, 0)}
"""A knock that nobody answers."""
CLOSED: dict[str, Any] = {**NARROW, "back": 54, "packets": (1, 1)}


# --- what is honest


def resolved(fleet: Fleet, at: float, source: str, name: str, slot: object, *, size: int = 1, **how: Any) -> None:
    """Look a name up whose `size` addresses are those of its `slot` of time, and call one of them."""
    addresses = [fleet.address(f"{name}#{slot}#{number}") for number in range(size)]
    fleet.ask(at, source, name, answers=addresses)
    fleet.call(at, source, name, to=fleet.rng.choice(addresses), **how)


def inside(fleet: Fleet, times: Iterable[float], source: str, peer: str, door: tuple[int, str], **how: Any) -> None:
    """Call a machine of one's own."""
    for at in times:
        fleet.call(at, source, to=peer, port=door[0], app=door[1], alert=False, **how)


def connectors(fleet: Fleet) -> None:
    """Poll the ERP by the minute, and hand the payroll over twice a day."""
    for at in fleet.times(60, 0.02):
        fleet.call(at, fleet.roles["batch"][0], "api.erpcloud.example", out=900, back=1500)
    for at in (FIRST + 5 * HOUR, START + 3 * HOUR):
        fleet.call(at, fleet.roles["batch"][1], "intake.payrolls.example", out=3e6, lasts=30)


def edi(fleet: Fleet) -> None:
    """Fetch orders of a dozen partners by SFTP, and of four by AS2 on ports of theirs; one partner moves today."""
    source = fleet.roles["batch"][2]
    for number in range(12):
        for at in fleet.times(900 * fleet.rng.choice((1, 2, 4)), 0.02):
            moved = number == 3 and at > START + 2 * HOUR  # noqa: PLR2004
            how: dict[str, Any] = {"port": 22, "app": "ssh", "alert": False, "out": 9000, "back": 30_000, "lasts": 12}
            resolved(fleet, at, source, f"sftp.partner{number:02d}.example", moved, **how)
    for number, port in enumerate((4443, 5443, 5080, 10_080)):
        for at in fleet.by_chance(2000):
            fleet.call(at, source, f"as2.buyer{number}.example", port=port, out=40_000, back=3000)


def brokers(fleet: Fleet) -> None:
    """Publish to three brokers inside, by name; one of them is replaced inside the window, and has a new address."""
    for source in fleet.roles["app"]:
        for number in (1, 2, 3):
            for at in fleet.by_chance(3000):
                address = f"10.2.40.{27 if number == 2 and at > START + 2 * HOUR else 10 + number}"  # noqa: PLR2004
                name = f"b-{number}.kafka.{ZONE}"
                fleet.ask(at, source, name, answers=[address], ttl=60)
                fleet.call(at, source, name, to=address, port=9094, out=9000, lasts=300)


def failover(fleet: Fleet) -> None:
    """Let the database fail over to its standby inside the window, and have one more reader an hour later."""
    for source in fleet.roles["app"][:30]:
        for since, until, address in (
            (FIRST, START + 3 * HOUR, "10.2.50.10"),
            (START + 3 * HOUR, END, "10.2.50.90"),
            (START + 4 * HOUR, END, "10.2.50.33"),
        ):
            times = [since + fleet.rng.uniform(1, 60), *fleet.by_chance(1500, since=since, until=until)]
            inside(fleet, times, source, address, (5432, "pgsql"), lasts=30)


def blue_green(fleet: Fleet) -> None:
    """Replace a service's six instances by six new ones inside the window, which do what those do."""
    for source, since in (
        *((one, FIRST) for one in fleet.roles["app"][30:36]),
        *((one, START + 2.5 * HOUR) for one in GREEN),
    ):
        if source in GREEN:
            for at in fleet.times(300, 0.02, since=since):
                fleet.call(at, source, METRICS, out=1800, back=700)
            for at in fleet.times(HOUR, 0.1, since=since):
                fleet.call(
                    at, source, "mirror.distribution.example", port=80, app="http", http_user_agent="updater/2.1"
                )
            fleet.call(since + 20, source, "stream.flagservice.example", lasts=1.9 * HOUR, out=20_000, back=90_000)
        for at in fleet.by_chance(900, since=since):
            fleet.call(at, source, "api.cardpayments.example", out=2500, back=3000)
        for peer in fleet.roles["db"][:2]:
            inside(fleet, (since + 30, *fleet.by_chance(3000, since=since)), source, peer, (61_616, "http"))
        for asks in fleet.roles["web"][:8]:
            inside(fleet, (since + 60, *fleet.by_chance(2500, since=since)), asks, source, (8081, "http"))


def flags(fleet: Fleet) -> None:
    """Hold a stream of switches open on every app instance, and open it anew every two hours."""
    for source in fleet.roles["app"]:
        for at in fleet.times(2 * HOUR, 0.01):
            fleet.call(at, source, "stream.flagservice.example", lasts=1.9 * HOUR, out=20_000, back=90_000)


def visitors(fleet: Fleet) -> None:
    """Be pulled from by a content network's edges, and looked at by probes of a service, by the clock."""
    for source in (fleet.address() for _ in range(40)):
        for at in fleet.by_chance(700):
            fleet.call(
                at, source, f"www.{ZONE}", to=fleet.rng.choice(fleet.roles["web"][:6]), lookup=False, back=60_000
            )
    for source in (fleet.address() for _ in range(10)):
        for at in fleet.times(300, 0.01):
            fleet.call(at, source, f"www.{ZONE}", to=fleet.roles["web"][0], lookup=False, out=700, back=5000)


def noise(fleet: Fleet) -> None:
    """Be knocked at by the internet, as everybody with a public address is."""
    for source in (fleet.address() for _ in range(25)):
        since = fleet.rng.uniform(FIRST, END - HOUR)
        port = fleet.rng.choice((22, 23, 80, 445, 3389, 8080))
        for number, peer in enumerate(fleet.roles["web"]):
            fleet.call(since + 3 * number, source, to=peer, port=port, **NARROW)


def certificates(fleet: Fleet) -> None:
    """Renew certificates twice a day by ACME, with challenges in DNS, and ask hourly whether they are revoked."""
    for number, source in enumerate(fleet.roles["web"][:10]):
        for at in (*fleet.times(11 * HOUR, 0.2),):
            fleet.call(at, source, "acme-v02.freecerts.example", out=9000, back=12_000)
            for wait in (20, 40, 80):
                fleet.ask(
                    at + wait, source, f"_acme-challenge.shop{number}.{ZONE}", kind="TXT", answers=[fleet.label(43)]
                )
        for at in fleet.times(HOUR, 0.1):
            fleet.call(at, source, "r10.o.freecerts.example", port=80, app="http", http_user_agent="nginx/1.24.0")


def series(fleet: Fleet) -> None:
    """Write points of the databases to a series service, every half minute."""
    for source in fleet.roles["db"]:
        for at in fleet.times(30, 0.01):
            fleet.call(at, source, "eu-central.seriescloud.example", out=6000, back=300)


def shippers(fleet: Fleet) -> None:
    """Ship logs when a batch is full, or old."""
    for source in fleet.everybody:
        for at in fleet.by_chance(900):
            resolved(fleet, at, source, LOGS, int(at // HOUR), size=4, out=fleet.rng.lognormvariate(11, 1), back=600)


def endpoints(fleet: Fleet) -> None:
    """Call the provider's endpoints, whose addresses change; two instances call one that is new to all."""
    for source in fleet.everybody:
        for name in fleet.rng.sample(SERVICES, 3):
            for at in fleet.by_chance(2400):
                resolved(fleet, at, source, name, int(at // HOUR), size=4, out=2500, back=2500)
        for at in fleet.times(2.1 * HOUR, 0.05):
            fleet.call(at, source, "ssmmessages.eu-west-1.amazonaws.com", lasts=2 * HOUR, out=40_000, back=30_000)
    for source in fleet.roles["app"][40:42]:
        for at in fleet.by_chance(600, since=START + HOUR):
            fleet.call(at, source, "bedrock-runtime.eu-west-1.amazonaws.com", out=9000, back=30_000, lasts=9)


def queues(fleet: Fleet) -> None:
    """Wait for messages, twenty seconds each time."""
    for source in fleet.roles["batch"][3:5]:
        for at in fleet.times(20.3, 0.01):
            fleet.call(at, source, QUEUE, out=900, back=500, lasts=20)


def vulnerability_scanner(fleet: Fleet) -> None:
    """Scan all of one's own machines, once before the window and once inside it."""
    (source,) = fleet.roles["scanner"]
    for since in (FIRST + 2 * HOUR, START + 4 * HOUR):
        for number, peer in enumerate(fleet.everybody):
            for port in (21, 22, 23, 25, 80, 111, 443, 445, 3306, 3389, 5432, 8080):
                answers = port in (22, 8080) and fleet.rng.random() < 0.5  # noqa: PLR2004
                how = {"app": "ssh", "alert": False, "packets": (7, 6)} if answers else CLOSED
                fleet.call(since + 20 * number + fleet.rng.random() * 20, source, to=peer, port=port, **how)


def notebooks(fleet: Fleet) -> None:
    """Work in notebooks: packages, models, and data from wherever it lies; one more scientist begins today."""
    for source, since in zip(fleet.roles["batch"][6:10], (FIRST, FIRST, FIRST, START + 2 * HOUR), strict=True):
        for at in fleet.by_chance(1.5 * HOUR, since=since):
            for number in range(8):
                name = fleet.rng.choice(
                    ("files.packages.example", "conda.channels.example", "cdn-lfs.modelhub.example")
                )
                fleet.call(at + 15 * number, source, name, back=2e7, lasts=6)
            fleet.call(
                at + 200, source, f"data.{fleet.rng.choice(benign.WORDS)}{fleet.rng.randint(1, 900)}.example", back=9e7
            )


def caches(fleet: Fleet) -> None:
    """Build on machines that live for one job: each has an address of its own, and fetches and keeps a cache."""
    for number in range(48):
        source, since = f"10.1.14.{number + 10}", FIRST + number * HOUR / 2
        for at in fleet.times(50, 0.02, since=since, until=since + 1500):
            fleet.call(at, source, "broker.actions.codehost.example", out=900, back=700, lasts=49)
        for wait in range(60, 1400, 200):
            fleet.call(since + wait, source, "cache.buildstore.example", out=3e6, back=5e7, lasts=9)
            fleet.call(since + wait + 30, source, f"pkg{wait % 7}.packages.example", back=2e6)


def images(fleet: Fleet) -> None:
    """Pull images from four registries and the hosts they send one to; three nodes need one registry more today."""
    registries = ("registry-1.dockyard.example", "ghcr.codehost.example", "quayside.example", "public.ecr.aws")
    for source in fleet.roles["node"]:
        for at in fleet.by_chance(1800):
            fleet.call(at, source, fleet.rng.choice(registries), out=3000, back=9000)
            fleet.call(at + 1, source, f"d{fleet.label(13)}.edgefront.example", back=8e7, lasts=10)
    for source in fleet.roles["node"][:3]:
        for at in fleet.by_chance(1800, since=START + 2 * HOUR):
            fleet.call(at, source, "registry.operatorvendor.example", out=3000, back=9000)


def calls(fleet: Fleet) -> None:
    """Carry calls of customers: STUN and TURN, then media to wherever they are, now and then for long."""
    for source in fleet.roles["media"]:
        for at in fleet.times(25, 0.05):
            fleet.call(
                at, source, "stun.relays.example", port=3478, app="failed", proto="UDP", alert=False, out=100, back=120
            )
        for at in fleet.by_chance(240):
            lasts = fleet.rng.lognormvariate(6.3, 1)
            how: dict[str, Any] = {"app": "failed", "proto": "UDP", "alert": False, "lasts": lasts}
            port = 443 if fleet.rng.random() < 0.1 else fleet.rng.randint(10_000, 60_000)  # noqa: PLR2004
            fleet.call(at, source, to=fleet.address(), port=port, out=9000 * lasts, back=9000 * lasts, **how)
        for at in fleet.by_chance(1200):
            fleet.call(at, source, "turn.relays.example", port=5349, out=3e6, back=3e6, lasts=400)


def devices(fleet: Fleet) -> None:
    """Be called by devices in the field, which stay connected for hours, and pass on what they say."""
    source = fleet.roles["app"][20]
    for device in (fleet.address() for _ in range(60)):
        for at in fleet.times(5 * HOUR, 0.3):
            fleet.call(at, device, f"mqtt.{ZONE}", to=source, port=8883, lookup=False, lasts=4.5 * HOUR, out=90_000)
    for at in fleet.times(7 * HOUR, 0.01):
        fleet.call(at, source, "a1b2c3d4-ats.iot.eu-west-1.amazonaws.com", port=8883, lasts=6.9 * HOUR, out=3e6)


def mail_filter(fleet: Fleet) -> None:
    """Judge mail: hashes of senders in a list, policies with the sender's address in a name, keys, and who called."""
    (source,) = fleet.roles["mail"]
    for at in fleet.by_chance(150):
        domain = f"{fleet.rng.choice(benign.WORDS)}{fleet.rng.choice(benign.WORDS)}{fleet.rng.randint(1, 99)}.example"
        octets = ".".join(str(fleet.rng.randint(1, 250)) for _ in range(4))
        fleet.ask(at, source, f"{octets}.in-addr.arpa", kind="PTR", answers=[f"mx.{domain}"])
        fleet.ask(at, source, domain, kind="TXT", answers=["v=spf1 exists:%{ir}.%{v}._spf.%{d} -all"])
        fleet.ask(at, source, f"{octets}.in-addr._spf.{domain}", answers=["127.0.0.2"])
        fleet.ask(at, source, f"{fleet.label(8)}._domainkey.{domain}", kind="TXT", answers=["v=DKIM1; p=MIIB"])
        fleet.ask(at, source, f"{fleet.label(32)}.ebl.mailhashes.example", rcode="NXDOMAIN")
        fleet.ask(at, source, f"_mta-sts.{domain}", kind="TXT", rcode="NXDOMAIN")
        fleet.ask(at, source, f"_25._tcp.mx.{domain}", kind="TLSA", rcode="NXDOMAIN")
        if fleet.rng.random() < 0.1:  # noqa: PLR2004
            fleet.call(at + 1, source, f"mta-sts.{domain}", out=700, back=1500)
        fuzzy: dict[str, Any] = {"app": "failed", "proto": "UDP", "alert": False, "out": 500, "back": 120}
        fleet.call(at + 1, source, "fuzzy.mailhashes.example", port=11_335, **fuzzy)


def cluster_names(fleet: Fleet) -> None:
    """Try a cluster's search list before each name outside, and find members of services by SRV."""
    names = ("api.cardpayments.example", "www.amberinlet.example", "registry-1.dockyard.example")
    for source in fleet.roles["node"]:
        for at in fleet.by_chance(240):
            for suffix in ("shop.svc.cluster.local", "svc.cluster.local", "eu-west-1.compute.internal"):
                fleet.ask(at, source, f"{fleet.rng.choice(names)}.{suffix}", rcode="NXDOMAIN")
        for at in fleet.by_chance(500):
            member = f"{fleet.rng.choice(('cart', 'stock', 'search'))}-{fleet.rng.randint(0, 40)}"
            fleet.ask(at, source, f"_http._tcp.{member}.shop.{ZONE}", kind="SRV", answers=["0 10 8080 pod"])


def split_horizon(fleet: Fleet) -> None:
    """Know the portal by an address inside, but for the monitor, which looks at it from outside since today."""
    name = f"portal.{ZONE}"
    for source in fleet.roles["web"][10:16]:
        for at in fleet.by_chance(1200):
            fleet.ask(at, source, name, answers=["10.2.60.5"], ttl=60)
            fleet.call(at, source, name, to="10.2.60.5")
    for at in fleet.times(300, 0.01, since=START + HOUR):
        resolved(fleet, at, fleet.roles["monitor"][0], name, "outside", out=700, back=9000)


def eyeballs(fleet: Fleet) -> None:
    """Ask for both families of addresses, race them, and end on IPv4."""
    for source in fleet.roles["web"][:12]:
        for at in fleet.by_chance(700):
            name = f"{fleet.rng.choice(('fonts', 'maps', 'pay', 'tags'))}.widgets.example"
            fleet.ask(at, source, name, kind="AAAA", answers=["2001:db8:77::10"])
            fleet.call(at, source, name)


def balancers(fleet: Fleet) -> None:
    """Look from the load balancer whether its targets live, by TLS that names nobody; it gets a node more today."""
    for source, since in (*((one, FIRST) for one in BALANCERS), ("10.2.61.30", START + 3 * HOUR)):
        for peer in fleet.roles["web"][:6]:
            for at in fleet.times(30, 0.01, since=since):
                fleet.call(at, source, to=peer, port=8443, out=700, back=900)


def offsite(fleet: Fleet) -> None:
    """Copy a database to a vault by ssh twice a day, for hours, and others to another region once, at night."""
    for at in (FIRST + 3 * HOUR, START + 4 * HOUR):
        fleet.call(
            at,
            fleet.roles["db"][0],
            "vault.offsite.example",
            port=22,
            app="ssh",
            alert=False,
            lasts=2.5 * HOUR,
            out=9e9,
        )
    for source in fleet.roles["db"][1:]:
        for part in range(80):
            at = START + 5 * HOUR + 4 * part
            resolved(fleet, at, source, "s3.eu-central-1.amazonaws.com", part // 9, size=3, out=6e7, lasts=30)


def bank(fleet: Fleet) -> None:
    """Ask the bank for statements, on its port, by its name, which moves while the bank tests a second site."""
    for source in fleet.roles["batch"][10:12]:
        for at in fleet.by_chance(1200):
            resolved(fleet, at, source, "h2h.clearingbank.example", at > START + HOUR, port=9443, out=9000, back=30_000)


def warehouse(fleet: Fleet) -> None:
    """Load the warehouse from four instances: queries, a check of its certificate, and parts left in its stage."""
    for source in fleet.roles["batch"][12:16]:
        for at in fleet.by_chance(1500):
            fleet.call(at, source, "ab12345.eu-west-1.warehouse.example", out=9000, back=200_000, lasts=20)
            fleet.call(at, source, "ocsp.rootcerts.example", port=80, app="http", http_user_agent="snowdriver/3.1")
            fleet.call(at + 9, source, "stage-7f3a.s3.eu-west-1.amazonaws.com", out=5e7, lasts=12)


def spot(fleet: Fleet) -> None:
    """Bring ten workers up inside the window, which take from the queue and ask the warehouse."""
    for source in SPOT:
        since = START + 5 * HOUR + fleet.rng.random() * 600
        for at in fleet.times(300, 0.02, since=since):
            fleet.call(at, source, METRICS, out=1800, back=700)
        for at in fleet.times(20.3, 0.01, since=since):
            fleet.call(at, source, QUEUE, out=900, back=500, lasts=20)
        for at in fleet.by_chance(900, since=since):
            fleet.call(at, source, "ab12345.eu-west-1.warehouse.example", out=9000, back=200_000, lasts=20)
            resolved(fleet, at, source, LOGS, int(at // HOUR), size=4, out=60_000, back=600)


def code_by_ssh(fleet: Fleet) -> None:
    """Fetch code by ssh on 443, as the code host has it for those behind firewalls; from the bastion since today."""
    for source, since in (*((one, FIRST) for one in fleet.roles["ci"]), (fleet.roles["bastion"][0], START + HOUR)):
        for at in fleet.by_chance(1800, since=since):
            fleet.call(at, source, "ssh.codehost.example", app="ssh", alert=False, out=9000, back=900_000, lasts=8)


def runtimes(fleet: Fleet) -> None:
    """Say hello as the runtime does that each app instance has; three get a new one inside the window."""
    for number, source in enumerate(fleet.roles["app"]):
        for at in fleet.by_chance(1500):
            new = number in (44, 45, 46) and at > START + 2 * HOUR
            hello = ("a", "b", "c")[number % 3] if not new else "d"
            fleet.call(at, source, "auth.identityprovider.example", ja3={"hash": hello * 32}, out=3000, back=5000)


def staff(fleet: Fleet) -> None:
    """Hold tunnels to people at home from the bastion, ever others, for hours, with a relay that is always there."""
    (source,) = fleet.roles["bastion"]
    for at in fleet.by_chance(HOUR):
        how: dict[str, Any] = {"app": "failed", "proto": "UDP", "alert": False, "lasts": fleet.rng.uniform(1, 4) * HOUR}
        fleet.call(at, source, to=fleet.address(), port=fleet.rng.randint(30_000, 60_000), out=9e6, back=9e6, **how)
    for at in fleet.times(3 * HOUR, 0.05):
        fleet.call(at, source, "derp9.meshvpn.example", lasts=2.9 * HOUR, out=90_000, back=90_000)


def daily(fleet: Fleet) -> None:
    """Fetch once a day: rates before the window, and where addresses lie inside it."""
    fleet.call(FIRST + 4 * HOUR, fleet.roles["batch"][17], "rates.centralbank.example", back=90_000)
    fleet.call(START + 2 * HOUR, fleet.roles["batch"][17], "download.geoaddresses.example", back=6e7, lasts=9)


def name_checks(fleet: Fleet) -> None:
    """Ask public resolvers for the company's names from the monitor, and by HTTPS in browsers on the bastion."""
    for address in ("1.1.1.1", "8.8.8.8", "9.9.9.9", "208.67.222.222"):
        for at in fleet.times(300, 0.01):
            fleet.call(
                at,
                fleet.roles["monitor"][0],
                to=address,
                port=53,
                app="dns",
                proto="UDP",
                alert=False,
                out=80,
                back=150,
            )
    for at in fleet.by_chance(1500):
        malicious.questions(fleet, fleet.roles["bastion"][0], at, 40, (110, 200), name="doh.cleanbrowsing.org")


def hidden_hello(fleet: Fleet) -> None:
    """Say a content network's common name outside and the true one hidden within, as browsers on the bastion do."""
    (source,) = fleet.roles["bastion"]
    for at in fleet.by_chance(1200):
        address = fleet.address(f"edge{fleet.rng.randint(1, 60)}")
        fleet.ask(
            at, source, f"www.{fleet.rng.choice(benign.WORDS)}-{fleet.rng.randint(1, 99)}.example", answers=[address]
        )
        fleet.call(at, source, "outer-ech.contentfront.example", to=address)


def on_premises(fleet: Fleet) -> None:
    """Belong to the domain at home, over the line: names, directory, tickets and shares; one more joins today."""
    for source, since in (*((one, FIRST) for one in fleet.roles["batch"][18:21]), ("10.1.12.30", START + 2 * HOUR)):
        for port, app, every in ((53, "dns", 400), (389, "ldap", 1500), (88, "krb5", 2000), (445, "smb", 2500)):
            for at in fleet.by_chance(every, since=since):
                proto = "UDP" if port == 53 else "TCP"  # noqa: PLR2004
                fleet.call(
                    at, source, to="192.168.20.5", port=port, app=app, proto=proto, alert=False, out=300, back=700
                )


def office(fleet: Fleet) -> None:
    """Write reports into sheets that people share, from four app instances."""
    for source in fleet.roles["app"][:4]:
        for at in fleet.by_chance(1500):
            fleet.call(at, source, SHEETS, out=9000, back=9000)


# --- what intruders do

BEACONS: Sequence[tuple[float, float, dict[str, Any]]] = (
    (75, 0.2, {}),
    (2, 0.2, {"until": START + 3 * HOUR}),
    (3600, 0.1, {}),
    (120, 0.8, {}),
    (30, 0.5, {"out": 1200, "back": 300}),
    (90, 0.1, {"port": 8080, "app": "http", "http_user_agent": "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)"}),
    (180, 0.25, {"port": 80, "app": "http", "http_user_agent": "Microsoft BITS/7.8"}),
    (15, 0.15, {"app": "quic", "proto": "UDP"}),
    (900, 0.4, {"ja3": {"hash": "9" * 32}}),
)
"""Seconds, jitter, and how; `until` is when whoever is there goes to bed."""

CALLS: Sequence[tuple[tuple[str, ...], int, dict[str, Any]]] = (
    # Tunnels and shells.
    (("tls-on-odd-ports", "tls-without-sni", "long-connections"), 1, {"port": 11_601, "lasts": 5 * HOUR}),
    (("long-connections",), 1, {"port": 7000, "app": "failed", "lasts": 4 * HOUR, "alert": False}),
    (("long-connections",), 1, {"port": 51_820, "app": "failed", "proto": "UDP", "lasts": 5 * HOUR, "alert": False}),
    (("long-connections",), 2, {"port": 22, "app": "ssh", "lasts": 3 * HOUR, "alert": False}),
    (("stranger-on-443", "long-connections"), 2, {"app": "ssh", "lasts": 3 * HOUR}),
    (("long-connections",), 1, {"port": 4444, "app": "failed", "lasts": 2.5 * HOUR, "out": 30_000, "alert": False}),
    (("stranger-on-443",), 2, {"app": "failed", "lasts": 1500, "out": 4000, "back": 2500}),
    (("tls-without-sni",), 2, {"lasts": 900, "out": 60_000}),
    # Miners and onion bridges.
    (("stranger-on-443", "long-connections"), 1, {"app": "failed", "lasts": 4 * HOUR, "out": 200_000}),
    (("long-connections",), 1, {"port": 14_444, "app": "failed", "lasts": 4 * HOUR, "alert": False}),
    (("long-connections",), 1, {"port": 42_917, "app": "failed", "lasts": 3 * HOUR, "out": 2e6, "alert": False}),
    # Remote desktops.
    (("stranger-on-443",), 4, {"app": "rdp", "lasts": 700}),
    (("long-connections",), 1, {"port": 21_116, "app": "failed", "lasts": 3 * HOUR, "alert": False}),
    # Resolvers.
    (("stranger-on-443",), 30, {"app": "failed", "proto": "UDP", "out": 700, "back": 900}),
    (("outside-resolvers",), 8, {"port": 853, "app": "quic", "proto": "UDP", "out": 1500, "back": 2500}),
    (("outside-resolvers",), 90, {"port": 53, "app": "dns", "proto": "UDP", "alert": False, "out": 90, "back": 300}),
    (("outside-resolvers",), 3, {"port": 5353, "app": "dns", "proto": "UDP", "alert": False, "out": 90, "back": 300}),
    # Servers of C2 that have certificates of their own on ports of their own.
    (("tls-on-odd-ports", "tls-without-sni"), 20, {"port": 31_337}),
    (("tls-on-odd-ports", "tls-without-sni"), 3, {"port": 50_050}),
    (("tls-on-odd-ports", "tls-without-sni"), 1, {"port": 4443, "back": 2e6}),
)
"""Hunts, how often, and how: to an address that somebody was told, each from a new victim."""

TUNNELS: Sequence[tuple[int, float, str, Callable[[Fleet, int], str]]] = (
    (900, 1, "TXT", lambda fleet, n: fleet.label(18 if n % 5 else 58, HEX)),
    (60, 4, "TXT", lambda fleet, n: f"{n}.{fleet.label(63)}.{fleet.label(63)}.{fleet.label(50)}"),
    (24, 1200, "CNAME", lambda fleet, _: f"{fleet.label(fleet.rng.randint(20, 32))}.appsync-api.eu-west-1"),
    (90, 300, "TXT", lambda fleet, _: fleet.label(24)),
    (400, 60, "A", lambda fleet, n: f"{fleet.label(8, HEX)}.{n % 16:x}"),
    (200, 8, "A", lambda fleet, n: f"{n:03d}{fleet.label(28)}c{fleet.label(4, HEX)}t"),
)
"""How many questions, seconds between them, their type, and the label."""

SPOKEN = (
    "children",
    "catch",
    "gentle",
    "system",
    "winter",
    "ladies",
    "travel",
    "either",
    "branch",
    "mother",
    "market",
    "decide",
    "welcome",
    "strange",
)

GENERATORS: Sequence[tuple[int, float, Callable[[Fleet], str]]] = (
    (
        120,
        2,
        lambda fleet: f"{fleet.label(fleet.rng.randint(8, 25), LETTERS)}.{fleet.rng.choice(('com', 'net', 'org'))}",
    ),
    (
        600,
        0.1,
        lambda fleet: f"{fleet.label(fleet.rng.randint(5, 11), LETTERS)}.{fleet.rng.choice(('cc', 'ws', 'biz'))}",
    ),
    (
        50,
        5,
        lambda fleet: f"{''.join(fleet.rng.choice('bdgklmnprst') + fleet.rng.choice('aeiou') for _ in range(5))}.su",
    ),
    (32, 4, lambda fleet: f"{fleet.label(32, HEX)}.cc"),
    (85, 3, lambda fleet: f"{fleet.rng.choice(SPOKEN)}{fleet.rng.choice(SPOKEN)}.net"),
)
"""How many names, over how many hours, and the name."""


def _beacon(every: float, jitter: float, how: dict[str, Any]) -> Family:
    def family(fleet: Fleet) -> None:
        source, name = fleet.victim(), f"{fleet.label(5)}.{fleet.label(9)}.example"
        more = {"out": 450, "back": 600, **how}
        until = more.pop("until", END)
        since = START + fleet.rng.random() * HOUR
        malicious.contacts(fleet, source, name, [*fleet.times(every, jitter, since, until)], **more)
        client = how.get("http_user_agent") or how.get("ja3", {}).get("hash")
        if client:
            fleet.found("rare-clients", source, client)

    return family


def fallback(fleet: Fleet) -> None:
    """Call home until the name is taken away, ask for it a while, and go on with the second name, and then in DNS."""
    source, first, second = fleet.victim(), f"{fleet.label(9)}.example", f"{fleet.label(9)}.example"
    until = START + 3 * HOUR
    malicious.contacts(fleet, source, first, [*fleet.times(60, 0.2, START + 600, until)], out=450, back=600)
    for at in fleet.times(60, 0.2, until + 300, until + 1200):
        fleet.ask(at, source, first, rcode="NXDOMAIN")
    malicious.contacts(
        fleet, source, second, [*fleet.times(60, 0.2, until + 1200, until + 3 * HOUR)], out=450, back=600
    )
    malicious.carry(fleet, [fleet.label(30) for _ in range(60)], 10, "TXT", source)


def interactive(fleet: Fleet) -> None:
    """Call home by the minute, but while somebody types."""
    source, name = fleet.victim(), f"{fleet.label(4)}.{fleet.label(8)}.example"
    typed = [START + 4 * HOUR + fleet.rng.random() * 2400 for _ in range(500)]
    times = [*fleet.times(60, 0.1, START + 900, START + 4 * HOUR), *typed, *fleet.times(60, 0.1, START + 4.7 * HOUR)]
    malicious.contacts(fleet, source, name, times, out=600, back=900)


def asleep(fleet: Fleet) -> None:
    """Call home twice in the whole time."""
    source, name = fleet.victim(), f"{fleet.label(8)}.example"
    malicious.contacts(fleet, source, name, [START + HOUR, START + 5 * HOUR], beacon=False, out=700, back=900)


def shared_sheet(fleet: Fleet) -> None:
    """Be told what to do in a sheet, at a place that others of the fleet write to."""
    source = fleet.victim()
    for at in fleet.times(45, 0.1, since=START + HOUR):
        fleet.call(at, source, SHEETS, out=900, back=1800)
    fleet.found("beacons", source, SHEETS)


def chat_bot(fleet: Fleet) -> None:
    """Wait for what a chat says, by its interface for bots, and answer with files."""
    source, name = fleet.victim(), "api.chatmessenger.example"
    malicious.contacts(fleet, source, name, [*fleet.times(50, 0.03, since=START + HOUR)], out=700, back=500, lasts=50)


def public_resolver(fleet: Fleet) -> None:
    """Carry everything in questions to a public resolver by HTTPS, by the clock."""
    source, name = fleet.victim(), "mozilla.cloudflare-dns.com"
    malicious.contacts(fleet, source, name, [*fleet.times(30, 0.3, since=START + 2 * HOUR)], out=1500, back=1800)
    fleet.found("outside-resolvers", source, name)


def private_resolver(fleet: Fleet) -> None:
    """Ask a resolver of one's own by HTTPS at an address, by TLS and by QUIC, and go where it says."""
    for app in ("tls", "quic"):
        source, address = fleet.victim(), fleet.address()
        for hour in range(1, 6):
            count = fleet.rng.randint(40, 160)
            malicious.questions(fleet, source, START + hour * HOUR, count, (130, 240), to=address, app=app)
        malicious.unasked(fleet, source, 4, START + HOUR)
        fleet.found("dns-over-https", source, address)
        if app == "tls":
            fleet.found("tls-without-sni", source, address)


def websocket(fleet: Fleet) -> None:
    """Hold a tunnel in a WebSocket: by plain HTTP to an address, and by TLS to a service that gives tunnels away."""
    source, address, client = fleet.victim(), fleet.address(), "Go-http-client/1.1"
    fleet.call(START + HOUR, source, to=address, port=8080, app="http", lasts=5 * HOUR, out=9e6, http_user_agent=client)
    for hunt in ("long-connections", "new-destinations", "rare-destinations"):
        fleet.found(hunt, source, address)
    fleet.found("rare-clients", source, client)
    source, name = fleet.victim(), "connect.eu.freetunnels.example"
    malicious.contacts(fleet, source, name, [START + 2 * HOUR], beacon=False, lasts=5 * HOUR, out=4e6, back=3e6)
    fleet.found("long-connections", source, fleet.address(name))


def helpdesk(fleet: Fleet) -> None:
    """Let oneself be helped by a tool for help, whose relay has a protocol of its own on 443, behind a name."""
    source, name = fleet.victim(), f"instance-{fleet.label(6)}-relay.screenhelp.example"
    fleet.call(START + HOUR, source, name, app="failed", alert=False, lasts=5 * HOUR, out=900_000, back=400_000)
    fleet.found("stranger-on-443", source, fleet.address(name))
    fleet.found("long-connections", source, fleet.address(name))


def pool(fleet: Fleet) -> None:
    """Mine at a pool by TLS on 443."""
    source, name = fleet.victim(), "gulf.coinpool.example"
    malicious.contacts(fleet, source, name, [START + 1800], beacon=False, lasts=6 * HOUR, out=400_000, back=300_000)
    fleet.found("long-connections", source, fleet.address(name))


def borrowed(fleet: Fleet) -> None:
    """Say a great site's name to one's own server: one that the fleet knows, and one that nobody here asks for."""
    for name in ("pay.widgets.example", "www.greatsite.example"):
        source, address = fleet.victim(), fleet.address()
        for at in fleet.by_chance(900, since=START + HOUR, until=START + 6 * HOUR):
            fleet.call(at, source, name, to=address, out=30_000, back=200_000)
        fleet.found("forged-sni", source, address)
        if "great" in name:
            fleet.found("new-destinations", source, domain_of(name))
        fleet.bad.add((source, domain_of(name)))


def pieces(fleet: Fleet) -> None:
    """Carry out in forty small pieces, at no particular time."""
    source, name = fleet.victim(), f"{fleet.label(5)}.{fleet.label(7)}.example"
    times = [fleet.rng.uniform(START + HOUR, START + 7 * HOUR) for _ in range(40)]
    malicious.contacts(fleet, source, name, times, beacon=False, out=200_000, back=700)


def at_once(fleet: Fleet) -> None:
    """Carry out all at once, to a place for files that makes a name of its own for each part, and to a paste."""
    source = fleet.victim()
    for number in range(30):
        at = START + 3 * HOUR + 20 * number
        fleet.call(at, source, f"gfs{270 + number}n.userstorage.megastore.example", out=9e7, lasts=18)
    fleet.call(START + 3 * HOUR - 9, source, "g.api.megastore.example")
    fleet.found("new-destinations", source, "megastore.example")
    malicious.contacts(fleet, fleet.victim(), "paste.codebin.example", [START + 5 * HOUR], beacon=False, out=90_000)


def stage(fleet: Fleet) -> None:
    """Fetch the next stage from an address by HTTP."""
    source, address, client = fleet.victim(), fleet.address(), "Wget/1.21.2"
    fleet.call(START + HOUR, source, to=address, port=80, app="http", back=3e6, http_user_agent=client)
    for hunt in ("new-destinations", "rare-destinations"):
        fleet.found(hunt, source, address)
    fleet.found("rare-clients", source, client)


def lateral(fleet: Fleet) -> None:
    """Go to other machines: a build server's page, a share, a screen, a database, tasks of remote calls."""
    peers = {role: fleet.roles[role][0] for role in ("ci", "mail", "monitor", "db", "bastion")}
    for role, port, app in (
        ("ci", 8088, "http"),
        ("mail", 445, "smb"),
        ("bastion", 5900, "rfb"),
        ("db", 1433, "failed"),
        ("monitor", 2049, "nfs"),
        ("ci", 22, "ssh"),
    ):
        source = fleet.victim()
        times = [fleet.rng.uniform(START + HOUR, START + 5 * HOUR) for _ in range(3)]
        inside(fleet, times, source, peers[role], (port, app), lasts=90, out=9000)
        fleet.found("east-west", source, peers[role])


def sweeps(fleet: Fleet) -> None:
    """Look for doors: for ssh inside, slowly for shares, one port after another, and for bots' doors outside."""
    near = [f"10.1.40.{number}" for number in range(1, 251)]
    far = [fleet.address() for _ in range(300)]
    doors = [(near[7], port) for port in range(1, 1001, 5)]
    for what, every, knocks in (
        ("22", 0.01, [(peer, 22) for peer in near]),
        ("445", 280, [(peer, 445) for peer in near[:80]]),
        (near[7], 15, doors),
        ("23", 3, [(peer, 23) for peer in far]),
    ):
        source = fleet.victim()
        for number, (peer, port) in enumerate(knocks):
            how = CLOSED if peer in near and fleet.rng.random() < 0.3 else NARROW  # noqa: PLR2004
            fleet.call(START + HOUR + number * every, source, to=peer, port=port, **how)
        fleet.found("scans", source, what)
        fleet.bad |= {(source, peer) for peer, _ in knocks}


BENIGN: tuple[Family, ...] = (
    connectors,
    edi,
    brokers,
    failover,
    blue_green,
    flags,
    visitors,
    noise,
    certificates,
    series,
    shippers,
    endpoints,
    queues,
    vulnerability_scanner,
    notebooks,
    caches,
    images,
    calls,
    devices,
    mail_filter,
    cluster_names,
    split_horizon,
    eyeballs,
    balancers,
    offsite,
    bank,
    warehouse,
    spot,
    code_by_ssh,
    runtimes,
    staff,
    daily,
    name_checks,
    hidden_hello,
    on_premises,
    office,
)
TECHNIQUES: tuple[Family, ...] = (
    *(_beacon(*row) for row in BEACONS),
    *(rows.call(hunts, times, 2.5, how) for hunts, times, how in CALLS),
    *(rows.tunnel(*row) for row in TUNNELS),
    *(rows.generator(*row) for row in GENERATORS),
    fallback,
    interactive,
    asleep,
    shared_sheet,
    chat_bot,
    public_resolver,
    private_resolver,
    websocket,
    helpdesk,
    pool,
    borrowed,
    pieces,
    at_once,
    stage,
    lateral,
    sweeps,
    rows.client("python-urllib3/1.9", (2, 3, 5)),
)
