"""Plays a scenario with real packets: its look-ups and flows, said by sockets in the instances and where they go.

Runs inside the world (`python -m emulation.play`), with what is to happen on standard input. Both ends of a flow are
here, so that a conversation is the very same, byte for byte, that simulated traffic has; the kernel does the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import socket
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass

from emulation import world
from emulation.namespaces import entered
from traffic.packets import dns, tls
from traffic.packets.session import Say
from traffic.plan import Flow, Lookup

_AT_ONCE = 50
_MOST_SECONDS = 3600.0
_PATIENCE = 4.0
"""Seconds after which an end gives up what it waits for: less than a client's five, more than two retries."""
_MOST_BULK = 64 * 1024
_RESOLVER = ("169.254.169.253", 53)
_ASKS = 3
_ASK_SECONDS = 2.0
"""A name is asked for as often as resolvers in programs do, and so long each time: datagrams get lost."""
_FREEBIND = 15


@dataclass(frozen=True)
class Script:
    """What happens, and where: the namespaces' files by instance, and those in which the far ends of flows stand.

    `hosts` are the instances' namespaces by address. The scenario's `duration` is played in so many `seconds`.
    """

    flows: list[Flow]
    lookups: list[Lookup]
    instances: dict[str, str]
    hosts: dict[str, str]
    far: list[str]
    duration: float
    seconds: float


class Stage:
    """Where a script is played; counts what came of everything in `outcomes`, by kind of flow."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._speed = script.duration / min(max(script.seconds, 1.0), _MOST_SECONDS)
        self._limit = asyncio.Semaphore(_AT_ONCE)
        self._turns: dict[tuple[str, int, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._began = asyncio.get_running_loop().time()
        self.outcomes: Counter[tuple[str, str, str]] = Counter()

    async def play(self) -> None:
        """Play everything at its time."""
        script = self._script
        joined = {id(flow.lookup) for flow in script.flows if flow.lookup}
        alone = [lookup for lookup in script.lookups if id(lookup) not in joined]
        async with asyncio.TaskGroup() as tasks:
            for flow in script.flows:
                tasks.create_task(self._flow(flow))
            for lookup in alone:
                tasks.create_task(self._lookup(lookup))

    async def _at(self, time: float) -> None:
        wait = self._began + time / self._speed - asyncio.get_running_loop().time()
        await asyncio.sleep(max(wait, 0.0))

    async def _lookup(self, lookup: Lookup) -> None:
        await self._at(lookup.time)
        async with self._limit:
            resolved = await self._resolves(lookup)
            told = {True: "answered", False: "kept from it", None: "no answer"}[resolved]
            self._note("dns", lookup.label, told)

    async def _resolves(self, lookup: Lookup) -> bool | None:
        """Ask the VPC's resolver; whether DNS Firewall let the name through, and None where nothing came."""
        with entered(self._script.instances[lookup.source.instance.id]):
            asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with contextlib.closing(asker):
            asker.setblocking(False)
            answer = await _answer(asker, dns.query(lookup.name, lookup.type, 1))
        if answer is None:
            return None
        failed, records = answer[3] & 15, int.from_bytes(answer[6:8])
        return not failed and (records > 0 or lookup.type not in ("A", "TXT"))

    async def _flow(self, flow: Flow) -> None:
        await self._at(flow.time)
        async with self._limit:
            if flow.lookup is not None and not (resolved := await self._resolves(flow.lookup)):
                self._note(flow.kind, flow.label, "no answer" if resolved is None else "kept from the name")
                return
            talk = self._datagrams if flow.protocol == "udp" else self._stream
            # One at a time at each far end: who is heard there is who is awaited.
            async with self._turns[flow.address, flow.port, flow.protocol]:
                try:
                    whole = await talk(flow)
                except OSError:
                    whole = False
            self._note(flow.kind, flow.label, "went through" if whole else "cut")

    async def _stream(self, flow: Flow) -> bool:
        """Connect and talk; whether both ends heard all that was said."""
        loop = asyncio.get_running_loop()
        ears = [self._listener(path, flow) for path in self._far_ends(flow)]
        mouth = self._mouth(flow, socket.SOCK_STREAM)
        connections: list[socket.socket] = [mouth]
        try:
            hearing = [asyncio.create_task(loop.sock_accept(ear)) for ear in ears]
            try:
                async with asyncio.timeout(_PATIENCE):
                    await loop.sock_connect(mouth, (flow.address, flow.port))
                    done, _ = await asyncio.wait(hearing, return_when=asyncio.FIRST_COMPLETED)
                    other, _ = done.pop().result()
            except TimeoutError:
                return False
            finally:
                for task in hearing:
                    task.cancel()
            connections.append(other)
            return await _converse(mouth, other, flow.says)
        finally:
            for each in (*ears, *connections):
                each.close()

    async def _datagrams(self, flow: Flow) -> bool:
        loop = asyncio.get_running_loop()
        ears = [self._listener(path, flow) for path in self._far_ends(flow)]
        mouth = self._mouth(flow, socket.SOCK_DGRAM)
        try:
            mouth.connect((flow.address, flow.port))
            heard: tuple[socket.socket, tuple[str, int]] | None = None
            for say in flow.says:
                async with asyncio.timeout(_PATIENCE):
                    if say.to_server:
                        await loop.sock_sendall(mouth, say.data)
                        heard = await _first(ears)
                    elif heard is not None:
                        await loop.sock_sendto(heard[0], say.data, heard[1])
                        await loop.sock_recv(mouth, 65536)
        except TimeoutError:
            return False
        finally:
            for each in (*ears, mouth):
                each.close()
        return True

    def _far_ends(self, flow: Flow) -> list[str]:
        here = self._script.hosts.get(flow.address)
        return [here] if here else self._script.far

    def _listener(self, path: str, flow: Flow) -> socket.socket:
        kind = socket.SOCK_DGRAM if flow.protocol == "udp" else socket.SOCK_STREAM
        with entered(path):
            ear = socket.socket(socket.AF_INET, kind)
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            ear.setsockopt(socket.SOL_SOCKET, option, 1)
        ear.setsockopt(socket.IPPROTO_IP, _FREEBIND, 1)
        ear.bind((flow.address, flow.port))
        if kind == socket.SOCK_STREAM:
            ear.listen(8)
        ear.setblocking(False)
        return ear

    def _mouth(self, flow: Flow, kind: int) -> socket.socket:
        with entered(self._script.instances[flow.source.instance.id]):
            mouth = socket.socket(socket.AF_INET, kind)
        mouth.setblocking(False)
        return mouth

    def _note(self, kind: str, label: str, outcome: str) -> None:
        self.outcomes[kind, label, outcome] += 1


async def _answer(asker: socket.socket, query: bytes) -> bytes | None:
    """Ask the VPC's resolver, again where nothing comes; None where nothing comes at all."""
    loop = asyncio.get_running_loop()
    await loop.sock_connect(asker, _RESOLVER)
    for _ in range(_ASKS):
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(_ASK_SECONDS):
                await loop.sock_sendall(asker, query)
                return await loop.sock_recv(asker, 2048)
    return None


async def _converse(client: socket.socket, server: socket.socket, says: tuple[Say, ...]) -> bool:
    """Have two ends say what they have to say, in turn; whether all of it was heard."""
    loop = asyncio.get_running_loop()
    server.setblocking(False)
    for say in says:
        data = _in_full(say)
        speaker, listener = (client, server) if say.to_server else (server, client)
        left = len(data)
        try:
            async with asyncio.timeout(_PATIENCE):
                speaking = asyncio.create_task(loop.sock_sendall(speaker, data))
                while left:
                    heard = await loop.sock_recv(listener, 65536)
                    if not heard:
                        speaking.cancel()
                        return False
                    left -= len(heard)
                await speaking
        except (TimeoutError, OSError):
            return False
    return True


def _in_full(say: Say) -> bytes:
    """Return all that is said: simulated traffic only counts the bulk of it. In TLS, it comes in records."""
    size = min(say.bulk, _MOST_BULK)
    encrypted = say.data[:1] == bytes([tls.APPLICATION_DATA])
    return say.data + (tls.application_data(size, "more") if encrypted else b"." * size)


async def _first(ears: list[socket.socket]) -> tuple[socket.socket, tuple[str, int]]:
    """Return the socket that hears something first, and who spoke."""
    loop = asyncio.get_running_loop()
    tasks = {asyncio.create_task(loop.sock_recvfrom(ear, 65536)): ear for ear in ears}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            if not task.done():
                task.cancel()
    task = done.pop()
    return tasks[task], task.result()[1]


async def _played(script: Script) -> Counter[tuple[str, str, str]]:
    stage = Stage(script)
    await stage.play()
    return stage.outcomes


def main() -> int:
    """Play what standard input says, and write what came of it as JSON."""
    # Only the command line of the same person writes here.
    script = pickle.load(sys.stdin.buffer)  # noqa: S301
    try:
        world.check()
        outcomes = asyncio.run(_played(script))
    except (world.WorldError, OSError) as error:
        sys.stderr.write(f"play: {error}\n")
        return 1
    json.dump([[*key, number] for key, number in sorted(outcomes.items())], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
