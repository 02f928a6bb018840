"""Files that hold logs in a way that isn't read here: refused whole, by name, with what to do.

Lines of logs can be seen in some of them, as in an archive that isn't compressed. Reading those would leave out the
rest in silence.
"""

_UNPACK = "unpack it, and give what was in it"
_KNOWN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", f"a zip archive: {_UNPACK} (unzip)"),
    (0, b"PK\x05\x06", "a zip archive with nothing in it"),
    (257, b"ustar", f"a tar archive: {_UNPACK} (tar -xf)"),
    (0, b"7z\xbc\xaf\x27\x1c", f"a 7-Zip archive: {_UNPACK}"),
    (0, b"\x28\xb5\x2f\xfd", f"compressed with Zstandard: {_UNPACK} (unzstd)"),
    (0, b"\x04\x22\x4d\x18", f"compressed with LZ4: {_UNPACK} (unlz4)"),
    (
        0,
        b"\xff\x06\x00\x00sNaPpY",
        f"compressed with Snappy: {_UNPACK} (snzip -d), or have Firehose compress with GZIP",
    ),
    (0, b"Obj\x01", "Avro: have it written as JSON or Parquet"),
    (0, b"ORC", "ORC: have it written as JSON or Parquet"),
    (0, b"SQLite format 3", "a SQLite database: write its records out as JSON"),
    (0, b"%PDF-", "a PDF document"),
)


def container(start: bytes) -> str | None:
    """Return why a file whose content begins like this is not read, or None where it is no known container."""
    return next((why for at, mark, why in _KNOWN if start[at : at + len(mark)] == mark), None)
