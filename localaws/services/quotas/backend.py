"""Service Quotas' operations on the quotas of the table; an increase that AWS would think about is there at once."""

from __future__ import annotations

import uuid
from typing import Any, Final

from moto.core.base_backend import BaseBackend
from moto.core.utils import utcnow
from moto.servicequotas.models import servicequotas_backends

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, page, refuse, responder
from localaws.services.quotas.table import GLOBAL, HOME, QUOTAS, SERVICES, Quota

__all__ = ["LocalQuotasBackend", "LocalQuotasResponse", "servicequotas_backends"]

INVALID: Final = "IllegalArgumentException"


class LocalQuotasBackend(BaseBackend):
    """Service Quotas in one account and Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.raised: dict[tuple[str, str], int] = {}
        """What was asked for and given, by codes of service and quota."""
        self.requests: dict[str, Shape] = {}

    @operation
    def list_services(self, request: Shape) -> Shape:
        """ListServices: those with quotas that are kept here."""
        rows, token = page(
            [{"ServiceCode": code, "ServiceName": name} for code, name in SERVICES.items()],
            request,
            "InvalidPaginationTokenException",
        )
        return {"Services": rows, "NextToken": token}

    @operation
    def list_service_quotas(self, request: Shape) -> Shape:
        """ListServiceQuotas: as they are now."""
        refuse("ListServiceQuotas", request, "QuotaAppliedAtLevel")
        return self._listed(request, applied=True)

    @operation
    def list_aws_default_service_quotas(self, request: Shape) -> Shape:
        """ListAWSDefaultServiceQuotas: as they are without an increase."""
        return self._listed(request, applied=False)

    @operation
    def get_service_quota(self, request: Shape) -> Shape:
        """GetServiceQuota."""
        refuse("GetServiceQuota", request, "ContextId")
        return {"Quota": self._shape(_found(request), applied=True)}

    @operation
    def get_aws_default_service_quota(self, request: Shape) -> Shape:
        """GetAWSDefaultServiceQuota."""
        return {"Quota": self._shape(_found(request), applied=False)}

    @operation
    def request_service_quota_increase(self, request: Shape) -> Shape:
        """RequestServiceQuotaIncrease: approved as it comes."""
        refuse("RequestServiceQuotaIncrease", request, "ContextId")
        quota, wanted = _found(request), request["DesiredValue"]
        if quota.service in GLOBAL and self.region_name != HOME:
            raise AwsError(INVALID, f"The quotas of {SERVICES[quota.service]} are raised in {HOME}")
        if quota.follows:
            raise AwsError(INVALID, f"{quota.name} grows with {QUOTAS[quota.follows].name} ({quota.follows})")
        if not quota.adjustable:
            raise AwsError(INVALID, f"The quota {quota.code}, {quota.name}, is not adjustable")
        if wanted != int(wanted):
            raise AwsError(INVALID, f"{quota.name} is a whole number, not {wanted}")
        if wanted <= quota.limit(self):
            raise AwsError(INVALID, "You must provide a quota value greater than the current quota value")
        self.raised[quota.service, quota.code] = int(wanted)
        shape = self._shape(quota, applied=True)
        now = utcnow()
        made = {
            **{name: shape[name] for name in ("ServiceCode", "ServiceName", "QuotaCode", "QuotaName", "QuotaArn")},
            "Id": uuid.uuid4().hex,
            "DesiredValue": wanted,
            "Status": "APPROVED",
            "Created": now,
            "LastUpdated": now,
            "GlobalQuota": shape["GlobalQuota"],
            "Unit": "None",
        }
        self.requests[made["Id"]] = made
        return {"RequestedQuota": made}

    @operation
    def get_requested_service_quota_change(self, request: Shape) -> Shape:
        """GetRequestedServiceQuotaChange."""
        found = self.requests.get(request["RequestId"])
        if found is None:
            raise AwsError("NoSuchResourceException", "The request failed because the specified request does not exist")
        return {"RequestedQuota": found}

    @operation
    def list_requested_service_quota_change_history(self, request: Shape) -> Shape:
        """ListRequestedServiceQuotaChangeHistory, the newest first."""
        refuse("ListRequestedServiceQuotaChangeHistory", request, "QuotaRequestedAtLevel")
        rows, token = page(
            [
                each
                for each in reversed(self.requests.values())
                if request.get("ServiceCode") in (None, each["ServiceCode"])
                and request.get("Status") in (None, each["Status"])
            ],
            request,
            "InvalidPaginationTokenException",
        )
        return {"RequestedQuotas": rows, "NextToken": token}

    def _listed(self, request: Shape, *, applied: bool) -> Shape:
        service = request["ServiceCode"]
        if service not in SERVICES:
            raise _no_service(service)
        kept = [
            quota
            for quota in QUOTAS.values()
            if quota.service == service and request.get("QuotaCode") in (None, quota.code)
        ]
        rows, token = page(
            [self._shape(quota, applied=applied) for quota in kept], request, "InvalidPaginationTokenException"
        )
        return {"Quotas": rows, "NextToken": token}

    def _shape(self, quota: Quota, *, applied: bool) -> Shape:
        where = f"arn:{self.partition}:servicequotas:{self.region_name}:{self.account_id if applied else ''}"
        return {
            "ServiceCode": quota.service,
            "ServiceName": SERVICES[quota.service],
            "QuotaArn": f"{where}:{quota.service}/{quota.code}",
            "QuotaCode": quota.code,
            "QuotaName": quota.name,
            "Value": float(quota.limit(self) if applied else quota.default),
            "Unit": "None",
            "Adjustable": quota.adjustable,
            "GlobalQuota": quota.service in GLOBAL,
        }


def _found(request: Shape) -> Quota:
    if request["ServiceCode"] not in SERVICES:
        raise _no_service(request["ServiceCode"])
    quota = QUOTAS.get(request["QuotaCode"])
    if quota is None or quota.service != request["ServiceCode"]:
        raise AwsError(
            "NoSuchResourceException",
            f"The request failed because the specified quota does not exist: {request['QuotaCode']}",
        )
    return quota


def _no_service(code: Any) -> AwsError:
    return AwsError(
        "NoSuchResourceException", f"The request failed because the specified service does not exist: {code}"
    )


LocalQuotasResponse = responder("service-quotas", servicequotas_backends, LocalQuotasBackend, INVALID)
