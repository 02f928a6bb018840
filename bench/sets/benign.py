"""What an honest fleet does that looks like something else: each family is the look-alike of some hunt."""

from __future__ import annotations

from .fleet import END, FIRST, HOUR, START, Family, Fleet

WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "haven",
    "inlet",
    "jetty",
    "knoll",
    "ledge",
    "maple",
    "north",
    "ocean",
    "pearl",
    "quartz",
    "ridge",
    "solar",
    "tundra",
]


def traffic(fleet: Fleet) -> None:
    """Call partners that many instances share, at no particular time."""
    names = [
        f"{fleet.rng.choice(('api', 'www', 'static', 'auth'))}.{a}{b}.example" for a in WORDS[:8] for b in WORDS[8:12]
    ]
    for source in fleet.everybody:
        for name in fleet.rng.sample(names, 14):
            for at in fleet.by_chance(fleet.rng.uniform(1500, 6000)):
                fleet.call(
                    at, source, name, out=fleet.rng.lognormvariate(7.5, 1), back=fleet.rng.lognormvariate(9.5, 1.5)
                )


def own_partners(fleet: Fleet) -> None:
    """Call a few partners of each instance's own, at no particular time, for as long as there are logs."""
    for number, source in enumerate(fleet.everybody):
        for word in fleet.rng.sample(WORDS, 3):
            name = f"api.{word}-{number}.example"
            for at in fleet.by_chance(fleet.rng.uniform(600, 4000)):
                fleet.call(at, source, name, out=fleet.rng.lognormvariate(7, 1))


def telemetry(fleet: Fleet) -> None:
    """Send metrics of every instance, by the clock."""
    for source in fleet.everybody:
        for at in fleet.times(300, 0.02):
            fleet.call(at, source, "monitoring.eu-west-1.amazonaws.com", out=1800, back=700)


def agents(fleet: Fleet) -> None:
    """Let an agent of every instance report, with a name of its own for each under the maker's domain."""
    for number, source in enumerate(fleet.everybody):
        name = f"t{number:04d}.ingest.apmvendor.example"
        for at in fleet.times(240, 0.05):
            fleet.call(at, source, name, out=2500, back=400)


def clocks(fleet: Fleet) -> None:
    """Ask for the time from every instance to a server of its own from the pool, in FLOW alone."""
    for source in fleet.everybody:
        server = fleet.address()
        for at in fleet.times(1024, 0.01):
            fleet.call(
                at, source, to=server, port=123, app="ntp", proto="UDP", out=76, back=76, alert=False, packets=(1, 1)
            )


def antivirus(fleet: Fleet) -> None:
    """Ask about hashes of files, in names, from every web instance."""
    for source in fleet.roles["web"]:
        for at in fleet.by_chance(700):
            fleet.ask(
                at, source, f"{fleet.label(32, '0123456789abcdef')}.avqs.reputation.example", answers=["127.0.0.4"]
            )


def updates(fleet: Fleet) -> None:
    """Check for updates on every instance, once an hour, at a minute of its own."""
    for source in fleet.everybody:
        for at in fleet.times(HOUR, 0.1):
            fleet.call(at, source, "mirror.distribution.example", port=80, app="http", http_user_agent="updater/2.1")


def internal(fleet: Fleet) -> None:
    """Let web ask app and app the database, on ports low and high, for as long as there are logs."""
    for asks, port in (("web", 8080), ("app", 61616)):
        to = {"web": fleet.roles["app"], "app": fleet.roles["db"]}[asks]
        for source in fleet.roles[asks]:
            for peer in to:
                for at in fleet.by_chance(5000):
                    fleet.call(at, source, to=peer, port=port, app="http", alert=False)
                fleet.call(FIRST + 60, source, to=peer, port=port, app="http", alert=False)


def block_lists(fleet: Fleet) -> None:
    """Ask a block list about each address that delivers to the mail relay."""
    (relay,) = fleet.roles["mail"]
    for at in fleet.by_chance(60):
        octets = ".".join(str(fleet.rng.randint(1, 254)) for _ in range(4))
        fleet.ask(at, relay, f"{octets}.zen.blocklist.example", rcode="NXDOMAIN")


def code_polling(fleet: Fleet) -> None:
    """Let the build server ask its code host for news, by the clock, for as long as there are logs."""
    (builder,) = fleet.roles["ci"]
    for at in fleet.times(120, 0.02):
        fleet.call(at, builder, "git.codehost.example", out=900, back=1200)


def tracing(fleet: Fleet) -> None:
    """Call a handful of collectors named by ids, which the app instances share."""
    hosts = [f"{fleet.label(16, '0123456789abcdef')}.collect.tracing.example" for _ in range(12)]
    for source in fleet.roles["app"]:
        for at in fleet.by_chance(600):
            fleet.call(at, source, fleet.rng.choice(hosts))


def release(fleet: Fleet) -> None:
    """Give all web instances a new partner inside the window."""
    for source in fleet.roles["web"]:
        for at in fleet.by_chance(1200, since=START + HOUR):
            fleet.call(at, source, "checkout.newpartner.example")


def visits(fleet: Fleet) -> None:
    """Let administrators at the bastion read this and that, each once, as they did before the window."""
    (bastion,) = fleet.roles["bastion"]
    for at in fleet.by_chance(1500):
        fleet.call(at, bastion, f"www.{fleet.rng.choice(WORDS)}{fleet.rng.randint(100, 999)}.example", back=90_000)


def sender_checks(fleet: Fleet) -> None:
    """Look up SPF, DKIM and DMARC of whoever writes to the mail relay, and the domains in mail in a list of links."""
    (relay,) = fleet.roles["mail"]
    for at in fleet.by_chance(240):
        domain = f"{fleet.rng.choice(WORDS)}{fleet.rng.choice(WORDS)}.example"
        for name in (domain, f"s{fleet.rng.randint(1, 3)}._domainkey.{domain}", f"_dmarc.{domain}"):
            fleet.ask(at, relay, name, kind="TXT", answers=["v=spf1 -all"])
        fleet.ask(at, relay, f"{domain}.multi.linklist.example", rcode="NXDOMAIN")
        fleet.ask(at, relay, f"{fleet.rng.choice(WORDS)}-{fleet.rng.choice(WORDS)}.bounced.example", rcode="NXDOMAIN")


def site_checks(fleet: Fleet) -> None:
    """Look at thirty sites once every five minutes from the monitoring host, for as long as there are logs."""
    (monitor,) = fleet.roles["monitor"]
    for number in range(30):
        name = f"www.customer{number:02d}.example"
        for at in fleet.times(300, 0.01):
            fleet.call(at, monitor, name, out=700, back=9000, ttl=60)


def long_polling(fleet: Fleet) -> None:
    """Hold a request open for as long as it may last, and ask again: a queue for each app instance, one domain."""
    for number, source in enumerate(fleet.roles["app"]):
        for at in fleet.times(310, 0.03):
            fleet.call(at, source, f"q{number}.queue.messaging.example", lasts=300)


def shards(fleet: Fleet) -> None:
    """Fetch from a content network with many long host names, from two batch instances, as they always did."""
    for source in fleet.roles["batch"][:2]:
        for at in fleet.by_chance(400):
            host = f"r{fleet.rng.randint(1, 9)}---sn-{fleet.label(8)}.video.contentnetwork.example"
            fleet.call(at, source, host, back=4_000_000)


def search_suffix(fleet: Fleet) -> None:
    """Try the company's suffix first: names that don't exist, all day."""
    for source in fleet.roles["app"]:
        for at in fleet.by_chance(500):
            fleet.ask(
                at,
                source,
                f"api.{fleet.rng.choice(WORDS)}{fleet.rng.choice(WORDS)}.example.corp.example",
                rcode="NXDOMAIN",
            )


def held_open(fleet: Fleet) -> None:
    """Hold a connection of the build server's chat bridge for hours, as before."""
    (builder,) = fleet.roles["ci"]
    for at in (FIRST + 600, FIRST + 8 * HOUR, START + 300):
        fleet.call(at, builder, "gateway.chat.example", lasts=7 * HOUR, out=900_000, back=900_000)


def backups(fleet: Fleet) -> None:
    """Back the database up every hour, to the storage that it always went to."""
    for source in fleet.roles["db"]:
        for at in fleet.times(HOUR, 0.01):
            fleet.call(at, source, "vault.backup.example", out=90_000_000, lasts=120)


def renamed(fleet: Fleet) -> None:
    """Give a provider's service a new name inside the window; the domain stays."""
    for source in fleet.roles["app"]:
        for at in fleet.by_chance(900, until=START):
            fleet.call(at, source, "v1.service.provider.example")
        for at in fleet.by_chance(900, since=START):
            fleet.call(at, source, "v2.service.provider.example")


def batch_jobs(fleet: Fleet) -> None:
    """Fetch from a source of each batch instance's own every half hour, as always."""
    for number, source in enumerate(fleet.roles["batch"]):
        for at in fleet.times(1800, 0.02, until=END):
            fleet.call(at, source, f"feed.supplier{number}.example", back=400_000)


def new_job(fleet: Fleet) -> None:
    """Begin a job on one batch instance inside the window that asks a new supplier by the clock."""
    for at in fleet.times(900, 0.05, since=START + HOUR):
        fleet.call(at, fleet.roles["batch"][-1], "feed.latest-supplier.example", back=400_000)


def small_talk(
    fleet: Fleet,
    source: str,
    at: float,
    messages: int,
    sizes: tuple[float, float],
    *,
    name: str | None = None,
    to: str | None = None,
    every: float = 30,
) -> None:
    """Hold a connection with small messages both ways, of these mean sizes, `every` so many seconds in the mean."""
    out, back = (max(3, round(messages * fleet.rng.uniform(0.9, 1.4))) + 6 for _ in sizes)
    fleet.call(
        at,
        source,
        name,
        to=to,
        out=out * sizes[0] + 1100,
        back=back * sizes[1] + 4200,
        packets=(out, back),
        lasts=messages * every,
    )


def push(fleet: Fleet) -> None:
    """Hold a connection of every app instance to a push service, which says every minute that it is still there."""
    for source in fleet.roles["app"]:
        for hour in range(-15, 8, 2):
            small_talk(fleet, source, START + hour * HOUR, 100, (75, 80), name="push.notify.example", every=60)


def chat(fleet: Fleet) -> None:
    """Open a bridge to a chat on the build server inside the window: a WebSocket with small messages both ways."""
    (builder,) = fleet.roles["ci"]
    for hour in (1, 3, 5):
        small_talk(fleet, builder, START + hour * HOUR, 300, (140, 220), name="ws.newchat.example", every=10)


def dashboards(fleet: Fleet) -> None:
    """Keep WebSockets of the monitoring host alive, a new one inside the window."""
    (monitor,) = fleet.roles["monitor"]
    for name, first in (("live.dashboards.example", -15), ("live.new-dashboards.example", 1)):
        for hour in range(first, 8, 2):
            small_talk(fleet, monitor, START + hour * HOUR, 240, (90, 130), name=name, every=12)


def streams(fleet: Fleet) -> None:
    """Stream metrics by gRPC from a database to a collector that is new: small calls, smaller replies."""
    for hour in range(1, 7):
        small_talk(
            fleet, fleet.roles["db"][0], START + hour * HOUR, 200, (210, 95), name="in.newmetrics.example", every=15
        )


def built_in(fleet: Fleet) -> None:
    """Report from two batch instances to addresses that are built in: from one ever since, from one since today."""
    for source, first in zip(fleet.roles["batch"][2:4], (-15, 2), strict=True):
        address = fleet.address()
        for hour in range(first, 8, 2):
            small_talk(fleet, source, START + hour * HOUR, 150, (130, 120), to=address, every=20)


BOTH: tuple[Family, ...] = (traffic, own_partners, telemetry, clocks, antivirus, updates, internal)
TUNING: tuple[Family, ...] = (block_lists, code_polling, tracing, release, batch_jobs, push, chat)
HELD_OUT: tuple[Family, ...] = (
    agents,
    visits,
    sender_checks,
    site_checks,
    long_polling,
    shards,
    search_suffix,
    held_open,
    backups,
    renamed,
    new_job,
    dashboards,
    streams,
    built_in,
)
