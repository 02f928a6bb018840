"""Metric math: an expression over time series, as alarms, dashboards and GetMetricData use it.

A value is a number, a series, or a list of series. Of two series an operation has the times that both have; of a
series and a number, those of the series. Source: CloudWatch User Guide, "Using metric math with CloudWatch metrics".
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from localaws.services.cloudwatch.metrics import Series
from localaws.services.core import AwsError, NotInLocalAws

Value = float | str | Series | list[Series]

_OPERATIONS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "AND": lambda a, b: bool(a and b),
    "&&": lambda a, b: bool(a and b),
    "OR": lambda a, b: bool(a or b),
    "||": lambda a, b: bool(a or b),
}
_EACH: Final[Mapping[str, Callable[[float], float]]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}
_OVER: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "SUM": math.fsum,
    "AVG": statistics.fmean,
    "MIN": min,
    "MAX": max,
    "STDDEV": statistics.pstdev,
}


@dataclass(frozen=True)
class Surroundings:
    """Where an expression is evaluated: the periods, what ids stand for, and what asks elsewhere."""

    times: Sequence[int]
    """Beginnings of the periods, epoch seconds, in order."""
    period: int
    known: Mapping[str, Any]
    insight_rule: Callable[[str, str], Series]
    """The metric of a Contributor Insights rule, by the rule's name and the metric's."""
    search: Callable[[str, str], list[Series]]
    """What SEARCH finds, by expression and statistic."""


@functools.lru_cache(maxsize=256)
def read(expression: str) -> Tree[Token] | Token:
    """Read an expression. Raises ValidationError for what is none."""
    try:
        return _parser().parse(expression)
    except UnexpectedInput as error:
        position = error.pos_in_stream
        rest = expression[position:] if position is not None and position >= 0 else ""
        raise AwsError("ValidationError", f"Invalid metric math {expression!r}: unexpected {rest[:30]!r}") from None


def evaluate(expression: str, around: Surroundings) -> Value:
    """Return what an expression is in its surroundings."""
    return _Evaluation(around).value(read(expression))


@functools.cache
def _parser() -> Lark:
    grammar = Path(__file__).with_suffix(".lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


class _Evaluation:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def value(self, node: Any) -> Value:
        made: Value = getattr(self, f"_on_{node.data}")(*node.children)
        return made

    def _on_number(self, token: Token) -> Value:
        return float(token)

    def _on_string(self, token: Token) -> Value:
        return str(token[1:-1])

    def _on_name(self, token: Token) -> Value:
        if token not in self._around.known:
            raise AwsError("ValidationError", f"Metric math names {token}, and there is no such id")
        found: Value = self._around.known[token]
        return found

    def _on_array(self, *items: Any) -> Value:
        return [series for item in items for series in self._list(self.value(item))]

    def _on_minus(self, _sign: Token, inner: Any) -> Value:
        return _each(operator.neg, self.value(inner))

    def _on_operation(self, left: Any, sign: Token, right: Any) -> Value:
        return _both(_OPERATIONS[sign], self.value(left), self.value(right))

    def _on_call(self, name: Token, *given: Any) -> Value:
        word = name.upper()
        if word == "METRICS":
            wanted = str(self.value(given[0])) if given else ""
            known = {key: item for key, item in self._around.known.items() if wanted in key}
            return [series for item in known.values() for series in self._list(item)]
        arguments = [self.value(item) for item in given]
        if word in _EACH:
            return _each(_EACH[word], arguments[0])
        if word in _OVER:
            return self._over(_OVER[word], arguments[0])
        match word, arguments:
            case "FILL", [series, how]:
                return self._filled(series, how)
            case "IF", [condition, then]:
                return _if(condition, then, {})
            case "IF", [condition, then, otherwise]:
                return _if(condition, then, otherwise)
            case "PERIOD", [_]:
                return float(self._around.period)
            case (("RATE" | "DIFF" | "RUNNING_SUM"), [dict() as series]):
                return self._steps(word, series)
            case "INSIGHT_RULE_METRIC", [str() as rule, str() as metric]:
                return self._around.insight_rule(rule, metric)
            case "SEARCH", [str() as expression, str() as statistic, *_]:
                return self._around.search(expression, statistic)
        raise NotInLocalAws(f"metric math {name} with {len(arguments)} arguments")

    @staticmethod
    def _list(value: Value) -> list[Series]:
        if isinstance(value, list):
            return value
        return [value] if isinstance(value, dict) else []

    @staticmethod
    def _over(function: Callable[[list[float]], float], value: Value) -> Value:
        """Over the values of one series, a number; over several, a series of what each time has."""
        if isinstance(value, list):
            times = sorted({at for series in value for at in series})
            return {at: function([series[at] for series in value if at in series]) for at in times}
        return function(list(value.values())) if isinstance(value, dict) and value else {}

    def _filled(self, value: Value, how: Value) -> Value:
        if isinstance(value, list):
            return [self._filled(series, how) for series in value]  # type: ignore[misc]  # a series is filled to one
        if not isinstance(value, dict):
            return value
        if isinstance(how, str):
            raise NotInLocalAws(f"metric math FILL with {how}")
        filling = how if isinstance(how, dict) else dict.fromkeys(self._around.times, _plain(how))
        return {at: item for at in self._around.times if (item := value.get(at, filling.get(at))) is not None}

    def _steps(self, word: str, series: Series) -> Series:
        times = sorted(series)
        if word == "RUNNING_SUM":
            return {at: math.fsum(series[other] for other in times if other <= at) for at in times}
        pairs = itertools.pairwise(times)
        return {b: (series[b] - series[a]) / ((b - a) if word == "RATE" else 1) for a, b in pairs}


def _plain(value: Value) -> float:
    if isinstance(value, int | float | str):
        return float(value)
    raise NotInLocalAws("metric math that gives a list of series where one is expected")


def _each(function: Callable[[float], float], value: Value) -> Value:
    if isinstance(value, list):
        return [{at: float(function(item)) for at, item in series.items()} for series in value]
    if isinstance(value, dict):
        return {at: float(function(item)) for at, item in value.items()}
    return float(function(_plain(value)))


def _both(function: Callable[[float, float], float], left: Value, right: Value) -> Value:
    if isinstance(left, list):
        return [_both(function, series, right) for series in left]  # type: ignore[misc]
    if isinstance(right, list):
        return [_both(function, left, series) for series in right]  # type: ignore[misc]
    if isinstance(left, dict) or isinstance(right, dict):
        times = sorted(_times(left, right))
        pairs = {at: (_at(left, at), _at(right, at)) for at in times}
        return {at: result for at, (a, b) in pairs.items() if (result := _safe(function, a, b)) is not None}
    result = _safe(function, _plain(left), _plain(right))
    return {} if result is None else result


def _safe(function: Callable[[float, float], float], a: float, b: float) -> float | None:
    try:
        result = function(a, b)
    except (ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(result, complex) else float(result)


def _times(*values: Value) -> set[int]:
    sets = [set(value) for value in values if isinstance(value, dict)]
    return set.intersection(*sets) if sets else set()


def _at(value: Value, time: int) -> float:
    return value[time] if isinstance(value, dict) else _plain(value)


def _if(condition: Value, then: Value, otherwise: Value) -> Value:
    if not isinstance(condition, dict):
        return then if condition else otherwise
    found = {}
    for at, holds in condition.items():
        chosen = then if holds else otherwise
        if not isinstance(chosen, dict) or at in chosen:
            found[at] = _at(chosen, at)
    return found
