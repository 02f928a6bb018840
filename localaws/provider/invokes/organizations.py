"""The data source of the organization that an account belongs to."""

from __future__ import annotations

from localaws.provider.context import Context
from localaws.provider.registry import Function, words
from localaws.provider.values import Props


def _organization(ctx: Context, arguments: Props) -> Props:
    organizations = ctx.client("organizations")
    found = organizations.describe_organization()["Organization"]
    accounts = [
        {
            "arn": account["Arn"],
            "email": account["Email"],
            "id": account["Id"],
            "name": account["Name"],
            "state": account.get("State") or account.get("Status", "ACTIVE"),
            "status": account.get("Status", "ACTIVE"),
        }
        for account in organizations.list_accounts()["Accounts"]
    ]
    master = found["MasterAccountId"]
    roots = organizations.list_roots()["Roots"]
    return {
        "accounts": accounts,
        "arn": found["Arn"],
        "awsServiceAccessPrincipals": [],
        "enabledPolicyTypes": [],
        "featureSet": found["FeatureSet"],
        "id": found["Id"],
        "masterAccountArn": found["MasterAccountArn"],
        "masterAccountEmail": found["MasterAccountEmail"],
        "masterAccountId": master,
        "masterAccountName": next((a["name"] for a in accounts if a["id"] == master), "master"),
        "nonMasterAccounts": [account for account in accounts if account["id"] != master],
        "roots": [{"arn": r["Arn"], "id": r["Id"], "name": r["Name"], "policyTypes": []} for r in roots],
    }


FUNCTIONS = (
    Function("aws:organizations/getOrganization:getOrganization", words("returnOrganizationOnly"), _organization),
)
