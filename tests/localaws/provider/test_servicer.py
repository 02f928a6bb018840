"""The provider as an engine meets it: connections, previews, failures, secrets."""

import contextlib
import threading
import time

import grpc
import pytest

from localaws.provider.__main__ import main
from localaws.provider.clients import EndpointError, require_loopback
from localaws.provider.values import UNKNOWN, decode, decode_struct, encode_struct
from tests.localaws.provider.miniature import Resource

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"


@contextlib.contextmanager
def refusal():
    """The gRPC error that the block ends with; its text is its first item."""
    found = []
    with pytest.raises(grpc.RpcError) as caught:
        yield found
    found.append(caught.value.details())


def test_connections_keep_their_configurations_apart(connect, local_aws):
    dublin = connect(defaultTags='{"tags": {"team": "a"}}')
    london = connect(region="eu-west-2", defaultTags={"tags": {"team": "b"}})
    first = dublin.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    second = london.create(VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"own": "1"}})
    assert (first.state["region"], first.state["tagsAll"], first.state.get("tags")) == (
        "eu-west-1",
        {"team": "a"},
        None,
    )
    assert second.state["tagsAll"] == {"team": "b", "own": "1"}
    assert second.state["tags"] == {"own": "1"}
    seen = local_aws.client("ec2", "eu-west-2").describe_vpcs(VpcIds=[second.id])["Vpcs"]
    assert [vpc["CidrBlock"] for vpc in seen] == ["10.0.0.0/16"]
    assert second.state["arn"].startswith("arn:aws:ec2:eu-west-2:")


def test_a_resource_may_live_in_a_region_of_its_own(engine, local_aws):
    made = engine.create(VPC, {"cidrBlock": "10.0.0.0/16", "region": "eu-central-1"})
    assert local_aws.client("ec2", "eu-central-1").describe_vpcs(VpcIds=[made.id])["Vpcs"]
    assert engine.read(made) == (made.state, made.inputs)
    engine.delete(made)
    assert engine.read(made) is None


def test_default_tags_that_change_are_a_change(connect):
    before = connect(defaultTags={"tags": {"a": "1"}})
    made = before.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    after = connect(defaultTags={"tags": {"a": "2"}})
    assert after.diff(made, {"cidrBlock": "10.0.0.0/16"})[0] == {"tagsAll.a": "UPDATE"}
    assert after.update(made, {"cidrBlock": "10.0.0.0/16"})["tagsAll"] == {"a": "2"}


def test_a_role_in_another_account_is_another_account(connect):
    here = connect().invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"]
    role = [{"roleArn": "arn:aws:iam::111122223333:role/spokes"}]
    there = connect(assumeRoles=role).invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"]
    assert (here, there) == ("123456789012", "111122223333")


def test_accounts_that_are_not_allowed_are_refused(connect):
    with refusal() as text:
        connect(allowedAccountIds=["999999999999"])
    assert text == ["account 123456789012 is not among allowedAccountIds (999999999999)"]


def test_a_connection_without_configuration_says_so(connect):
    engine = connect()
    engine.stub.Handshake(type(engine).handshake_request())
    with refusal() as text:
        engine.check(VPC, {"cidrBlock": "10.0.0.0/16"})
    assert "renewed without its configuration" in text[0]


def test_an_unknown_type_is_refused_by_name(engine):
    with refusal() as text:
        engine.check("aws:ec2/foo:Foo", {})
    assert text == ["aws:ec2/foo:Foo is not in the local AWS"]


def test_an_unknown_invoke_and_an_unknown_argument_are_refused_by_name(engine):
    with refusal() as text:
        engine.invoke("aws:ec2/getFoo:getFoo")
    assert text == ["aws:ec2/getFoo:getFoo is not in the local AWS"]
    token = "aws:ssm/getParameter:getParameter"
    assert engine.refused(token, colour="red") == {
        "colour": f"the argument 'colour' of {token} is not in the local AWS",
        "name": "missing required argument 'name'",
    }


def test_provider_properties_that_would_be_ignored_are_refused(engine):
    request = type(engine).check_request({"region": "nowhere", "endpoints": "[]", "profile": "mine"})
    failures = engine.stub.CheckConfig(request).failures
    assert [(failure.property, failure.reason) for failure in failures] == [
        ("endpoints", "the provider property 'endpoints' is not in the local AWS"),
        ("region", "expected the name of a Region, such as eu-west-1, got 'nowhere'"),
    ]


def test_a_preview_knows_what_is_given_and_nothing_that_aws_says(engine):
    planned = engine.preview(VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}})
    known = {key: value for key, value in planned.items() if value is not UNKNOWN}
    assert known == {
        "cidrBlock": "10.0.0.0/16",
        "enableDnsSupport": True,
        "instanceTenancy": "default",
        "region": "eu-west-1",
        "tags": {"a": "b"},
        "tagsAll": {"a": "b"},
    }
    assert {"arn", "mainRouteTableId", "defaultSecurityGroupId", "ipv6CidrBlock"} <= set(planned)


def test_a_preview_creates_nothing(engine, local_aws):
    before = len(local_aws.client("ec2").describe_vpcs()["Vpcs"])
    engine.preview(VPC, {"cidrBlock": "10.0.0.0/16"})
    assert len(local_aws.client("ec2").describe_vpcs()["Vpcs"]) == before


def test_a_preview_of_a_change_keeps_what_does_not_follow_from_it(engine):
    made = engine.create("aws:ssm/parameter:Parameter", {"type": "String", "value": "one"})
    planned = engine.update(made, {"type": "String", "value": "two"}, preview=True)
    assert (planned["value"], planned["version"]) == ("two", UNKNOWN)
    assert planned["arn"] == made.state["arn"]


def test_aws_errors_keep_their_code_and_message(engine):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    with refusal() as text:
        engine.create(SUBNET, {"vpcId": vpc.id, "cidrBlock": "192.168.0.0/24"}, "far")
    said = "CreateSubnet: api error InvalidSubnet.Range: The CIDR '192.168.0.0/24' is invalid."
    assert text == [f"create aws:ec2/subnet:Subnet 'far': {said}"]


def test_a_delete_waits_for_what_is_in_the_way_and_gives_up_in_time(engine):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    subnet = engine.create(SUBNET, {"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24"})
    started = time.monotonic()
    with refusal() as text:
        engine.delete(vpc, timeout=0.5)
    assert "DependencyViolation" in text[0]
    assert 0.2 < time.monotonic() - started < 5
    later = threading.Timer(0.4, engine.delete, [subnet])
    later.start()
    engine.delete(vpc, timeout=10)
    later.join()
    assert engine.read(vpc) is None


def test_a_route_waits_for_the_attachment_of_its_transit_gateway(engine):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    subnet = engine.create(SUBNET, {"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24"})
    table = engine.create("aws:ec2/routeTable:RouteTable", {"vpcId": vpc.id})
    gateway = engine.create("aws:ec2transitgateway/transitGateway:TransitGateway", {})
    attachment = {"transitGatewayId": gateway.id, "vpcId": vpc.id, "subnetIds": [subnet.id]}
    later = threading.Timer(
        0.3, engine.create, ["aws:ec2transitgateway/vpcAttachment:VpcAttachment", attachment, "attachment"]
    )
    later.start()
    route = {"routeTableId": table.id, "destinationCidrBlock": "10.0.0.0/8", "transitGatewayId": gateway.id}
    made = engine.create("aws:ec2/route:Route", route)
    later.join()
    assert made.state["state"] == "active"


def test_cancel_ends_the_waiting(engine):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    engine.create(SUBNET, {"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24"})
    later = threading.Timer(0.3, engine.cancel)
    later.start()
    started = time.monotonic()
    with refusal() as text:
        engine.delete(vpc, timeout=60)
    later.join()
    assert "DependencyViolation" in text[0]
    assert time.monotonic() - started < 10


def test_what_exists_after_a_failure_is_told_to_the_engine(engine, local_aws):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    inputs = {"vpcId": vpc.id, "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-00000000000000000"}]}
    with pytest.raises(grpc.RpcError) as caught:
        engine.create("aws:ec2/routeTable:RouteTable", inputs)
    detail = type(engine).partial_failure(caught.value)
    tables = local_aws.client("ec2").describe_route_tables(RouteTableIds=[detail.id])["RouteTables"]
    assert [table["VpcId"] for table in tables] == [vpc.id]
    assert decode_struct(detail.inputs)["routes"] == inputs["routes"]
    assert "InvalidGatewayID.NotFound" in detail.reasons[0]
    # The engine asks again with the same inputs, until it is as asked.
    made = engine.valid("aws:ec2/routeTable:RouteTable", inputs)
    half = Resource("aws:ec2/routeTable:RouteTable", "half", made, detail.id, decode_struct(detail.properties))
    with pytest.raises(grpc.RpcError, match=r"InvalidGatewayID\.NotFound"):
        engine.update(half, inputs)


def test_an_import_finds_the_inputs(engine, local_aws):
    ec2 = local_aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "old"}])
    found = engine.import_(VPC, vpc)
    assert found.inputs["cidrBlock"] == "10.3.0.0/16"
    assert found.inputs["tags"] == {"Name": "old"}
    assert engine.diff(found, {"cidrBlock": "10.3.0.0/16", "tags": {"Name": "old"}})[0] == {}


def test_a_route_is_imported_by_table_and_destination(engine):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    gateway = engine.create("aws:ec2/internetGateway:InternetGateway", {"vpcId": vpc.id})
    table = engine.create("aws:ec2/routeTable:RouteTable", {"vpcId": vpc.id})
    inputs = {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    made = engine.create("aws:ec2/route:Route", inputs)
    found = engine.import_("aws:ec2/route:Route", f"{table.id}_0.0.0.0/0")
    assert (found.id, found.inputs["gatewayId"]) == (made.id, gateway.id)
    assert engine.diff(found, inputs)[0] == {}


def test_an_import_of_nothing_finds_nothing(engine):
    assert engine.import_(VPC, "vpc-00000000000000000").id == ""


def test_drift_is_seen_and_mended(engine, local_aws):
    made = engine.create(VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"a": "1"}})
    ec2 = local_aws.client("ec2")
    ec2.create_tags(Resources=[made.id], Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    ec2.modify_vpc_attribute(VpcId=made.id, EnableDnsHostnames={"Value": True})
    made.state, made.inputs = engine.read(made)
    assert made.inputs["tags"] == {"a": "2", "b": "3"}
    wanted = {"cidrBlock": "10.0.0.0/16", "tags": {"a": "1"}}
    assert set(engine.diff(made, wanted)[0]) >= {"tags.a", "tags.b"}
    assert engine.update(made, wanted)["tags"] == {"a": "1"}


def test_ignored_changes_are_none(engine):
    made = engine.create(VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"a": "1"}})
    kinds, answer = engine.diff(made, {"cidrBlock": "10.0.0.0/16", "tags": {"a": "2"}}, ["tags", "tagsAll"])
    assert kinds == {}
    assert answer.changes == answer.DIFF_NONE


def test_many_operations_at_once(engine, local_aws):
    vpc = engine.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    errors = []

    def subnet(number):
        try:
            engine.create(SUBNET, {"vpcId": vpc.id, "cidrBlock": f"10.0.{number}.0/24"}, f"subnet-{number}")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test fails by it
            errors.append(error)

    threads = [threading.Thread(target=subnet, args=[number]) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    filters = [{"Name": "vpc-id", "Values": [vpc.id]}]
    assert len(local_aws.client("ec2").describe_subnets(Filters=filters)["Subnets"]) == 64


def test_only_this_machine_is_spoken_to():
    assert require_loopback("http://127.0.0.1:5000") == "http://127.0.0.1:5000"
    assert require_loopback("http://localhost:5000") == "http://localhost:5000"
    for url in ("https://ec2.eu-west-1.amazonaws.com", "http://10.0.0.1:5000", "nonsense"):
        with pytest.raises(EndpointError, match="not a loopback address"):
            require_loopback(url)


def test_a_start_with_another_endpoint_fails(tmp_path, capsys):
    assert main(["--record", str(tmp_path / "port"), "--endpoint", "http://192.0.2.1:1"]) == 2
    assert "is not a loopback address" in capsys.readouterr().err
    assert not (tmp_path / "port").exists()


def test_values_survive_the_wire():
    values = {"a": [1, 2.5, True, None, "x"], "b": {"c": UNKNOWN, "d": {}}, "e": "", "f": []}
    assert decode_struct(encode_struct(values)) == values


def test_a_secret_is_its_value_to_the_provider():
    secret = encode_struct(
        {"s": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "v"}}
    )
    assert decode(secret.fields["s"]) == "v"
