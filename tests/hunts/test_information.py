"""How much names can carry: ids all their letters, names put together from few pieces only which stand where."""

import random

from hunts.information import bits

RANDOM = random.Random(5)  # noqa: S311 (the same names every time)


def test_hosts_by_number_and_region_carry_less_than_ids_of_as_many_letters():
    hosts = [f"shard{RANDOM.randint(1, 24):02d}.eu-west-{RANDOM.randint(1, 3)}" for _ in range(60)]
    ids = [RANDOM.randbytes(9).hex()[:17] for _ in set(hosts)]
    assert bits(hosts) < 8 * 100 < bits(ids) / 2


def test_words_that_stand_for_bytes_carry_them():
    words = ["".join(RANDOM.choices("abcdefghijklmnop", k=5)) for _ in range(256)]
    assert bits("-".join(RANDOM.choices(words, k=4)) for _ in range(60)) > 60 * 4 * 8
