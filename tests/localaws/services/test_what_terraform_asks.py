"""What the real Terraform provider asks of the commonest types, and how AWS answers it."""

from __future__ import annotations

import pytest

RULES = {"RulesSource": {"RulesString": "pass tcp any any -> any 443 (sid:1;)"}}
SHARED = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"*"}]}'


@pytest.fixture
def image(ec2):
    filters = [{"Name": "architecture", "Values": ["x86_64"]}, {"Name": "root-device-type", "Values": ["ebs"]}]
    return ec2.describe_images(Owners=["amazon"], Filters=filters)["Images"][0]


@pytest.fixture
def subnets(ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for i, zone in enumerate("ab")
    ]


def test_an_address_has_no_name_of_its_own_and_one_that_is_missing_is_named(ec2, refused):
    allocation = ec2.allocate_address(Domain="vpc")

    answer = ec2.describe_addresses_attribute(AllocationIds=[allocation["AllocationId"]], Attribute="domain-name")

    assert answer["Addresses"] == [{"AllocationId": allocation["AllocationId"], "PublicIp": allocation["PublicIp"]}]
    with refused("InvalidAllocationID.NotFound"):
        ec2.describe_addresses_attribute(AllocationIds=["eipalloc-0123456789abcdef0"], Attribute="domain-name")


def test_a_burstable_instance_has_the_credits_that_are_asked_for_or_its_familys(ec2, image, subnets, refused):
    def run(kind, **asked):
        launch = {"ImageId": image["ImageId"], "MinCount": 1, "MaxCount": 1, "SubnetId": subnets[0]}
        return ec2.run_instances(InstanceType=kind, **launch, **asked)["Instances"][0]["InstanceId"]

    standard = run("t3.micro", CreditSpecification={"CpuCredits": "standard"})
    usual, none = run("t3.micro"), run("m5.large")

    def told():
        return {
            each["InstanceId"]: each["CpuCredits"]
            for each in ec2.describe_instance_credit_specifications()["InstanceCreditSpecifications"]
        }

    assert told() == {standard: "standard", usual: "unlimited"}
    changed = ec2.modify_instance_credit_specification(
        InstanceCreditSpecifications=[{"InstanceId": each, "CpuCredits": "unlimited"} for each in (standard, none)]
    )
    assert changed["SuccessfulInstanceCreditSpecifications"] == [{"InstanceId": standard}]
    assert [each["InstanceId"] for each in changed["UnsuccessfulInstanceCreditSpecifications"]] == [none]
    assert told() == {standard: "unlimited", usual: "unlimited"}
    with refused("InvalidParameterCombination"):
        run("m5.large", CreditSpecification={"CpuCredits": "unlimited"})


def test_a_route_takes_a_nat_gateway_by_either_name_and_tells_it_by_its_own(ec2, subnets, until):
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    nat = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    until(lambda: ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"] == "available")
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]

    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=nat)

    def out():
        routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        return next(route for route in routes if route["DestinationCidrBlock"] == "0.0.0.0/0")

    assert (out()["NatGatewayId"], out().get("GatewayId")) == (nat, None)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=nat)
    assert (out()["NatGatewayId"], out().get("GatewayId")) == (nat, None)


@pytest.mark.parametrize(("kind", "short"), [("application", "app"), ("network", "net"), ("gateway", "gwy")])
def test_a_load_balancer_holds_its_subnets_and_its_arn_says_its_kind(aws, ec2, subnets, refused, kind, short):
    balancers = aws("elbv2")
    made = balancers.create_load_balancer(
        Name="balancer", Subnets=subnets, Type=kind, Tags=[{"Key": "for", "Value": "the test"}]
    )["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]

    assert f":loadbalancer/{short}/balancer/" in arn
    assert balancers.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"] == [
        {"Key": "for", "Value": "the test"}
    ]
    described = [{"Name": "description", "Values": [f"ELB {arn.partition('loadbalancer/')[2]}"]}]
    found = ec2.describe_network_interfaces(Filters=described)["NetworkInterfaces"]
    assert sorted(each["SubnetId"] for each in found) == sorted(subnets)
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnets[0])

    balancers.delete_load_balancer(LoadBalancerArn=arn)
    ec2.delete_subnet(SubnetId=subnets[0])


def test_the_tagging_api_tells_of_rule_groups_too(aws):
    arn = aws("network-firewall").create_rule_group(
        RuleGroupName="tagged",
        Type="STATEFUL",
        Capacity=1,
        RuleGroup=RULES,
        Tags=[{"Key": "for", "Value": "the test"}],
    )["RuleGroupResponse"]["RuleGroupArn"]

    found = aws("resourcegroupstaggingapi").get_resources(ResourceTypeFilters=["network-firewall"])

    assert [each["ResourceARN"] for each in found["ResourceTagMappingList"]] == [arn]


def test_a_rule_groups_resource_policy_is_kept_and_one_of_nothing_is_refused(aws, refused):
    firewall = aws("network-firewall")
    arn = firewall.create_rule_group(RuleGroupName="shared", Type="STATEFUL", Capacity=1, RuleGroup=RULES)[
        "RuleGroupResponse"
    ]["RuleGroupArn"]

    with refused("ResourceNotFoundException"):
        firewall.describe_resource_policy(ResourceArn=arn)
    with refused("InvalidResourcePolicyException"):
        firewall.put_resource_policy(ResourceArn=arn, Policy="{}")
    with refused("ResourceNotFoundException"):
        firewall.put_resource_policy(ResourceArn=f"{arn}-other", Policy=SHARED)
    firewall.put_resource_policy(ResourceArn=arn, Policy=SHARED)
    assert firewall.describe_resource_policy(ResourceArn=arn)["Policy"] == SHARED
    firewall.delete_resource_policy(ResourceArn=arn)
    with refused("ResourceNotFoundException"):
        firewall.delete_resource_policy(ResourceArn=arn)


def test_a_detached_vpc_is_shown_as_deleted_and_is_in_nobodys_way(ec2, subnets, until, detached, refused):
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    until(lambda: ec2.describe_transit_gateways()["TransitGateways"][0]["State"] == "available")
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    attached = {"TransitGatewayId": gateway, "VpcId": vpc, "SubnetIds": subnets}
    first = ec2.create_transit_gateway_vpc_attachment(**attached)["TransitGatewayVpcAttachment"]
    identity = first["TransitGatewayAttachmentId"]

    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=identity)
    detached(ec2)

    (told,) = ec2.describe_transit_gateway_vpc_attachments(TransitGatewayAttachmentIds=[identity])[
        "TransitGatewayVpcAttachments"
    ]
    assert told["State"] == "deleted"
    with refused("InvalidTransitGatewayAttachmentID.NotFound"):
        ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=identity)
    again = ec2.create_transit_gateway_vpc_attachment(**attached)["TransitGatewayVpcAttachment"]
    assert again["TransitGatewayAttachmentId"] != identity


def test_a_subnet_is_found_by_its_ipv6_range(ec2, refused):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    vpc = ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"][0]
    half = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("/56", "/64")
    made = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.0.0/24", Ipv6CidrBlock=half)["Subnet"]
    ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.1.0/24")

    def found(name, value):
        filters = [{"Name": f"ipv6-cidr-block-association.{name}", "Values": [value]}]
        return [each["SubnetId"] for each in ec2.describe_subnets(Filters=filters)["Subnets"]]

    (told,) = ec2.describe_subnets(SubnetIds=[made["SubnetId"]])["Subnets"][0]["Ipv6CidrBlockAssociationSet"]
    assert (told["Ipv6CidrBlock"], told["Ipv6CidrBlockState"]) == (half, {"State": "associated"})
    assert found("association-id", told["AssociationId"]) == [made["SubnetId"]]
    assert found("state", "associated") == [made["SubnetId"]]
    assert found("ipv6-cidr-block", "2001:db8::/64") == []
    with refused("InvalidParameterValue"):
        found("owner", "nobody")


def test_a_disk_of_which_no_size_is_said_has_its_images(ec2, image, subnets):
    root = {"DeviceName": image["RootDeviceName"], "Ebs": {"Encrypted": True, "DeleteOnTermination": True}}
    launch = {"ImageId": image["ImageId"], "MinCount": 1, "MaxCount": 1, "SubnetId": subnets[0]}

    made = ec2.run_instances(InstanceType="t3.micro", BlockDeviceMappings=[root], **launch)["Instances"][0]

    disks = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [made["InstanceId"]]}])
    (of_image,) = [each["Ebs"] for each in image["BlockDeviceMappings"]]
    assert [(each["Size"], each["Encrypted"]) for each in disks["Volumes"]] == [(of_image["VolumeSize"], True)]


def test_dhcp_options_keep_their_tags_and_are_held_by_every_vpc_that_uses_them(ec2, refused):
    options = ec2.create_dhcp_options(
        DhcpConfigurations=[{"Key": "domain-name", "Values": ["app.internal"]}],
        TagSpecifications=[{"ResourceType": "dhcp-options", "Tags": [{"Key": "Name", "Value": "app"}]}],
    )["DhcpOptions"]["DhcpOptionsId"]
    vpcs = [ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"] for cidr in ("10.0.0.0/16", "10.1.0.0/16")]
    for vpc in vpcs:
        ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=vpc)

    (told,) = ec2.describe_dhcp_options(DhcpOptionsIds=[options])["DhcpOptions"]
    assert told["Tags"] == [{"Key": "Name", "Value": "app"}]
    for vpc in reversed(vpcs):
        with refused("DependencyViolation"):
            ec2.delete_dhcp_options(DhcpOptionsId=options)
        ec2.associate_dhcp_options(DhcpOptionsId="default", VpcId=vpc)
    ec2.delete_dhcp_options(DhcpOptionsId=options)
    with refused("UnsupportedOperation", "ec2:CreateDhcpOptions:ipv6-address-preferred-lease-time"):
        ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "ipv6-address-preferred-lease-time", "Values": ["60"]}])


def test_a_prefix_list_keeps_its_name_its_limit_and_one_entry_a_range(ec2, refused):
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=2, AddressFamily="IPv4", Entries=[{"Cidr": "192.0.2.0/24"}]
    )["PrefixList"]
    known = {"PrefixListId": made["PrefixListId"]}

    again = {"Cidr": "192.0.2.0/24", "Description": "the first"}
    changed = ec2.modify_managed_prefix_list(
        **known, CurrentVersion=1, AddEntries=[again, {"Cidr": "198.51.100.0/24"}]
    )["PrefixList"]

    assert (changed["PrefixListName"], changed["Version"]) == ("offices", 2)
    entries = ec2.get_managed_prefix_list_entries(**known)["Entries"]
    assert sorted(each["Cidr"] for each in entries) == ["192.0.2.0/24", "198.51.100.0/24"]
    assert again in entries
    with refused("PrefixListVersionMismatch"):
        ec2.modify_managed_prefix_list(**known, CurrentVersion=1, AddEntries=[{"Cidr": "203.0.113.0/24"}])
    with refused("PrefixListMaxEntriesExceeded"):
        ec2.modify_managed_prefix_list(**known, CurrentVersion=2, AddEntries=[{"Cidr": "203.0.113.0/24"}])


def test_a_launch_templates_own_tags_are_not_its_instances(ec2, image):
    def tags(kind, value):
        return {"ResourceType": kind, "Tags": [{"Key": "for", "Value": value}]}

    made = ec2.create_launch_template(
        LaunchTemplateName="work",
        LaunchTemplateData={"ImageId": image["ImageId"], "TagSpecifications": [tags("instance", "work")]},
        TagSpecifications=[tags("launch-template", "the test")],
    )["LaunchTemplate"]

    (version,) = ec2.describe_launch_template_versions(LaunchTemplateId=made["LaunchTemplateId"])[
        "LaunchTemplateVersions"
    ]
    assert version["LaunchTemplateData"]["TagSpecifications"] == [tags("instance", "work")]
    assert made["Tags"] == [{"Key": "for", "Value": "the test"}]
    ec2.create_tags(Resources=[made["LaunchTemplateId"]], Tags=[{"Key": "for", "Value": "another"}])
    (told,) = ec2.describe_launch_templates(LaunchTemplateIds=[made["LaunchTemplateId"]])["LaunchTemplates"]
    assert told["Tags"] == [{"Key": "for", "Value": "another"}]


def test_a_rule_from_a_group_is_described_anew_and_is_the_same_however_described(ec2, subnets, refused):
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    web, inside = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("web", "inside")
    )

    def rule(text):
        source = {"GroupId": web, "Description": text}
        return [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [source]}]

    def told():
        filters = [{"Name": "group-id", "Values": [inside]}]
        rules = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        return [each["Description"] for each in rules if not each["IsEgress"]]

    ec2.authorize_security_group_ingress(GroupId=inside, IpPermissions=rule("first"))
    assert told() == ["first"]
    with refused("InvalidPermission.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=inside, IpPermissions=rule("second"))
    ec2.update_security_group_rule_descriptions_ingress(GroupId=inside, IpPermissions=rule("second"))
    assert told() == ["second"]
    ec2.revoke_security_group_ingress(GroupId=inside, IpPermissions=rule("second"))
    assert told() == []


def test_a_connect_attachment_goes_over_one_of_a_vpc_and_holds_it(ec2, subnets, until, detached, refused):
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    until(lambda: ec2.describe_transit_gateways()["TransitGateways"][0]["State"] == "available")
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    transport = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=subnets)[
        "TransitGatewayVpcAttachment"
    ]["TransitGatewayAttachmentId"]
    over = {"TransportTransitGatewayAttachmentId": transport}
    with refused("IncorrectState"):
        ec2.create_transit_gateway_connect(**over, Options={"Protocol": "gre"})
    until(
        lambda: (
            ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"][0]["State"] == "available"
        )
    )

    tags = [{"ResourceType": "transit-gateway-attachment", "Tags": [{"Key": "Name", "Value": "appliance"}]}]
    made = ec2.create_transit_gateway_connect(**over, Options={"Protocol": "gre"}, TagSpecifications=tags)
    identity = made["TransitGatewayConnect"]["TransitGatewayAttachmentId"]

    def told():
        filters = [{"Name": "transport-transit-gateway-attachment-id", "Values": [transport]}]
        (found,) = ec2.describe_transit_gateway_connects(Filters=filters)["TransitGatewayConnects"]
        return found

    until(lambda: told()["State"] == "available")
    assert (told()["TransitGatewayId"], told()["Tags"]) == (gateway, tags[0]["Tags"])
    found = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[identity])
    (listed,) = found["TransitGatewayAttachments"]
    assert (listed["ResourceType"], listed["ResourceId"]) == ("connect", transport)
    assert listed["Association"]["State"] == "associated"
    with refused("IncorrectState", "Connect"):
        ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=transport)
    ec2.delete_transit_gateway_connect(TransitGatewayAttachmentId=identity)
    until(lambda: told()["State"] == "deleted")
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=transport)
    detached(ec2)


def test_a_rule_groups_summary_has_what_it_is_configured_to_have(aws, refused):
    firewall = aws("network-firewall")
    rules = (
        'drop tls any any -> any any (msg:"no; sid:9;"; sid:7; metadata:for test;)\n'
        "pass tcp any any -> any 443 (sid:8;)"
    )
    group = {"RuleGroupName": "told", "Type": "STATEFUL"}
    firewall.create_rule_group(
        **group,
        Capacity=2,
        RuleGroup={"RulesSource": {"RulesString": rules}},
        SummaryConfiguration={"RuleOptions": ["SID", "MSG"]},
    )

    told = firewall.describe_rule_group_summary(**group)

    assert told["Summary"]["RuleSummaries"] == [{"SID": "7", "Msg": "no; sid:9;"}, {"SID": "8"}]
    firewall.create_rule_group(RuleGroupName="silent", Type="STATEFUL", Capacity=1, RuleGroup=RULES)
    told = firewall.describe_rule_group_summary(RuleGroupName="silent", Type="STATEFUL")
    assert told["Summary"]["RuleSummaries"] == []
    with refused("ResourceNotFoundException"):
        firewall.describe_rule_group_summary(RuleGroupName="nobodys", Type="STATEFUL")


def test_the_tagging_api_tells_of_dns_firewalls_and_log_groups_too(aws):
    tags = [{"Key": "for", "Value": "the test"}]
    rules = aws("route53resolver").create_firewall_rule_group(CreatorRequestId="1", Name="dns", Tags=tags)
    aws("logs").create_log_group(logGroupName="/alerts", tags={"for": "the test"})
    aws("logs").create_log_group(logGroupName="/others")

    wanted = [{"Key": "for", "Values": ["the test"]}]
    found = aws("resourcegroupstaggingapi").get_resources(TagFilters=wanted)["ResourceTagMappingList"]

    assert {each["ResourceARN"].split(":")[2] for each in found} == {"route53resolver", "logs"}
    assert rules["FirewallRuleGroup"]["Arn"] in {each["ResourceARN"] for each in found}


def test_no_instance_reports_to_systems_manager(aws):
    assert aws("ssm").describe_instance_information()["InstanceInformationList"] == []
