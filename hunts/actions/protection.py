"""What keeps an instance there: termination protection, and what it does when it shuts itself down."""

from collections.abc import Callable
from typing import Any

from hunts.actions.instance import Clients, Target

Act = Callable[[], dict[str, Any]]


def protects(clients: Clients, target: Target, *, on: bool) -> Act:
    """Return what turns termination protection on or off."""
    return lambda: _set(clients, target, DisableApiTermination={"Value": on})


def shuts_down(clients: Clients, target: Target, behaviour: str) -> Act:
    """Return what has it `stop` or `terminate` when it shuts itself down."""
    return lambda: _set(clients, target, Attribute="instanceInitiatedShutdownBehavior", Value=behaviour)


def _set(clients: Clients, target: Target, **attribute: Any) -> dict[str, Any]:
    clients("ec2").modify_instance_attribute(InstanceId=target.id, **attribute)
    return {}
