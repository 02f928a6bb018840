"""Tags every AWS resource below a component, and gives it the Name that the console lists.

A provider's default tags would need a provider made by hand, and a transformation of the whole stack would not reach a
component that runs in a process of its own, as it does for programs in other languages.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

_NAME = "Name"
_INSTANCE = "aws:ec2/instance:Instance"
_GROUP = "aws:autoscaling/group:Group"


def with_tags(opts: pulumi.ResourceOptions | None, tags: Mapping[str, str]) -> pulumi.ResourceOptions:
    """Return options that give a resource and all below it these tags; a resource's own tags win."""
    tagging = pulumi.ResourceOptions(transformations=[lambda args: _tagged(args, tags)])
    return pulumi.ResourceOptions.merge(opts, tagging)


def _tagged(
    args: pulumi.ResourceTransformationArgs, tags: Mapping[str, str]
) -> pulumi.ResourceTransformationResult | None:
    # Every class of the provider's SDK that takes tags has them among its properties, set or not.
    # A group of instances is the one type whose tags are a list: what it launches is tagged by its template.
    if not args.type_.startswith("aws:") or "tags" not in args.props or args.type_ == _GROUP:
        return None
    props = dict(args.props)
    wanted = {_NAME: args.name, **tags}
    props["tags"] = _merged(wanted, props["tags"])
    if args.type_ == _INSTANCE and props.get("root_block_device") is not None:
        # The disk is a resource of its own to those who pay for it.
        props["root_block_device"] = pulumi.Output.from_input(props["root_block_device"]).apply(
            lambda disk: {**disk, "tags": {**wanted, **(disk.get("tags") or {})}}
        )
    return pulumi.ResourceTransformationResult(props, args.opts)


def _merged(wanted: Mapping[str, str], own: Any) -> Any:
    if own is None:
        return dict(wanted)
    if isinstance(own, Mapping):
        return {**wanted, **own}
    return pulumi.Output.from_input(own).apply(lambda found: {**wanted, **(found or {})})
