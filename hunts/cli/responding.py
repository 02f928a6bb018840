"""`isolate`, `release`, `block`, `paths` and `audit`: the commands that act, and those that look before and after."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from hunts.actions.instance import Clients, find, look
from hunts.actions.steps import Step, Tell
from hunts.backends.aws import session_clients
from hunts.cli.options import console, place, progress, where
from hunts.errors import HuntError
from hunts.stack import StackOutputs
from hunts.terminal import safe

_CAP = 3
_STYLES = {"would": "yellow", "done": "green", "already": "dim", "refused": "bold red", "mind": "bold yellow"}

_yes = click.option("--yes", is_flag=True, help="Do it. Without it, only what would be done is printed.")
_responder = click.option("--as-responder", is_flag=True, help="Take on the stack's responder role first.")
_max = click.option("--max", "cap", default=_CAP, show_default=True, help="Most instances that one command may touch.")


@click.command()
@click.argument("instances", nargs=-1, required=True)
@_yes
@_max
@_responder
@click.option(
    "--sessions/--no-sessions",
    default=None,
    help="Revoke the role's sessions, or don't; by default, if no other instance uses the role.",
)
@click.option(
    "--capture",
    default="",
    metavar="COMMAND",
    help="Your own tool, for memory above all: run while it still reaches the instance, for ten minutes at most.",
)
@where
def isolate(
    instances: tuple[str, ...],
    *,
    yes: bool,
    cap: int,
    as_responder: bool,
    sessions: bool | None,
    capture: str,
    outputs: Path | None,
    stack_name: str | None,
) -> None:
    """Take INSTANCES (name, Name in AWS, id or address) off the network; no refusal holds the rest up."""
    from hunts.actions.case import cases
    from hunts.actions.isolate import KEPT, TRACKED
    from hunts.actions.isolate import isolate as act
    from hunts.actions.record import open_case

    found, out = _stack(outputs, stack_name), console()
    clients = _clients(found, as_responder)

    def one(identity: str) -> None:
        target = look(clients, identity)
        case = open_case(clients, target, cases())
        out.print(Text(f"{identity}, case {case.journal.case}", style="bold"))
        try:
            act(clients, target, found, case, _teller(out), dry=not yes, sessions=sessions, capture=capture)
        finally:
            if yes:
                out.print(Text(f"  journal and evidence: {case.journal.folder}", style="dim"))

    _each(_capped(instances, found, clients, cap), one)
    out.print(Text(TRACKED, style="dim"))
    out.print(Text(KEPT, style="dim"))
    _dry(out, yes)


@click.command()
@click.argument("instances", nargs=-1, required=True)
@_yes
@_max
@_responder
@click.option("--sessions", is_flag=True, help="Take this case's revocation off the role, too; by default it stays.")
@click.option(
    "--discard", is_flag=True, help="Leave it off the network: lift its protection alone, so that it can be terminated."
)
@where
def release(
    instances: tuple[str, ...],
    *,
    yes: bool,
    cap: int,
    as_responder: bool,
    sessions: bool,
    discard: bool,
    outputs: Path | None,
    stack_name: str | None,
) -> None:
    """Put isolated INSTANCES back as they were. Evidence, snapshots and revoked sessions stay."""
    if sessions and discard:
        raise HuntError("--sessions lets old sessions of the role work again, --discard puts nothing back: take one")
    from hunts.actions.case import cases
    from hunts.actions.record import open_case
    from hunts.actions.release import release as act

    found, out = _stack(outputs, stack_name), console()
    clients = _clients(found, as_responder)

    def one(identity: str) -> None:
        target = look(clients, identity)
        out.print(Text(identity, style="bold"))
        case = open_case(clients, target, cases())
        act(clients, target, case, _teller(out), dry=not yes, sessions=sessions, discard=discard)

    _each(_capped(instances, found, clients, cap), one)
    _dry(out, yes)


@click.command()
@click.argument("name")
@_yes
@_responder
@where
def block(name: str, yes: bool, as_responder: bool, outputs: Path | None, stack_name: str | None) -> None:
    """Add NAME to the deny lists: a domain and all below it, or an address or range of addresses."""
    from hunts.actions.block import KEEP, entry, for_config
    from hunts.actions.block import block as act
    from hunts.actions.reach import warnings

    found, out = _stack(outputs, stack_name), console()
    for warning in warnings(entry(name), found):
        out.print(Text(f"  mind     {safe(warning)}", style="bold yellow"))
    for item in act(_clients(found, as_responder), found, name, dry=not yes):
        entries = ", ".join(item.missing)
        state = "already" if not item.missing else "done" if item.done else "would"
        out.print(Text(f"  {state:8}", style=_STYLES[state]), Text(f"{item.where}: {entries or 'has it'}"), sep="")
    out.print(Text(KEEP))
    for line in for_config(found, name):
        out.print(Text(f"  {line}"))
    _dry(out, yes)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--run", "start", is_flag=True, help="Start new analyses, at 0.10 USD each, instead of reading the last.")
@_yes
@where
def paths(
    names: tuple[str, ...],
    *,
    start: bool,
    yes: bool,
    outputs: Path | None,
    stack_name: str | None,
) -> None:
    """Print the hops that Reachability Analyzer found on the stack's paths (all of them, or NAMES), both ways."""
    from hunts.actions.paths import PRICE, analyse, latest
    from hunts.actions.paths import names as name_hops

    found, out = _stack(outputs, stack_name), console()
    chosen = _chosen(names, found)
    clients = session_clients(found.region)
    if start:
        click.echo(f"{len(chosen)} analyses, {len(chosen) * PRICE:.2f} USD on AWS", err=True)
        if not yes:
            out.print(Text("Nothing was started. Do it with --yes.", style="bold yellow"))
            return
        with progress() as tell:
            analyses = analyse(clients, chosen, tell)
    else:
        analyses = latest(clients, chosen)
    called = name_hops(clients, found, analyses)
    for item in analyses:
        verdict = {True: "reachable", False: "not reachable", None: item.status}[item.found]
        out.print(Text(f"{item.name}: {verdict}", style="bold"))
        for label, hops in (("there", item.hops), ("back", item.back)):
            if item.found and not hops:
                out.print(Text(f"  {label:6}AWS tells no hops of this way"))
            for number, hop in enumerate(hops):
                way = "" if number else label
                out.print(Text(f"  {way:6}{safe(hop)}  {safe(called.get(hop, ''))}".rstrip()))
        for reason in item.why:
            out.print(Text(f"  because {safe(reason)}"))


@click.command()
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.option("--sarif", "form", flag_value="sarif", help="Print a SARIF log, for code-scanning pages.")
@click.option("--config", type=click.Path(path_type=Path), help="The pack's config, as --policy-pack-config takes it.")
@click.option("--all-vpcs", is_flag=True, help="Judge every VPC of the Region, not those of the stack alone.")
@click.option("--region", help="Region to judge, without a stack: all its VPCs.")
@where
def audit(
    *,
    form: str | None,
    config: Path | None,
    all_vpcs: bool,
    region: str | None,
    outputs: Path | None,
    stack_name: str | None,
) -> None:
    """Prove the live network as the policy pack proves a program. Exit code 1 if a mandatory policy doesn't hold."""
    from hunts.actions.audit import audit as act
    from policy.egress.show.records import as_json, as_sarif
    from policy.egress.show.text import report

    found = None if region else _stack(outputs, stack_name)
    vpcs = None if found is None or all_vpcs else [vpc.id for vpc in found.vpcs.values()]
    with progress() as tell:
        result = act(region or (found.region if found else None), vpcs, config, tell)
    if form == "json":
        click.echo(as_json(result.summary), nl=False)
    elif form == "sarif":
        click.echo(as_sarif(result.summary, {None: ("Pulumi.yaml", 1)}), nl=False)
    else:
        click.echo(report(result.summary, colour=sys.stdout.isatty()), nl=False)
    if result.summary.fails:
        raise SystemExit(1)


def _stack(outputs: Path | None, stack_name: str | None) -> StackOutputs:
    found = place(outputs, stack_name).outputs
    if found is None:
        raise HuntError("no stack: give --stack or --outputs")
    return found


def _clients(found: StackOutputs, as_responder: bool) -> Clients:
    if as_responder and not found.responder_role_arn:
        raise HuntError("the stack has no responder role: leave --as-responder out")
    return session_clients(found.region, found.responder_role_arn if as_responder else None)


def _each(identities: list[str], act: Callable[[str], None]) -> None:
    """Act on all of them: what goes wrong with one is no reason to leave the next as it is."""
    wrong = []
    for identity in identities:
        try:
            act(identity)
        except HuntError as error:
            wrong.append(str(error))
    if wrong:
        raise HuntError("\n".join(wrong))


def _capped(names: tuple[str, ...], found: StackOutputs, clients: Clients, cap: int) -> list[str]:
    identities = list(dict.fromkeys(find(name, found, clients) for name in names))
    if len(identities) > cap:
        raise HuntError(
            f"{len(identities)} instances, and one command may touch {cap}: raise it with --max if you mean it"
        )
    return identities


def _chosen(names: tuple[str, ...], found: StackOutputs) -> dict[str, str]:
    known = dict(found.reachability_paths)
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        listed = ", ".join(known) or "none"
        raise HuntError(f"no reachability path {', '.join(unknown) or 'at all'}: the stack has {listed}")
    return {name: known[name] for name in names or known}


def _teller(out: Console) -> Tell:
    def tell(state: str, step: Step) -> None:
        out.print(Text(f"  {state:8}", style=_STYLES[state]), Text(safe(step.text)), sep="")

    return tell


def _dry(out: Console, yes: bool) -> None:
    if not yes:
        out.print(Text("Nothing was changed. Do it with --yes.", style="bold yellow"))
