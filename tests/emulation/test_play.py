"""What a played scenario says of its look-ups."""

from __future__ import annotations

import asyncio
import socket

import pytest

from emulation import play


def asked(replies: list[bytes], monkeypatch: pytest.MonkeyPatch) -> bytes | None:
    """What is heard from a resolver that has a reply, or none, for each query that comes."""
    monkeypatch.setattr(play, "_ASK_SECONDS", 0.1)

    async def both() -> bytes | None:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear, socket.socket(type=socket.SOCK_DGRAM) as asker:
            ear.bind(("127.0.0.1", 0))
            ear.setblocking(False)
            asker.setblocking(False)
            monkeypatch.setattr(play, "_RESOLVER", ear.getsockname())

            async def resolver() -> None:
                for reply in replies:
                    _, who = await loop.sock_recvfrom(ear, 2048)
                    if reply:
                        await loop.sock_sendto(ear, reply, who)

            answering = asyncio.create_task(resolver())
            heard = await play._answer(asker, b"query")
            answering.cancel()
            return heard

    return asyncio.run(both())


def test_a_lost_query_is_sent_again_and_no_answer_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked([b"", b"answer"], monkeypatch) == b"answer"
    assert asked([b"", b"", b""], monkeypatch) is None
