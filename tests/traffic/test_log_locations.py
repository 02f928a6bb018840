import gzip

from traffic.folder import pack, write_folder
from traffic.log_locations import Origin, object_key, objects, stream_name
from traffic.records import Record

FIREWALL = Origin("123456789012", "eu-west-1", "lab-firewall")
VPC = Origin("123456789012", "eu-west-1", "vpc-1")
TIME = 1_768_478_523.0  # 2026-01-15T12:02:03Z


def record(log="ALERT", time=TIME, line="{}"):
    return Record(log, "arn", time, line)


def test_an_object_has_the_name_that_network_firewall_gives():
    key = object_key(record(), FIREWALL, "logs/")

    folder, _, file = key.rpartition("/")
    assert folder == "logs/AWSLogs/123456789012/network-firewall/alert/eu-west-1/lab-firewall/2026/01/15/12"
    stem, _, digest = file.removesuffix(".log.gz").rpartition("_")
    assert stem == "123456789012_network-firewall_alert_eu-west-1_lab-firewall_20260115T1200Z"
    assert len(digest) == 8


def test_without_a_prefix_the_key_starts_at_awslogs():
    assert object_key(record("FLOW"), FIREWALL).startswith("AWSLogs/123456789012/network-firewall/flow/")


def test_an_object_of_queries_has_the_name_that_the_resolver_gives():
    key = object_key(record("QUERY"), VPC)

    assert key.startswith(
        "AWSLogs/123456789012/vpcdnsquerylogs/vpc-1/2026/01/15/vpc-1_vpcdnsquerylogs_123456789012_20260115T1200Z_"
    )


def test_records_of_five_minutes_share_an_object_in_order():
    late, early, next_ = record(time=TIME + 60), record(time=TIME), record(time=TIME + 300)

    found = objects([late, next_, early], FIREWALL)

    assert list(found.values()) == [[early, late], [next_]]


def test_log_streams_are_one_an_hour_and_firewall_and_one_a_vpc():
    assert stream_name(record(), FIREWALL) == "/aws/network-firewall/alert/lab-firewall_2026-01-15-12"
    assert stream_name(record("QUERY"), VPC) == "vpc-1_eu-west-1"


def test_a_packed_object_is_one_record_a_line_and_the_same_each_time():
    content = pack([record(line='{"a":1}'), record(line='{"b":2}')])

    assert gzip.decompress(content) == b'{"a":1}\n{"b":2}\n'
    assert content == pack([record(line='{"a":1}'), record(line='{"b":2}')])


def test_a_folder_gets_a_file_an_object(tmp_path):
    files = write_folder([record(), record("FLOW"), record(time=TIME + 300)], tmp_path, lambda _: FIREWALL)

    assert sorted(str(file.relative_to(tmp_path)) for file in files) == sorted(
        [
            object_key(record(), FIREWALL),
            object_key(record("FLOW"), FIREWALL),
            object_key(record(time=TIME + 300), FIREWALL),
        ]
    )
