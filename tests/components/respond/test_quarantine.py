from __future__ import annotations

from components.respond.quarantine import Quarantine, QuarantineArgs
from tests.components.recorder import run


def group(**args):
    recorded = run(lambda: Quarantine("q", QuarantineArgs(vpc_id="vpc-1", **args)))
    (found,) = recorded.of_type("securityGroup:SecurityGroup").values()
    return found


def test_nothing_comes_in_and_nothing_goes_out():
    assert (group()["ingress"], group()["egress"]) == ([], [])


def test_a_forensic_host_may_come_in_by_ssh_and_by_nothing_else():
    (rule,) = group(forensic_cidr="10.0.9.0/28")["ingress"]
    assert (rule["fromPort"], rule["toPort"], rule["protocol"], rule["cidrBlocks"]) == (22, 22, "tcp", ["10.0.9.0/28"])
    assert group(forensic_cidr="10.0.9.0/28")["egress"] == []
