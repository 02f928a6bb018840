"""DNS Firewall domain lists: one's own and those that AWS manages."""

from __future__ import annotations

import re
from typing import Final

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, page
from localaws.services.quotas import table as quotas
from localaws.services.resolver.store import INVALID, ResolverStore, new_id, now

MAX_DOMAINS_PER_REQUEST: Final = 1000
DOMAIN: Final = re.compile(r"^(?:\*|\*?\.?(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63})\.?$")


class DomainLists(ResolverStore):
    """Operations on domain lists."""

    @operation
    def create_firewall_domain_list(self, request: Shape) -> Shape:
        """CreateFirewallDomainList: empty; UpdateFirewallDomains fills it."""
        made = self.check_request_id(self.domain_lists, request)
        if made is None:
            own = sum("ManagedOwnerName" not in item for item in self.domain_lists.values())
            quotas.DOMAIN_LISTS.check(self, own + 1)
            list_id = new_id("rslvr-fdl")
            made = self.domain_lists[list_id] = {
                "Id": list_id,
                "Arn": self.resolver_arn("firewall-domain-list", list_id),
                "Name": request["Name"],
                "Status": "COMPLETE",
                "StatusMessage": "Created Firewall Domain List",
                "CreatorRequestId": request["CreatorRequestId"],
                "CreationTime": now(),
                "ModificationTime": now(),
            }
            self.list_domains[list_id] = []
            self.tag_new(made["Arn"], request)
        return {"FirewallDomainList": self._list_shape(made)}

    @operation
    def get_firewall_domain_list(self, request: Shape) -> Shape:
        """GetFirewallDomainList."""
        return {"FirewallDomainList": self._list_shape(self._list(request))}

    @operation
    def list_firewall_domain_lists(self, request: Shape) -> Shape:
        """ListFirewallDomainLists: AWS's managed lists among them, with their names."""
        members = ("Id", "Arn", "Name", "CreatorRequestId", "ManagedOwnerName")
        rows, token = page(
            [{member: item[member] for member in members if member in item} for item in self.domain_lists.values()],
            request,
            INVALID,
        )
        return {"FirewallDomainLists": rows, "NextToken": token}

    @operation
    def update_firewall_domains(self, request: Shape) -> Shape:
        """UpdateFirewallDomains: adds, removes or replaces up to 1000 names, which AWS keeps with a dot at the end."""
        found = self._own(request)
        if len(request["Domains"]) > MAX_DOMAINS_PER_REQUEST:
            raise AwsError(INVALID, f"A request can have at most {MAX_DOMAINS_PER_REQUEST} domains")
        names = [_canonical(name) for name in request["Domains"]]
        present = self.list_domains[found["Id"]]
        if request["Operation"] == "REPLACE":
            kept = list(dict.fromkeys(names))
        elif request["Operation"] == "ADD":
            kept = list(dict.fromkeys([*present, *names]))
        else:
            missing = [name for name in names if name not in present]
            if missing:
                raise AwsError(INVALID, f"The domain list does not have the domain {missing[0]}")
            kept = [name for name in present if name not in names]
        others = sum(len(domains) for list_id, domains in self.list_domains.items() if list_id != found["Id"])
        quotas.DOMAINS.check(self, others + len(kept))
        self.list_domains[found["Id"]] = kept
        found |= {"ModificationTime": now(), "StatusMessage": "Finished domain list update"}
        return {"Id": found["Id"], "Name": found["Name"], "Status": "COMPLETE", "StatusMessage": found["StatusMessage"]}

    @operation
    def list_firewall_domains(self, request: Shape) -> Shape:
        """ListFirewallDomains: AWS does not show those of its managed lists."""
        found = self._own(request)
        rows, token = page(self.list_domains[found["Id"]], request, INVALID)
        return {"Domains": rows, "NextToken": token}

    @operation
    def delete_firewall_domain_list(self, request: Shape) -> Shape:
        """DeleteFirewallDomainList: refused while a rule uses it."""
        found = self._own(request)
        if any(
            rule.get("FirewallDomainListId") == found["Id"] for rules in self.firewall_rules.values() for rule in rules
        ):
            raise AwsError("ConflictException", f"The domain list {found['Id']} is used by a firewall rule")
        shape = self._list_shape(found) | {"Status": "DELETING"}
        del self.domain_lists[found["Id"]], self.list_domains[found["Id"]]
        self.tagger.delete_all_tags_for_resource(found["Arn"])
        return {"FirewallDomainList": shape}

    def _list(self, request: Shape) -> Shape:
        return self.look_up(self.domain_lists, request["FirewallDomainListId"], "firewall domain list")

    def _own(self, request: Shape) -> Shape:
        found = self._list(request)
        if "ManagedOwnerName" in found:
            raise AwsError("AccessDeniedException", f"The domain list {found['Name']} is managed by AWS")
        return found

    def _list_shape(self, found: Shape) -> Shape:
        return {**found, "DomainCount": len(self.list_domains.get(found["Id"], ()))}


def _canonical(name: str) -> str:
    """Spell a domain as AWS keeps it: lower case with a dot at the end."""
    if not DOMAIN.match(name):
        raise AwsError(
            INVALID, f"The domain {name} is not valid: letters, digits and hyphens, and an asterisk at the start alone"
        )
    return name.lower().rstrip(".") + "."
