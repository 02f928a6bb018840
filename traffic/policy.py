"""A firewall's policy as one ordered list of rules that Suricata can read, and back from its answers.

Stock Suricata cannot keep strict order across actions. So every rule is rewritten to ``alert`` under a number that is
its place in the order; Suricata then reports all that match, and ``traffic/verdict.py`` finds which came first.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from components.rules.syntax import Option, Rule, parse_rule

_VARIABLE = re.compile(r"(!?)[$@]([A-Za-z_][A-Za-z0-9_]*)")
_ACTION_ORDER = {"pass": 0, "drop": 1, "reject": 2, "alert": 3}
# AWS numbers its default actions like signatures (2 for other protocols, 4 for TCP in published records).
_DEFAULT_TCP, _DEFAULT_OTHER = 4, 2
_NEITHER = "app-layer-protocol:!tls; app-layer-protocol:!http"

Stateless = Literal["forward", "pass", "drop"]


@dataclass(frozen=True)
class RuleGroupText:
    """One deployed stateful rule group: its name, its rules and its own variables (name without ``$``)."""

    name: str
    rules: tuple[Rule, ...]
    variables: Mapping[str, Sequence[str]] = field(default_factory=dict)
    drop_to_alert: bool = False


@dataclass(frozen=True)
class PolicyRule:
    """A rule in its place: what it says (``rule``), from which ``group``, and what Suricata is given for it.

    ``logs`` is whether a match leaves a record; ``once`` whether it does so only the first time in a flow.
    """

    group: str
    rule: Rule
    text: str
    logs: bool
    once: bool = False


@dataclass(frozen=True)
class FirewallPolicy:
    """A deployed policy: rules in the order in which they are evaluated, defaults last.

    ``not_evaluated`` names what is deployed and cannot be judged here, each with its reason.
    """

    home_net: tuple[str, ...]
    rules: tuple[PolicyRule, ...]
    stateless: Stateless = "forward"
    not_evaluated: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The rules as Suricata gets them, signature id = place in the order, from 1."""
        return "".join(f"{rule.text}\n" for rule in self.rules)

    def without(self, refused: Mapping[int, str]) -> "FirewallPolicy":
        """Return the policy with some rules (place, from 1, to the engine's words) left to AWS and named as such."""
        rules = tuple(
            replace(rule, text=f"# {rule.text}") if place in refused else rule
            for place, rule in enumerate(self.rules, start=1)
        )
        left = [(self.rules[place - 1], why) for place, why in sorted(refused.items())]
        notes = [f"rule {rule.rule.sid} of {rule.group}: Suricata here cannot read it ({why})" for rule, why in left]
        return replace(self, rules=rules, not_evaluated=(*self.not_evaluated, *notes))


def build_policy(
    groups: Iterable[RuleGroupText],
    *,
    home_net: Sequence[str],
    default_actions: Sequence[str] = (),
    strict: bool = True,
    stateless: Stateless = "forward",
    not_evaluated: Sequence[str] = (),
) -> FirewallPolicy:
    """Put groups (in the order of their priorities) and default actions into one list.

    Without ``strict`` the list is in AWS's action order: pass, drop, reject, alert; default actions are for strict.
    """
    policy_variables = {"HOME_NET": tuple(home_net)}
    unsorted = [(group, _with_override(rule, group)) for group in groups for rule in group.rules]
    if not strict:
        unsorted.sort(key=lambda item: _ACTION_ORDER.get(item[1].action, 3))
    rules = [
        _policy_rule(group.name, rule, {**policy_variables, **group.variables}, number)
        for number, (group, rule) in enumerate(unsorted, start=1)
    ]
    if strict:
        rules += _defaults(default_actions, len(rules) + 1)
    return FirewallPolicy(tuple(home_net), tuple(rules), stateless, tuple(not_evaluated))


def _with_override(rule: Rule, group: RuleGroupText) -> Rule:
    return replace(rule, action="alert") if group.drop_to_alert and rule.action in {"drop", "reject"} else rule


def _policy_rule(group: str, rule: Rule, variables: Mapping[str, Sequence[str]], number: int) -> PolicyRule:
    silent = rule.is_silent or (rule.action == "pass" and not any(option.keyword == "alert" for option in rule.options))
    # A rule that acts must be seen, even if it asks to act in silence.
    hidden = {"alert"} if rule.action == "alert" else {"alert", "noalert"}
    options = [option for option in rule.options if option.keyword not in {*hidden, "sid", "gid", "priority"}]
    rewritten = replace(
        rule,
        action="alert",
        source=_substitute(rule.source, variables),
        source_port=_substitute(rule.source_port, variables),
        destination=_substitute(rule.destination, variables),
        destination_port=_substitute(rule.destination_port, variables),
        options=(*options, Option("sid", str(number))),
    )
    return PolicyRule(group, rule, str(rewritten), logs=not silent)


def _substitute(part: str, variables: Mapping[str, Sequence[str]]) -> str:
    def value(found: "re.Match[str]") -> str:
        negated, name = bool(found[1]), found[2]
        if name == "EXTERNAL_NET" and name not in variables:  # always the negation of HOME_NET unless it is set
            negated, name = not negated, "HOME_NET"
        text = "[" + ",".join(variables[name]) + "]" if name in variables else found[0].lstrip("!")
        return ("!" if negated else "") + text

    return _VARIABLE.sub(value, part)


def _defaults(actions: Sequence[str], first: int) -> list[PolicyRule]:
    """Write the stateful default actions as rules at the end (Developer Guide, "Strict evaluation order")."""
    kinds = {action.removeprefix("aws:") for action in actions}
    drop = next((kind for kind in sorted(kinds) if kind.startswith("drop_")), None)
    alert = next((kind for kind in sorted(kinds) if kind.startswith("alert_")), None)
    if drop is None and alert is None:
        return []
    rules: list[PolicyRule] = []
    for sid, match in _default_matches((drop or alert or "").split("_", 1)[1]):
        message = f'msg:"aws:{alert or drop} action"'
        text = f"{match.replace('(', f'({message}; ', 1)} sid:{first + len(rules)};)"
        shown = replace(
            parse_rule(text),
            action="drop" if drop else "alert",
            options=(Option("msg", f'"aws:{alert or drop} action"'), Option("sid", str(sid)), Option("rev", "0")),
        )
        rules.append(PolicyRule("default action", shown, text, logs=alert is not None, once=True))
    return rules


def _default_matches(scope: str) -> list[tuple[int, str]]:
    other = (_DEFAULT_OTHER, "alert ip any any -> any any (ip_proto:!TCP; ttl:>0;")
    if scope == "strict":
        return [(_DEFAULT_TCP, "alert tcp any any -> any any (ttl:>0;"), other]
    if scope == "established_app_layer":  # waits until the protocol has said whom it wants
        return [
            (_DEFAULT_TCP, "alert tls any any -> any any (flow:to_server, established; ssl_state:client_hello;"),
            (_DEFAULT_TCP, "alert http any any -> any any (flow:to_server, established; http.method; bsize:>0;"),
            (_DEFAULT_TCP, f"alert tcp any any -> any any ({_NEITHER}; flow:established; dsize:>0;"),
            other,
        ]
    # Packets that set a connection up carry no data; those of an established one are what is meant.
    return [(_DEFAULT_TCP, "alert tcp any any -> any any (flow:established; dsize:>0;"), other]
