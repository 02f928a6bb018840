"""Invokes of Systems Manager: parameters, the public ones that name machine images too."""

from __future__ import annotations

from localaws.provider.context import Context
from localaws.provider.registry import Function, words
from localaws.provider.values import Props


def _parameter(ctx: Context, arguments: Props) -> Props:
    decrypt = arguments.get("withDecryption", True)
    found = ctx.client("ssm").get_parameter(Name=arguments["name"], WithDecryption=decrypt)["Parameter"]
    secure = found["Type"] == "SecureString"
    return {
        "arn": found["ARN"],
        "insecureValue": "" if secure else found["Value"],
        "name": arguments["name"],
        "region": ctx.region,
        "type": found["Type"],
        "value": found["Value"],
        "version": found["Version"],
        "withDecryption": decrypt,
        "id": arguments["name"],
    }


FUNCTIONS = (
    Function(
        "aws:ssm/getParameter:getParameter", words("name withDecryption"), _parameter, required=frozenset({"name"})
    ),
)
