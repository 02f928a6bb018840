"""DNS Firewall rule groups and the rules in them."""

from __future__ import annotations

import re
from typing import Final

from localaws.services.core import AwsError, NotInLocalAws
from localaws.services.operations import Shape, operation, page
from localaws.services.profiles.store import associated
from localaws.services.quotas import table as quotas
from localaws.services.resolver.domains import DomainLists
from localaws.services.resolver.store import INVALID, new_id, now

QTYPES: Final = frozenset({"A", "AAAA", "CAA", "CNAME", "DS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "TXT"})
NUMBERED_QTYPE: Final = re.compile(r"^TYPE([1-9]\d{0,4})$")
LAST_QTYPE: Final = 65534
OVERRIDE_MEMBERS: Final = ("BlockOverrideDomain", "BlockOverrideDnsType", "BlockOverrideTtl")


class FirewallRules(DomainLists):
    """Operations on rule groups and rules."""

    @operation
    def create_firewall_rule_group(self, request: Shape) -> Shape:
        """CreateFirewallRuleGroup: empty; names need not be unique."""
        made = self.check_request_id(self.firewall_groups, request)
        if made is None:
            quotas.DNS_GROUPS.check(self, len(self.firewall_groups) + 1)
            group_id = new_id("rslvr-frg")
            made = self.firewall_groups[group_id] = {
                "Id": group_id,
                "Arn": self.resolver_arn("firewall-rule-group", group_id),
                "Name": request["Name"],
                "Status": "COMPLETE",
                "StatusMessage": "Created Firewall Rule Group",
                "OwnerId": self.account_id,
                "CreatorRequestId": request["CreatorRequestId"],
                "ShareStatus": "NOT_SHARED",
                "CreationTime": now(),
                "ModificationTime": now(),
            }
            self.firewall_rules[group_id] = []
            self.tag_new(made["Arn"], request)
        return {"FirewallRuleGroup": self._group_shape(made)}

    @operation
    def get_firewall_rule_group(self, request: Shape) -> Shape:
        """GetFirewallRuleGroup."""
        return {"FirewallRuleGroup": self._group_shape(self.usable_group(request["FirewallRuleGroupId"]))}

    @operation
    def list_firewall_rule_groups(self, request: Shape) -> Shape:
        """ListFirewallRuleGroups, those that others share with this account too."""
        members = ("Id", "Arn", "Name", "OwnerId", "CreatorRequestId", "ShareStatus")
        rows, token = page(
            [{m: group[m] for m in members} for group in (*self.firewall_groups.values(), *self.shared_groups())],
            request,
            INVALID,
        )
        return {"FirewallRuleGroups": rows, "NextToken": token}

    @operation
    def delete_firewall_rule_group(self, request: Shape) -> Shape:
        """DeleteFirewallRuleGroup: refused while it is associated with a VPC or has rules."""
        group = self._group(request)
        associations = [item for backend in (self, *self.others()) for item in backend.firewall_associations.values()]
        if any(item["FirewallRuleGroupId"] == group["Id"] for item in associations):
            raise AwsError("ConflictException", f"The rule group {group['Id']} is associated with a VPC")
        if associated(group["Arn"]):
            raise AwsError("ConflictException", f"The rule group {group['Id']} is associated with a profile")
        if self.firewall_rules[group["Id"]]:
            raise AwsError("ConflictException", f"The rule group {group['Id']} has rules")
        shape = self._group_shape(group) | {"Status": "DELETING"}
        del self.firewall_groups[group["Id"]], self.firewall_rules[group["Id"]]
        self.tagger.delete_all_tags_for_resource(group["Arn"])
        return {"FirewallRuleGroup": shape}

    @operation
    def create_firewall_rule(self, request: Shape) -> Shape:
        """CreateFirewallRule: for a domain list or for a threat of DNS Firewall Advanced."""
        if request.get("FirewallRuleType"):
            raise NotInLocalAws("CreateFirewallRule:FirewallRuleType")
        group = self._group(request)
        rules = self.firewall_rules[group["Id"]]
        quotas.DNS_RULES.check(self, len(rules) + 1)
        rule = {member: value for member, value in request.items() if value is not None}
        if bool(rule.get("FirewallDomainListId")) == bool(rule.get("DnsThreatProtection")):
            raise AwsError(INVALID, "A rule needs either a FirewallDomainListId or a DnsThreatProtection")
        if rule.get("DnsThreatProtection"):
            rule["FirewallThreatProtectionId"] = new_id("rslvr-ftp")
        else:
            self.look_up(self.domain_lists, rule["FirewallDomainListId"], "firewall domain list")
            rule.setdefault("FirewallDomainRedirectionAction", "INSPECT_REDIRECTION_DOMAIN")
        if any(_key(other) == _key(rule) for other in rules if not rule.get("DnsThreatProtection")):
            raise AwsError(
                INVALID,
                f"The rule group has a rule for the domain list {rule['FirewallDomainListId']} and query type already",
            )
        self._check_rule(rule, rules)
        rule |= {"CreationTime": now(), "ModificationTime": now()}
        rules.append(rule)
        return {"FirewallRule": rule}

    @operation
    def update_firewall_rule(self, request: Shape) -> Shape:
        """UpdateFirewallRule: all but what the rule matches can change."""
        rule = self._rule(request)
        others = [other for other in self.firewall_rules[request["FirewallRuleGroupId"]] if other is not rule]
        given = {member: value for member, value in request.items() if value is not None}
        if given.get("DnsThreatProtection") not in (None, rule.get("DnsThreatProtection")):
            raise AwsError(INVALID, "The DnsThreatProtection of a rule cannot be changed")
        changed = {**rule, **given}
        if given.get("Action") not in (None, "BLOCK"):
            changed = {
                member: value for member, value in changed.items() if member not in ("BlockResponse", *OVERRIDE_MEMBERS)
            }
        elif given.get("BlockResponse") not in (None, "OVERRIDE"):
            changed = {member: value for member, value in changed.items() if member not in OVERRIDE_MEMBERS}
        self._check_rule(changed, others)
        rule.clear()
        rule |= changed | {"ModificationTime": now()}
        return {"FirewallRule": rule}

    @operation
    def delete_firewall_rule(self, request: Shape) -> Shape:
        """DeleteFirewallRule, named by group and domain list (and query type) or threat id."""
        rule = self._rule(request)
        self.firewall_rules[request["FirewallRuleGroupId"]].remove(rule)
        return {"FirewallRule": rule}

    @operation
    def list_firewall_rules(self, request: Shape) -> Shape:
        """ListFirewallRules, by priority."""
        group = self._group(request)
        rules = sorted(self.firewall_rules[group["Id"]], key=lambda rule: int(rule["Priority"]))
        for member in ("Priority", "Action"):
            if request.get(member) is not None:
                rules = [rule for rule in rules if rule[member] == request[member]]
        rows, token = page(rules, request, INVALID)
        return {"FirewallRules": rows, "NextToken": token}

    def _group(self, request: Shape) -> Shape:
        return self.look_up(self.firewall_groups, request["FirewallRuleGroupId"], "firewall rule group")

    def _group_shape(self, group: Shape) -> Shape:
        return {"RuleCount": len(self.firewall_rules.get(group["Id"], ())), **group}

    def _rule(self, request: Shape) -> Shape:
        group = self._group(request)
        for rule in self.firewall_rules[group["Id"]]:
            if request.get("FirewallThreatProtectionId"):
                if rule.get("FirewallThreatProtectionId") == request["FirewallThreatProtectionId"]:
                    return rule
            elif _key(rule) == _key(request):
                return rule
        raise AwsError("ResourceNotFoundException", f"The rule group {group['Id']} has no such rule")

    @staticmethod
    def _check_rule(rule: Shape, others: list[Shape]) -> None:
        if any(other["Priority"] == rule["Priority"] for other in others):
            raise AwsError(INVALID, f"The priority {rule['Priority']} is used by another rule of the rule group")
        qtype = rule.get("Qtype")
        if qtype is not None and qtype not in QTYPES:
            number = NUMBERED_QTYPE.match(qtype)
            if number is None or int(number[1]) > LAST_QTYPE:
                raise AwsError(INVALID, f"The query type {qtype} is not valid")
        if rule.get("DnsThreatProtection"):
            if not rule.get("ConfidenceThreshold"):
                raise AwsError(INVALID, "ConfidenceThreshold is required with DnsThreatProtection")
            if rule["Action"] == "ALLOW":
                raise AwsError(INVALID, "The action ALLOW is not available for DNS Firewall Advanced rules")
            if rule.get("FirewallDomainRedirectionAction"):
                raise AwsError(INVALID, "FirewallDomainRedirectionAction is not valid with DnsThreatProtection")
        elif rule.get("ConfidenceThreshold"):
            raise AwsError(INVALID, "ConfidenceThreshold is valid with DnsThreatProtection alone")
        _check_block(rule)


def _check_block(rule: Shape) -> None:
    response = rule.get("BlockResponse")
    if (rule["Action"] == "BLOCK") != (response is not None):
        raise AwsError(INVALID, "BlockResponse is required for the action BLOCK, and valid for it alone")
    given = [member for member in OVERRIDE_MEMBERS if rule.get(member) is not None]
    if response == "OVERRIDE" and len(given) != len(OVERRIDE_MEMBERS):
        raise AwsError(INVALID, f"{', '.join(OVERRIDE_MEMBERS)} are required for the block response OVERRIDE")
    if response != "OVERRIDE" and given:
        raise AwsError(INVALID, f"{', '.join(given)}: valid for the block response OVERRIDE alone")


def _key(rule: Shape) -> tuple[object, object]:
    return rule.get("FirewallDomainListId"), rule.get("Qtype")
