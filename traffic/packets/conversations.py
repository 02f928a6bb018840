"""What is said on the wire for each kind of visit: the first bytes as real software sends them, then noise."""

from traffic.packets import dns, quic, tls
from traffic.packets.session import Say, client, server

# Of a transfer, this much is built as packets; the rest is counted (Packet.more_bytes).
BUILT = 4096
_KEX = b"\x00\x00\x01\x0c\x04\x14"


def https(
    sni: str | None,
    *,
    down: int,
    up: int,
    cut: tuple[int, ...] = (),
    alpn: tuple[str, ...] = ("h2", "http/1.1"),
    seed: str = "",
) -> list[Say]:
    """Speak TLS with the given SNI (None: none at all), ``up`` bytes of request and ``down`` bytes of response."""
    return [
        client(tls.client_hello(sni, alpn=alpn, seed=seed), cut=cut),
        server(tls.server_hello(seed)),
        client(tls.finished(seed)),
        client(tls.application_data(min(up, BUILT), f"up {seed}"), bulk=max(0, up - BUILT)),
        server(tls.application_data(min(down, BUILT), f"down {seed}"), bulk=max(0, down - BUILT)),
    ]


def http(
    host: str | None, path: str, *, down: int, up: int, method: str = "GET", headers: tuple[str, ...] = ()
) -> list[Say]:
    """Make one HTTP/1.1 request and its response; ``host`` None leaves the header out (HTTP/1.0)."""
    version = "1.1" if host else "1.0"
    lines = [
        f"{method} {path} HTTP/{version}",
        *([f"Host: {host}"] if host else []),
        "User-Agent: curl/8.5.0",
        "Accept: */*",
        *headers,
    ]
    if up:
        lines.append(f"Content-Length: {up}")
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    head = f"HTTP/{version} 200 OK\r\nContent-Type: text/html\r\nContent-Length: {down}\r\n\r\n".encode()
    return [
        client(request + b"." * min(up, BUILT), bulk=max(0, up - BUILT)),
        server(head + b"." * min(down, BUILT), bulk=max(0, down - BUILT)),
    ]


def ftp(user: str, password: str, *, up: int) -> list[Say]:
    """Make an FTP log-in and an upload announced on the control connection."""
    said = [server(b"220 FTP server ready.\r\n")]
    for request, response in (
        (f"USER {user}", "331 Please specify the password."),
        (f"PASS {password}", "230 Login successful."),
        ("PASV", "227 Entering Passive Mode (203,0,113,21,195,80)."),
        ("STOR notes.txt", "150 Ok to send data."),
    ):
        said += [client(request.encode() + b"\r\n"), server(response.encode() + b"\r\n")]
    return [*said, client(b"QUIT\r\n", bulk=up), server(b"221 Goodbye.\r\n")]


def ssh(*, up: int, down: int, seed: str = "") -> list[Say]:
    """Speak SSH: banners, key exchange and encrypted packets."""
    return [
        server(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
        client(b"SSH-2.0-OpenSSH_9.6\r\n"),
        client(_KEX + tls.noise(f"kex {seed}", 266)),
        server(_KEX + tls.noise(f"server kex {seed}", 266)),
        client(tls.noise(f"up {seed}", min(max(up, 64), BUILT)), bulk=max(0, up - BUILT)),
        server(tls.noise(f"down {seed}", min(max(down, 64), BUILT)), bulk=max(0, down - BUILT)),
    ]


def telnet(user: str, password: str) -> list[Say]:
    """Make a Telnet log-in."""
    return [
        server(b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23"),
        client(b"\xff\xfb\x18\xff\xfc\x20\xff\xfc\x23"),
        server(b"login: "),
        client(user.encode() + b"\r\n"),
        server(b"Password: "),
        client(password.encode() + b"\r\n"),
        server(b"$ "),
    ]


def opaque(*, up: int, down: int, seed: str = "") -> list[Say]:
    """Speak a protocol that no engine knows: bytes from the first one on."""
    return [
        client(b"\x00\x7f" + tls.noise(f"up {seed}", min(max(up, 32), BUILT)), bulk=max(0, up - BUILT)),
        server(b"\x00\x7e" + tls.noise(f"down {seed}", min(max(down, 32), BUILT)), bulk=max(0, down - BUILT)),
    ]


def quic_visit(sni: str, *, down: int, up: int, seed: str = "") -> list[Say]:
    """Speak HTTP/3: a QUIC Initial that names ``sni``, then datagrams of ciphertext."""
    return [
        client(quic.initial(sni, seed)),
        server(quic.short(1200, f"handshake {seed}")),
        client(quic.short(min(max(up, 60), 1200), f"up {seed}"), bulk=max(0, up - 1200)),
        server(quic.short(min(max(down, 60), 1200), f"down {seed}"), bulk=max(0, down - 1200)),
    ]


def dns_lookup(name: str, kind: str, number: int, *, tcp: bool = False) -> list[Say]:
    """Make a query to a resolver outside and its answer."""
    data = {"A": b"\xcb\x00\x71\x35", "TXT": b"\x20" + tls.noise(name, 32).hex()[:32].encode()}.get(
        kind, tls.noise(name, 16)
    )
    question, reply = dns.query(name, kind, number), dns.answer(name, kind, number, data)
    return [client(dns.over_tcp(question)), server(dns.over_tcp(reply))] if tcp else [client(question), server(reply)]
