"""VPC Block Public Access, which is off."""


def test_it_is_off_and_does_not_pretend_to_block(ec2, refused):
    told = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (told["InternetGatewayBlockMode"], told["State"]) == ("off", "default-state")
    with refused("UnsupportedOperation", "block-bidirectional is not in the local AWS"):
        ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")
    kept = ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="off")
    kept = kept["VpcBlockPublicAccessOptions"]
    assert (kept["InternetGatewayBlockMode"], kept["State"]) == ("off", "update-complete")
