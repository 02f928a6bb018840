"""Which changes update and which replace."""

from localaws.provider import registry
from localaws.provider.compare import reconcile, same, told_of
from localaws.provider.diff import diff
from localaws.provider.schema import schema_of
from localaws.provider.values import UNKNOWN

GROUP = registry.resources()["aws:ec2/securityGroup:SecurityGroup"]
ROLE = registry.resources()["aws:iam/role:Role"]


def changes(token, old, new, state=None):
    found = diff(registry.resources()[token], schema_of(token), old if state is None else state, old, new)
    return {change.path: (change.kind, change.replaces) for change in found.changes}


def test_a_change_that_forces_replacement_says_so():
    old = {"vpcId": "a", "cidrBlock": "10.0.0.0/24"}
    assert changes("aws:ec2/subnet:Subnet", old, {**old, "cidrBlock": "10.0.1.0/24"}) == {"cidrBlock": ("update", True)}


def test_tags_are_told_key_by_key():
    old = {"cidrBlock": "10.0.0.0/16", "tags": {"a": "1", "b": "2", "x.y": "3"}}
    new = {"cidrBlock": "10.0.0.0/16", "tags": {"a": "1", "b": "3", "c": "4"}}
    assert changes("aws:ec2/vpc:Vpc", old, new) == {
        "tags.b": ("update", False),
        "tags.c": ("add", False),
        'tags["x.y"]': ("delete", False),
    }


def test_a_value_that_is_not_known_yet_is_a_change():
    old = {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}
    assert changes("aws:ec2/subnet:Subnet", old, {**old, "vpcId": UNKNOWN}) == {"vpcId": ("update", True)}


def test_what_aws_filled_in_may_be_left_out():
    state = {"vpcId": "v", "cidrBlock": "c", "availabilityZone": "eu-west-1a"}
    without = {"vpcId": "v", "cidrBlock": "c"}
    assert changes("aws:ec2/subnet:Subnet", state, without) == {}
    assert changes("aws:ec2/subnet:Subnet", without, state, state) == {}


def test_leaving_out_what_has_a_default_goes_back_to_it():
    old = {"vpcId": "v", "mapPublicIpOnLaunch": True}
    assert changes("aws:ec2/subnet:Subnet", old, {"vpcId": "v"}) == {"mapPublicIpOnLaunch": ("delete", False)}
    assert changes("aws:ec2/subnet:Subnet", {"vpcId": "v"}, {"vpcId": "v", "mapPublicIpOnLaunch": False}) == {}


def test_another_region_is_another_resource():
    old = {"cidrBlock": "c", "region": "eu-west-1"}
    assert changes("aws:ec2/vpc:Vpc", old, {**old, "region": "eu-west-2"}) == {"region": ("update", True)}


def test_a_type_without_update_is_replaced_by_any_change_but_its_tags():
    token = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
    old = {"vpcId": "v", "tags": {}, "tagsAll": {}}
    new = {"vpcId": "w", "tags": {"a": "b"}, "tagsAll": {"a": "b"}}
    assert changes(token, old, new) == {
        "vpcId": ("update", True),
        "tags.a": ("add", False),
        "tagsAll.a": ("add", False),
    }


def test_a_name_of_its_own_must_be_free_before_it_is_taken_again():
    named = {"name": "web", "description": "a"}
    made = {"name": "web-1234567", "description": "a", "__defaults": ["name"]}
    schema = schema_of(GROUP.token)
    assert diff(GROUP, schema, named, named, {**named, "description": "b"}).delete_before_replace
    assert not diff(GROUP, schema, made, made, {**made, "description": "b"}).delete_before_replace
    assert not diff(GROUP, schema, named, named, {**named, "name": "other"}).delete_before_replace


def test_the_order_of_a_set_means_nothing():
    one = [
        {"protocol": "tcp", "fromPort": 1, "toPort": 1, "cidrBlocks": ["a", "b"]},
        {"protocol": "tcp", "fromPort": 2, "toPort": 2, "self": True},
    ]
    other = [
        {"protocol": "tcp", "fromPort": 2, "toPort": 2, "self": True, "description": ""},
        {"protocol": "tcp", "fromPort": 1, "toPort": 1, "cidrBlocks": ["b", "a"], "self": False},
    ]
    assert same(GROUP, "ingress", one, other)
    assert not same(GROUP, "ingress", one, one[:1])


def test_policies_are_equal_if_they_say_the_same():
    one = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a","b"],"Resource":["*"]}]}'
    other = '{"Statement": {"Resource": "*", "Action": ["b", "a"], "Effect": "Allow"}, "Version": "2012-10-17"}'
    assert same(ROLE, "assumeRolePolicy", one, other)
    assert not same(ROLE, "assumeRolePolicy", one, other.replace("Allow", "Deny"))
    assert not same(ROLE, "assumeRolePolicy", "not json", other)


def test_an_unknown_value_is_never_the_same():
    assert not same(ROLE, "name", UNKNOWN, UNKNOWN)


def test_an_empty_tag_counts():
    assert not same(ROLE, "tags", {"a": ""}, {})


def test_the_programs_words_stay_where_aws_means_the_same():
    known = {"ingress": [{"protocol": "tcp", "fromPort": 1, "toPort": 1, "cidrBlocks": ["a", "b"]}]}
    actual = {"ingress": [{"protocol": "tcp", "fromPort": 1, "toPort": 1, "cidrBlocks": ["b", "a"]}], "arn": "x"}
    assert reconcile(GROUP, known, actual) == {**known, "arn": "x"}


def test_fields_that_only_aws_fills_in_are_not_asked_for():
    schema = schema_of("aws:ec2/instance:Instance")
    kind = schema.inputs["rootBlockDevice"]
    assert told_of(kind, schema.types, {"encrypted": True}, {"encrypted": True, "volumeId": "vol-1"}) == {
        "encrypted": True
    }
    listed = schema.inputs["ebsBlockDevices"]
    asked, actual = [{"deviceName": "/dev/sdb"}], [{"deviceName": "/dev/sdb", "volumeId": "vol-2"}]
    assert told_of(listed, schema.types, asked, actual) == asked
    assert told_of(listed, schema.types, asked, []) == []
