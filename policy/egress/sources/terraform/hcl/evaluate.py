"""Evaluates expressions of HCL in a scope: what names mean is asked of the scope, one module's view of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .functions import call, number, spelled, text, to_set
from .parser import Expression
from .values import EvaluationError, StandIn, Thing, Unordered, Unsettled, blurred, has_stand_in, same, settled

Scope = Callable[[str], Any]
"""Gives the value of a first name (var, local, module, data, each, count, a resource type), or raises."""


def evaluate(tree: Expression, scope: Scope) -> Any:
    """Return the value of an expression. Raises EvaluationError."""
    return _KINDS[tree[0]](tree, scope)


def _template(tree: Expression, scope: Scope) -> Any:
    parts = [evaluate(part, scope) for part in tree[1]]
    if not all(map(settled, parts)) or any(map(has_stand_in, parts)):
        return blurred(*parts)
    return "".join(map(text, parts))


def _object(tree: Expression, scope: Scope) -> Any:
    found: dict[Any, Any] = {}
    for key_tree, value_tree in tree[1]:
        key = evaluate(key_tree, scope)
        value = evaluate(value_tree, scope)
        if not settled(key):
            return blurred(key, value, found)
        found[spelled(key)] = value
    return found


def _attribute(tree: Expression, scope: Scope) -> Any:
    return attribute(evaluate(tree[1], scope), tree[2])


def attribute(value: Any, name: str) -> Any:
    """Take an attribute of a value."""
    if isinstance(value, Thing):
        return value.get(name)
    if isinstance(value, Unsettled):
        return value
    if isinstance(value, Mapping) and name in value:
        return value[name]
    raise EvaluationError(f"there is no {name}")


def _index(tree: Expression, scope: Scope) -> Any:
    value, key = evaluate(tree[1], scope), evaluate(tree[2], scope)
    if isinstance(value, Unsettled) or not settled(key):
        return blurred(value)
    if isinstance(value, Mapping):
        if (name := spelled(key)) in value:
            return value[name]
        if has_stand_in([name, *value]):
            return blurred(value)
        raise EvaluationError(f"there is no {key}")
    if isinstance(key, StandIn):
        return blurred(value)
    if isinstance(value, Thing):
        return value.get(text(key))
    if isinstance(value, list):
        at = number(key)
        if not 0 <= at < len(value):
            raise EvaluationError(f"there is no element {at}")
        return blurred(value) if isinstance(value, Unordered) and len(value) > 1 else value[at]
    raise EvaluationError("this has no elements")


def _splat(tree: Expression, scope: Scope) -> Any:
    value = evaluate(tree[1], scope)
    if isinstance(value, Unsettled):
        return value
    listed = value if isinstance(value, list) else [] if value is None else [value]
    found = [evaluate(tree[2], _with(scope, {"": inner})) for inner in listed]
    return Unordered(found, listed.order) if isinstance(listed, Unordered) else found


def _with(scope: Scope, names: Mapping[str, Any]) -> Scope:
    return lambda name: names[name] if name in names else scope(name)


def _call(tree: Expression, scope: Scope) -> Any:
    _kind, name, trees, expanded = tree
    if name in {"try", "can"}:
        return _try(name, trees, scope)
    arguments = [evaluate(each, scope) for each in trees]
    if expanded:
        last = arguments.pop()
        if isinstance(last, Unsettled) or (isinstance(last, Unordered) and not _in_any_order(name, last)):
            return blurred(*arguments, last)
        arguments += last
    return call(name, arguments)


def _in_any_order(name: str, maps: list[Any]) -> bool:
    """Tell whether it is all one in which order a function gets its arguments: maps are merged that share no key."""
    keys = [key for each in maps if isinstance(each, Mapping) for key in each]
    return name == "merge" and all(isinstance(each, Mapping) for each in maps) and len(set(keys)) == len(keys)


def _try(name: str, trees: list[Expression], scope: Scope) -> Any:
    for tree in trees:
        try:
            value = evaluate(tree, scope)
        except EvaluationError:
            continue
        if name == "can":
            return blurred(value) if isinstance(value, Unsettled) else True
        # What isn't known yet may fail once it is.
        return value if not isinstance(value, Unsettled) else blurred(value, *_tried(trees, scope))
    if name == "can":
        return False
    raise EvaluationError("nothing of try() has a value")


def _tried(trees: list[Expression], scope: Scope) -> list[Any]:
    found: list[Any] = []
    for tree in trees:
        try:
            found.append(evaluate(tree, scope))
        except EvaluationError:
            continue
    return found


def _condition(tree: Expression, scope: Scope) -> Any:
    decided = evaluate(tree[1], scope)
    if not settled(decided):
        return blurred(*_tried([tree[2], tree[3]], scope))
    return evaluate(tree[2] if truth(decided) else tree[3], scope)


def truth(value: Any) -> bool:
    """Return a value as a boolean."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise EvaluationError("true or false is expected")


def _binary(tree: Expression, scope: Scope) -> Any:
    _kind, sign, left_tree, right_tree = tree
    left = evaluate(left_tree, scope)
    if sign in {"&&", "||"} and settled(left) and truth(left) == (sign == "||"):
        return truth(left)
    right = evaluate(right_tree, scope)
    if not settled(left) or not settled(right):
        return blurred(left, right)
    if sign in {"==", "!="}:
        equal = same(left, right)
        return blurred(left, right) if equal is None else equal == (sign == "==")
    if sign in {"&&", "||"}:
        return truth(right)
    return _ARITHMETIC[sign](number(left), number(right))


def _unary(tree: Expression, scope: Scope) -> Any:
    value = evaluate(tree[2], scope)
    if not settled(value):
        return blurred(value)
    return not truth(value) if tree[1] == "!" else -number(value)


def _for(tree: Expression, scope: Scope) -> Any:
    _kind, names, over_tree, key_tree, value_tree, grouped, condition = tree
    over = evaluate(over_tree, scope)
    if isinstance(over, Unsettled):
        return over
    pairs = pairs_of(over)
    order = getattr(pairs, "order", None)
    found: list[tuple[Any, Any]] = []
    certain = True
    for key, value in pairs:
        inner = _with(scope, {names[0]: value} if len(names) == 1 else {names[0]: key, names[1]: value})
        if condition is not None:
            wanted = evaluate(condition, inner)
            if not settled(wanted):
                certain = False
            elif not truth(wanted):
                continue
        made = evaluate(key_tree, inner) if key_tree else key
        found.append((made, evaluate(value_tree, inner)))
    if not certain:
        return blurred(*(each for pair in found for each in pair))
    if key_tree is None:
        values = [value for _key, value in found]
        return Unordered(values, order if condition is None else None) if order else values
    if not all(settled(key) for key, _value in found):
        return blurred(*(each for pair in found for each in pair))
    if not grouped:
        return {spelled(key): value for key, value in found}
    groups: dict[str, Any] = {}
    for key, value in found:
        groups.setdefault(spelled(key), Unordered() if order else []).append(value)
    return groups


def pairs_of(over: Any) -> list[tuple[Any, Any]]:
    """Return the keys and values that a ``for`` goes over, in Terraform's order; Unordered where nobody knows it."""
    if isinstance(over, Mapping):
        pairs = [(key, over[key]) for key in sorted(over)]
        return Unordered(pairs) if len(over) > 1 and has_stand_in(list(over)) else pairs
    if isinstance(over, Unordered) and len(over) > 1:
        # A set's elements are their own keys, a list's position isn't known.
        return Unordered(((blurred(value), value) for value in over), over.order)
    if isinstance(over, list):
        return list(enumerate(over))
    if isinstance(over, Thing):
        raise EvaluationError("a resource's attributes aren't gone over here")
    raise EvaluationError("this can't be gone over")


def _divided(left: Any, right: Any) -> Any:
    if not right:
        raise EvaluationError("division by zero")
    found = left / right
    return int(found) if float(found).is_integer() else found


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "%": lambda left, right: left % right if right else _divided(left, right),
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


_KINDS: dict[str, Callable[[Expression, Scope], Any]] = {
    "attribute": _attribute,
    "binary": _binary,
    "call": _call,
    "condition": _condition,
    "for": _for,
    "index": _index,
    "item": lambda _tree, scope: scope(""),
    "list": lambda tree, scope: [evaluate(inner, scope) for inner in tree[1]],
    "literal": lambda tree, _scope: tree[1],
    "name": lambda tree, scope: scope(tree[1]),
    "object": _object,
    "splat": _splat,
    "template": _template,
    "unary": _unary,
}

__all__ = ["EvaluationError", "Scope", "attribute", "evaluate", "pairs_of", "to_set", "truth"]
