"""The command line: `check` a network, `draw` it, `explain` one packet, tell what a `rule` asks.

Exit codes: 0 every mandatory policy is proven, 1 one is not, 2 the command or its input can't be used.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO

from ..addresses import AddressError
from ..judging.config import Config, ConfigError
from ..network import build
from ..policies import POLICIES
from ..program.sources import named_once
from ..sources.formats import KINDS
from ..sources.live import WORD
from ..sources.reading import StateError
from ..sources.words import LANGUAGES
from ..walking.walk import UnknownSubnetError
from .checks import foreign_tables, summarize, summarize_network, workload_subnets
from .dot import DrawingError, dot, svg
from .explain import explain
from .files import UsageError, read_files, text_of
from .graph import draw
from .mermaid import mermaid
from .records import as_json, as_sarif
from .rule import plain
from .text import report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..policies import Policy
    from ..sources.together import Sources
    from .text import Summary

OK, NOT_PROVEN, UNUSABLE, STOPPED = 0, 1, 2, 130
FILE_HELP = (
    f"{KINDS}; several are judged as one network, - (the default) reads standard input, and live or live:REGION is the "
    "network that stands in AWS"
)


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run one command and return its exit code. Nothing that a user gives makes it raise."""
    options = _parser().parse_args(arguments)
    out, err = out or _lenient(sys.stdout), err or _lenient(sys.stderr)
    try:
        code = int(options.run(options, out))
        out.flush()
    except ConfigError as error:
        err.write(f"error: {error}\n")
        return UNUSABLE
    except (UsageError, StateError, AddressError, DrawingError, UnknownSubnetError) as error:
        err.write(f"error: {' '.join(str(error).split())}\n")
        return UNUSABLE
    except BrokenPipeError:
        # The reader has seen enough; without this, Python complains when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNUSABLE
    except KeyboardInterrupt:
        err.write("stopped\n")
        return STOPPED
    except Exception as error:  # noqa: BLE001 - what is wrong with the proof is no verdict, and no traceback either
        what = " ".join(f"{type(error).__name__}: {error}".split())
        err.write(f"error: the proof itself failed with {what}; report this, with its input if you can\n")
        return UNUSABLE
    return code


def _lenient(stream: TextIO) -> TextIO:
    """Let a stream write every text, half of a character included, that JSON can spell."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="egress-proof",
        description="Prove of a plan, a state or a template what the policy pack proves at preview: nothing gets past "
        "the firewall.",
        epilog="Exit codes: 0 all mandatory policies proven, 1 not all, 2 unusable input.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="judge every policy", description="Judge every policy.")
    _takes_files(check)
    _tells(check)
    check.set_defaults(run=_check)
    audit = commands.add_parser(
        "audit",
        help="judge the network that stands in AWS",
        description="Judge the network that stands in AWS, with what is given beside it: check live.",
    )
    _takes_files(audit)
    audit.add_argument("--region", default="", help="without it, the environment's")
    _tells(audit)
    audit.set_defaults(run=_audit)
    drawing = commands.add_parser(
        "draw", help="draw the network", description="Draw the network, in red what violations are about."
    )
    _takes_files(drawing)
    drawing.add_argument(
        "--format", choices=["mermaid", "dot", "svg"], default="mermaid", help="svg needs Graphviz (%(default)s)"
    )
    drawing.add_argument("--policy", metavar="NAME", help="only this policy's violations in red")
    drawing.set_defaults(run=_draw)
    packet = commands.add_parser(
        "explain",
        help="the path of one packet and of its reply",
        description="Print the path of one packet and of its reply.",
    )
    packet.add_argument("subnet", metavar="SUBNET", help="name, id or URN of the subnet that sends it")
    packet.add_argument("address", metavar="ADDRESS", help="IPv4 or IPv6 address that it is sent to")
    _takes_files(packet)
    packet.set_defaults(run=_explain)
    rule = commands.add_parser(
        "rule", help="what a policy asks, and why", description="Tell what a policy asks, and why."
    )
    rule.add_argument("policy", nargs="?", metavar="POLICY", help="its name; without one, all are listed")
    rule.set_defaults(run=_rule)
    return parser


def _tells(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document instead of text")
    form.add_argument("--sarif", action="store_true", help="a SARIF log, for code-scanning pages")
    parser.add_argument("--strict", action="store_true", help="advisory violations make the exit code 1, too")
    parser.add_argument(
        "--artifact",
        metavar="PATH",
        help="file that SARIF results are shown at whose place in a source isn't known (the file that is checked; of "
        "Pulumi's, Pulumi.yaml)",
    )


def _takes_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", default=["-"], metavar="FILE", help=FILE_HELP)
    parser.add_argument("--config", metavar="FILE", help="the pack's config, as --policy-pack-config takes it")
    parser.add_argument(
        "--source",
        metavar="DIR",
        help="folder of the Terraform program that the plan is of, whose expressions decide what the plan leaves open; "
        "without it, the folder that the plan lies in, if that program is the plan's own",
    )
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the CloudFormation templates; without it, its default",
    )


def _check(options: argparse.Namespace, out: TextIO) -> int:
    sources = read_files(options.files, options.source, options.parameter)
    summary = _told(summarize(sources.registrations, _config(options)), sources)
    if options.json:
        out.write(as_json(summary))
    elif options.sarif:
        places = sources.in_the_repository(summary.violations, options.artifact)
        out.write(as_sarif(summary, places, [LANGUAGES[tool] for tool in sources.tools]))
    else:
        out.write(report(summary, colour=out.isatty() and "NO_COLOR" not in os.environ))
    fails = summary.fails or (options.strict and bool(summary.violations))
    return NOT_PROVEN if fails else OK


def _audit(options: argparse.Namespace, out: TextIO) -> int:
    live = f"{WORD}:{options.region}" if options.region else WORD
    options.files = [live, *(name for name in options.files if name != "-")]
    return _check(options, out)


def _draw(options: argparse.Namespace, out: TextIO) -> int:
    registrations = read_files(options.files, options.source, options.parameter).registrations
    config = _config(options)
    network = build(registrations, config.widest)
    summary = summarize_network(network, config, len(registrations))
    if options.policy:
        _policy(options.policy)
    chosen = [v for v in summary.violations if options.policy in (None, v.policy)]
    faults = [(violation.policy, violation.fault) for violation in chosen]
    graph = draw(network, faults, workload_subnets(network), foreign_tables(network))
    if not graph.nodes:
        raise UsageError("this state has no network to draw")
    out.write({"mermaid": mermaid, "dot": dot, "svg": svg}[options.format](graph))
    return OK


def _explain(options: argparse.Namespace, out: TextIO) -> int:
    config = _config(options)
    sources = read_files(options.files, options.source, options.parameter)
    out.write(sources.told(explain(build(sources.registrations), options.subnet, options.address, config)))
    return OK


def _rule(options: argparse.Namespace, out: TextIO) -> int:
    if options.policy:
        out.write(plain(_policy(options.policy)))
    else:
        width = max(map(len, POLICIES))
        out.write("".join(f"{name:{width}}  {policy.level:9}  {policy.title}\n" for name, policy in POLICIES.items()))
    return OK


def _policy(name: str) -> Policy:
    if name not in POLICIES:
        raise UsageError(f"there is no policy {name}; there are: {', '.join(POLICIES)}")
    return POLICIES[name]


def _told(summary: Summary, sources: Sources) -> Summary:
    """Let a summary speak of the files that it is about."""
    violations = tuple(map(sources.in_words_of_the_tool, summary.violations))
    return replace(summary, violations=violations, notes=tuple(sources.notes))


def _config(options: argparse.Namespace) -> Config:
    if not options.config:
        return Config()
    text = text_of(options.config)
    try:
        value: Any = json.loads(text, object_pairs_hook=named_once)
    except StateError as error:
        raise UsageError(f"{options.config}: {error}") from None
    except ValueError as error:
        raise UsageError(f"{options.config} is not JSON: {error}") from None
    except RecursionError:
        raise UsageError(f"{options.config} is not JSON: it is nested too deeply") from None
    return Config.parse(value)
