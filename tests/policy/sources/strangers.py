"""Programs as strangers write them: every way to name an endpoint, each sound, and each wrong in one place.

All build the same network: work subnets of two zones send through the firewall endpoint of their zone to the internet
gateway, whose edge table sends replies back through the same. `ways` are the texts that differ.
"""

from __future__ import annotations

from dataclasses import dataclass

HEAD = """\
variable "cidr" { default = "10.0.0.0/16" }
variable "azs" { default = ["eu-west-1a", "eu-west-1b"] }
resource "aws_vpc" "this" { cidr_block = var.cidr }
resource "aws_internet_gateway" "this" { vpc_id = aws_vpc.this.id }
resource "aws_route_table" "edge" { vpc_id = aws_vpc.this.id }
resource "aws_route_table_association" "edge" {
  gateway_id     = aws_internet_gateway.this.id
  route_table_id = aws_route_table.edge.id
}
"""
POLICY = 'firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/policy"'

COUNTED = (
    HEAD
    + """
resource "aws_subnet" "work" {
  count             = length(var.azs)
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr, 8, count.index)
  availability_zone = var.azs[count.index]
}
resource "aws_subnet" "fire" {
  count             = length(var.azs)
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr, 12, 3200 + count.index)
  availability_zone = var.azs[count.index]
}
resource "aws_route_table" "work" {
  count  = length(var.azs)
  vpc_id = aws_vpc.this.id
}
resource "aws_route_table" "fire" { vpc_id = aws_vpc.this.id }
resource "aws_route" "fire" {
  route_table_id         = aws_route_table.fire.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}
resource "aws_route_table_association" "work" {
  count          = length(var.azs)
  subnet_id      = element(aws_subnet.work.*.id, count.index)
  route_table_id = element(aws_route_table.work.*.id, count.index)
}
resource "aws_route_table_association" "fire" {
  count          = length(var.azs)
  subnet_id      = aws_subnet.fire[count.index].id
  route_table_id = aws_route_table.fire.id
}
resource "aws_networkfirewall_firewall" "this" {
  name   = "this"
  vpc_id = aws_vpc.this.id
"""
    + POLICY
    + """
  dynamic "subnet_mapping" {
    for_each = aws_subnet.fire[*].id
    content { subnet_id = subnet_mapping.value }
  }
}
resource "aws_route" "work" {
  count                  = length(var.azs)
  route_table_id         = aws_route_table.work[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = WORK
}
resource "aws_route" "edge" {
  count                  = length(var.azs)
  route_table_id         = aws_route_table.edge.id
  destination_cidr_block = aws_subnet.work[count.index].cidr_block
  vpc_endpoint_id        = WORK
}
"""
)

KEYED = (
    HEAD
    + """
locals {
  zones = { for number, az in var.azs : az => { number = number, work = cidrsubnet(var.cidr, 8, number) } }
}
resource "aws_subnet" "work" {
  for_each          = local.zones
  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value.work
  availability_zone = each.key
}
resource "aws_subnet" "fire" {
  for_each          = local.zones
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr, 12, 3200 + each.value.number)
  availability_zone = each.key
}
resource "aws_route_table" "work" {
  for_each = aws_subnet.work
  vpc_id   = aws_vpc.this.id
}
resource "aws_route_table" "fire" {
  vpc_id = aws_vpc.this.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
}
resource "aws_route_table_association" "work" {
  for_each       = aws_route_table.work
  subnet_id      = aws_subnet.work[each.key].id
  route_table_id = each.value.id
}
resource "aws_route_table_association" "fire" {
  for_each       = aws_subnet.fire
  subnet_id      = each.value.id
  route_table_id = aws_route_table.fire.id
}
resource "aws_networkfirewall_firewall" "this" {
  name   = "this"
  vpc_id = aws_vpc.this.id
"""
    + POLICY
    + """
  dynamic "subnet_mapping" {
    for_each = toset(keys(local.zones))
    iterator = zone
    content { subnet_id = aws_subnet.fire[zone.value].id }
  }
}
MORE
resource "aws_route" "work" {
  for_each               = local.zones
  route_table_id         = aws_route_table.work[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = WORK
}
resource "aws_route" "edge" {
  for_each               = local.zones
  route_table_id         = aws_route_table.edge.id
  destination_cidr_block = each.value.work
  vpc_endpoint_id        = WORK
}
"""
)

STATES = "aws_networkfirewall_firewall.this.firewall_status[0].sync_states"


@dataclass(frozen=True)
class Program:
    """A program, and what is changed in it to make it wrong; `broken` are the policies that then don't hold."""

    text: str
    old: str
    new: str
    broken: frozenset[str]

    def written(self, *, wrong: bool) -> str:
        assert self.old in self.text
        return self.text.replace(self.old, self.new, 1) if wrong else self.text


def counted(endpoint: str, old: str, new: str, *broken: str) -> Program:
    return Program(COUNTED.replace("WORK", endpoint), old, new, frozenset(broken))


def keyed(endpoint: str, more: str, old: str, new: str, *broken: str) -> Program:
    text = KEYED.replace("WORK", endpoint).replace("MORE", more.replace("STATES", STATES))
    return Program(text.replace("STATES", STATES), old, new, frozenset(broken))


BYPASS, SYMMETRIC, ZONE = "egress-through-firewall", "symmetric-return", "same-zone-endpoint"
_BY_ZONE = """locals {
  endpoints = { for state in STATES : state.availability_zone => state.attachment[0].endpoint_id }
}"""

PROGRAMS: dict[str, Program] = {
    "by_subnet_in_a_filter": counted(
        f"[for s in tolist({STATES}) : s.attachment[0].endpoint_id"
        " if s.attachment[0].subnet_id == aws_subnet.fire[count.index].id][0]",
        'aws_subnet.fire[count.index].id][0]\n}\nresource "aws_route" "edge"',
        'aws_subnet.fire[0].id][0]\n}\nresource "aws_route" "edge"',
        SYMMETRIC,
        ZONE,
    ),
    "by_zone_with_one": counted(
        f"one([for s in {STATES} : s.attachment[0].endpoint_id if s.availability_zone == var.azs[count.index]])",
        "gateway_id     = aws_internet_gateway.this.id\n  route_table_id = aws_route_table.edge.id",
        "subnet_id      = aws_subnet.fire[0].id\n  route_table_id = aws_route_table.edge.id",
        SYMMETRIC,
    ),
    "by_lookup_in_a_map": counted(
        f"lookup({{ for s in {STATES} : s.availability_zone => s.attachment[0].endpoint_id }}, var.azs[count.index])",
        "element(aws_route_table.work.*.id, count.index)",
        "element(aws_route_table.work.*.id, count.index + 1)",
        SYMMETRIC,
        ZONE,
    ),
    "by_zipmap_of_splats": counted(
        f"zipmap([for s in {STATES} : s.availability_zone], [for s in {STATES} : s.attachment[0].endpoint_id])"
        "[var.azs[count.index]]",
        "route_table_id = element(aws_route_table.work.*.id, count.index)",
        "route_table_id = aws_route_table.fire.id",
        BYPASS,
    ),
    "by_try_and_flatten": counted(
        f"try(flatten([for s in {STATES} : s.attachment[*].endpoint_id if s.availability_zone == "
        'aws_subnet.fire[count.index].availability_zone])[0], "")',
        "destination_cidr_block = aws_subnet.work[count.index].cidr_block",
        "destination_cidr_block = aws_subnet.fire[count.index].cidr_block",
        SYMMETRIC,
    ),
    "by_merged_maps": counted(
        f"merge([for s in {STATES} : {{ (s.attachment[0].subnet_id) = s.attachment[0].endpoint_id }}]...)"
        "[aws_subnet.fire[count.index].id]",
        "count                  = length(var.azs)\n  route_table_id         = aws_route_table.edge.id",
        "count                  = 1\n  route_table_id         = aws_route_table.edge.id",
        SYMMETRIC,
    ),
    "by_a_local_map": keyed(
        "local.endpoints[each.key]",
        _BY_ZONE,
        'destination_cidr_block = "0.0.0.0/0"\n  vpc_endpoint_id        = local.endpoints[each.key]',
        'destination_cidr_block = "0.0.0.0/0"\n  gateway_id             = aws_internet_gateway.this.id',
        BYPASS,
    ),
    "by_a_local_map_of_another_zone": keyed(
        "local.endpoints[each.key]",
        _BY_ZONE,
        'destination_cidr_block = "0.0.0.0/0"\n  vpc_endpoint_id        = local.endpoints[each.key]',
        'destination_cidr_block = "0.0.0.0/0"\n  vpc_endpoint_id        = values(local.endpoints)[0]',
        SYMMETRIC,
        ZONE,
    ),
    "by_values_that_carry_on": keyed(
        "local.endpoints[each.value.number]",
        "locals {\n  endpoints = [for az in var.azs : one([for s in STATES : s.attachment[0].endpoint_id"
        " if s.availability_zone == az])]\n}",
        "vpc_endpoint_id        = local.endpoints[each.value.number]",
        "vpc_endpoint_id        = local.endpoints[1 - each.value.number]",
        SYMMETRIC,
        ZONE,
    ),
    "by_grouping": keyed(
        "local.grouped[each.key][0]",
        "locals {\n  grouped = { for s in STATES : s.availability_zone => s.attachment[0].endpoint_id... }\n}",
        "subnet_id      = aws_subnet.work[each.key].id",
        "subnet_id      = aws_subnet.work[reverse(var.azs)[index(var.azs, each.key)]].id",
        SYMMETRIC,
        ZONE,
    ),
    "by_coalesced_conditions": keyed(
        'each.value.number == 0 ? local.endpoints["eu-west-1a"] : local.endpoints["eu-west-1b"]',
        _BY_ZONE,
        'each.value.number == 0 ? local.endpoints["eu-west-1a"]',
        'each.value.number == 1 ? local.endpoints["eu-west-1a"]',
        SYMMETRIC,
        ZONE,
    ),
    "by_setproduct_of_routes": keyed(
        "local.endpoints[each.key]",
        _BY_ZONE
        + """
locals {
  extra = { for pair in setproduct(var.azs, ["8.8.8.0/24", "9.9.9.0/24"]) : "${pair[0]}-${pair[1]}" => pair }
}
resource "aws_route" "extra" {
  for_each               = local.extra
  route_table_id         = aws_route_table.work[each.value[0]].id
  destination_cidr_block = each.value[1]
  vpc_endpoint_id        = local.endpoints[each.value[0]]
}""",
        "vpc_endpoint_id        = local.endpoints[each.value[0]]",
        "gateway_id             = aws_internet_gateway.this.id",
        BYPASS,
    ),
    "by_dynamic_inline_routes": keyed(
        "local.endpoints[each.key]",
        _BY_ZONE
        + """
resource "aws_route_table" "more" {
  for_each = local.zones
  vpc_id   = aws_vpc.this.id
  dynamic "route" {
    for_each = { "0.0.0.0/0" = local.endpoints[each.key] }
    content {
      cidr_block      = route.key
      vpc_endpoint_id = route.value
    }
  }
}
resource "aws_subnet" "more" {
  for_each          = local.zones
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr, 8, 20 + each.value.number)
  availability_zone = each.key
}
resource "aws_route_table_association" "more" {
  for_each       = aws_subnet.more
  subnet_id      = each.value.id
  route_table_id = aws_route_table.more[each.key].id
}
resource "aws_route" "back" {
  for_each               = aws_subnet.more
  route_table_id         = aws_route_table.edge.id
  destination_cidr_block = each.value.cidr_block
  vpc_endpoint_id        = local.endpoints[each.key]
}""",
        "cidr_block      = route.key\n      vpc_endpoint_id = route.value",
        "cidr_block = route.key\n      gateway_id = aws_internet_gateway.this.id",
        BYPASS,
    ),
    "by_optional_objects": keyed(
        "local.endpoints[coalesce(each.value.zone, each.key)]".replace("each.value.zone", "try(each.value.zone, null)"),
        _BY_ZONE,
        "gateway_id     = aws_internet_gateway.this.id\n  route_table_id = aws_route_table.edge.id",
        "gateway_id     = aws_internet_gateway.this.id\n  route_table_id = aws_route_table.fire.id",
        SYMMETRIC,
    ),
    "by_element_of_one": keyed(
        "element(tolist([local.endpoints[each.key]]), 7)",
        _BY_ZONE,
        "destination_cidr_block = each.value.work\n"
        "  vpc_endpoint_id        = element(tolist([local.endpoints[each.key]]), 7)",
        'destination_cidr_block = each.value.work\n  vpc_endpoint_id        = local.endpoints["eu-west-1a"]',
        SYMMETRIC,
    ),
}
