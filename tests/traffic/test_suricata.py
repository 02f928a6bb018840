import pytest

from traffic.errors import SuricataMissingError, TrafficError
from traffic.suricata import Suricata


def test_the_engine_is_the_one_that_aws_runs(suricata):
    assert suricata.version.startswith("7.0.")


def test_its_own_configuration_gives_no_complaint(suricata, tmp_path):
    assert suricata.check('alert tcp any any -> any any (msg:"m"; sid:1;)', tmp_path) == []


def test_an_unknown_keyword_is_complained_about(suricata, tmp_path):
    complaints = suricata.check('alert tcp any any -> any any (msg:"m"; no.such; sid:1;)', tmp_path)

    assert "unknown rule keyword 'no.such'" in "\n".join(complaints)


def test_rules_that_aws_has_and_stock_suricata_does_not_are_told_by_line(suricata, tmp_path):
    good = 'alert tcp any any -> any any (msg:"m"; sid:{sid};)'
    aws = 'drop tls any any -> any any (msg:"m"; aws_domain_category:Malware; sid:2;)'

    refused = suricata.refused("\n".join([good.format(sid=1), aws, good.format(sid=3)]) + "\n", tmp_path)

    assert list(refused) == [2]
    assert "aws_domain_category" in refused[2]


def test_good_rules_are_not_refused(suricata, tmp_path):
    assert suricata.refused('alert tcp any any -> any any (msg:"m"; sid:1;)\n', tmp_path) == {}


def test_a_run_that_fails_says_so_in_suricatas_words(suricata, tmp_path):
    with pytest.raises(TrafficError, match=r"Suricata failed: .*nothing-here"):
        list(suricata.read(tmp_path / "nothing-here.pcap", "", tmp_path))


def test_without_suricata_one_is_told_how_to_get_it_and_what_to_use_instead(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("SURICATA", raising=False)

    with pytest.raises(SuricataMissingError, match=r"(?s)traffic/setup.*examples/logs"):
        Suricata.find()


def _program(folder, text):
    path = folder / "fake"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_an_older_one_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("SURICATA", _program(tmp_path, "echo This is Suricata version 6.0.9 RELEASE"))

    with pytest.raises(TrafficError, match=r"Suricata 6\.0"):
        Suricata.find()


def test_something_else_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("SURICATA", _program(tmp_path, "echo hello"))

    with pytest.raises(TrafficError, match="is it Suricata"):
        Suricata.find()
