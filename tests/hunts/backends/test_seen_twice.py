"""Records of the same ends are held against those of their own time alone."""

import time

import duckdb

from hunts.backends import seen_twice

RECORDS = 20_000
"""A record a minute: two weeks."""


def test_pings_of_two_weeks_are_told_apart_at_once():
    with duckdb.connect() as database:
        database.execute(seen_twice._TABLE)
        # Two interfaces on one path, and one connection that was open all the time.
        database.execute(f"""
            INSERT INTO seen
            SELECT
              place, 'x', 4, place, '10.0.0.1', '', '10.0.0.2', '', 'ICMP', 900, 800, minute + 60, minute + 60, minute
            FROM range(0, {RECORDS} * 60, 60) AS minutes (minute) CROSS JOIN range(2) AS places (place)
            UNION ALL
            SELECT 0, 'x', 4, 0, '10.0.0.1', '1', '10.0.0.3', '2', 'TCP', 900, 800, 9, {RECORDS} * 60, 0
        """)  # noqa: S608 - a number of this file
        began = time.process_time()
        database.execute(seen_twice._FORGET, {"end": RECORDS * 60 + 1, "little": 10_000, "interval": 600})
        assert time.process_time() - began < 5  # Seconds: each against each they took five times as many.
        assert database.execute("SELECT file, count(*) FROM seen GROUP BY 1").fetchall() == [(0, RECORDS + 1)]
