"""Phrases agree with the number of those they are about."""

from policy.egress.judging.wording import agree


def test_every_verb_of_a_phrase_agrees() -> None:
    what = "has no DNS Firewall, and doesn't log what is asked of its resolver"
    assert agree(what, 1) == what
    assert agree(what, 2) == "have no DNS Firewall, and don't log what is asked of its resolver"
