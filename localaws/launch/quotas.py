"""`./local quotas`: what an account may have in the Region at hand, and how to raise it, through Service Quotas."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from localaws.launch.dashboard import Clients

USAGE = "local AWS: `./local quotas` lists them; `./local quotas CODE VALUE` raises one\n"


def show(environment: Mapping[str, str], arguments: Sequence[str]) -> int:
    """List the quotas, or raise the one whose code is given to a value; return the exit code."""
    if not arguments:
        sys.stdout.write("".join(f"{line}\n" for line in lines(listed(environment))))
        return 0
    if len(arguments) != 2 or not arguments[1].isdigit():  # noqa: PLR2004 — code and value
        sys.stderr.write(USAGE)
        return 2
    code, value = arguments
    try:
        name = raise_to(environment, code, int(value))
    except KeyError:
        sys.stderr.write(f"local AWS: there is no quota {code}\n{USAGE}")
        return 2
    except ClientError as error:
        sys.stderr.write(f"local AWS: {error.response['Error']['Message']}\n")
        return 1
    sys.stdout.write(f"{name}: {value}\n")
    return 0


def listed(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every quota as Service Quotas has it."""
    client = Clients(environment).of("service-quotas")
    services = [each["ServiceCode"] for each in client.list_services()["Services"]]
    return [quota for code in services for quota in client.list_service_quotas(ServiceCode=code)["Quotas"]]


def raise_to(environment: Mapping[str, str], code: str, value: int) -> str:
    """Raise a quota and return its name. Raises KeyError for a code that there isn't, ClientError if it is refused."""
    quota = {each["QuotaCode"]: each for each in listed(environment)}[code]
    client = Clients(environment).of("service-quotas", "us-east-1" if quota["GlobalQuota"] else None)
    client.request_service_quota_increase(ServiceCode=quota["ServiceCode"], QuotaCode=code, DesiredValue=value)
    return str(quota["QuotaName"])


def lines(quotas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lay quotas out as Service Quotas has them: value, code, service and name; fixed ones say so."""
    width = max(len(quota["QuotaCode"]) for quota in quotas)
    return [
        f"{quota['Value']:>7.0f}  {quota['QuotaCode']:<{width}}  {quota['ServiceCode']}: {quota['QuotaName']}"
        f"{'' if quota['Adjustable'] else ' (fixed)'}"
        for quota in quotas
    ]
