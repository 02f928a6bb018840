"""The command line behind ./local: status, stop, reset, or any other command, run against the local AWS."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Run by path, from any working directory.
sys.path[0] = str(ROOT)

from localaws.launch import LocalAws, LocalAwsError, mail, official, stacks  # noqa: E402  # needs the line above
from localaws.launch.recovery import Recovery  # noqa: E402

USAGE = """\
usage: ./local COMMAND [ARGUMENT …]     run a command against the local AWS, starting it if need be
       ./local status                   what runs, where, and which stacks have resources there
       ./local stop [--if-empty]        end it, the next command goes on; or only if no stack has resources there
       ./local reset                    end it and forget the account and the stacks' state
       ./local mail [NUMBER]            what its topics sent to people, or one of these mails
       ./local dashboard [NAME …]       its dashboards, drawn with what they show now
       ./local quotas [CODE VALUE]      how much of everything the account may have; or raise that
       ./local --official-provider pulumi …
                                        the same with Pulumi's own AWS provider, and states of its own
       ./local net up | down | status | shell | run | trace | capture | play
                                        the deployed network, with real packets: ./local net --help

examples: ./local pulumi preview
          ./local pulumi up --stack hub --yes
          ./local python -m hunts list
"""


def say(message: str) -> None:
    """Tell the person something, beside the output of their command."""
    sys.stderr.write(f"local AWS: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; return the exit code."""
    folder = Path(os.environ.get("LOCAL_AWS_DIR") or ROOT / ".local")
    local = LocalAws(folder, say)
    if arguments and arguments[0] == official.OPTION:
        local, arguments = official.OfficialAws(folder, say), arguments[1:]
        if arguments[:1] != ["pulumi"]:
            say(f"{official.OPTION} is for `pulumi`: ./local {official.OPTION} pulumi up")
            return 2
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return 0 if arguments else 2
    only_if_empty = list(arguments) == ["stop", "--if-empty"]
    if arguments[0] in ("status", "stop", "reset") and len(arguments) > 1 and not only_if_empty:
        sys.stderr.write(USAGE)
        return 2
    try:
        if arguments[0] == "status":
            return _status(local)
        if only_if_empty and (deployed := local.stacks_with_resources()):
            say(f"goes on: {', '.join(deployed)} {'has' if len(deployed) == 1 else 'have'} resources there")
            return 0
        if arguments[0] == "stop":
            say("stopped" if local.stop() else "was not running")
            return 0
        if arguments[0] == "mail":
            return mail.show(local.folder / "mail", arguments[1:])
        if arguments[0] == "reset":
            local.reset()
            say("stopped and empty; the next command starts it")
            return 0
        return _run(local, list(arguments))
    except LocalAwsError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        # A command gets its own Ctrl-C: this one came while the local AWS was started, which the next one goes on with.
        say("stopped")
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # Who reads has read enough: ./local dashboard | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # Such as a disk that is full; what was written before is whole.
        say(f"{error.strerror}: {error.filename or local.folder}. Put that right, and give the command again")
        return 1


def _status(local: LocalAws) -> int:
    running = local.running()
    for name, daemon in running.items():
        where = f"127.0.0.1:{daemon.port}, pid {daemon.pid}" if daemon else "not running"
        sys.stdout.write(f"{name:<10}{where}\n")
    sys.stdout.write(f"{'stacks':<10}{', '.join(local.stacks_with_resources()) or 'none with resources'}\n")
    sys.stdout.write(f"{'folder':<10}{local.folder}\n")
    return 0 if all(running.values()) else 3


def _run(local: LocalAws, command: list[str]) -> int:
    environment = local.ensure()
    if command[0] == "dashboard":
        from localaws.launch import dashboard

        return dashboard.show(environment, command[1:])
    if command[0] == "quotas":
        from localaws.launch import quotas

        return quotas.show(environment, command[1:])
    if command[0] == "net":
        command = [sys.executable, "-m", "emulation", *command[1:]]
        environment = {**environment, "LOCAL_AWS_DIR": str(local.folder), "PYTHONPATH": str(ROOT)}
    elif command[0] == "pulumi":
        if isinstance(local, official.OfficialAws):
            environment = official.environment(local, environment)
        return _pulumi(local, stacks.arrange(command[1:], local, environment))
    else:
        environment = stacks.for_tools(local, environment, Path.cwd())
    return _ended(command, environment)[0]


def _pulumi(local: LocalAws, arranged: stacks.Arranged) -> int:
    command, environment = ["pulumi", *arranged.arguments], arranged.environment
    if not arranged.stack or arranged.command.startswith("cancel"):
        return _ended(command, environment)[0]
    endpoint = environment["AWS_ENDPOINT_URL"]
    with Recovery(local, arranged.project, arranged.stack, endpoint, say).held(works=arranged.works) as held:
        code, interrupted = _ended(command, environment, held)
    if code or not interrupted or not arranged.works:
        return code
    # An engine that is cancelled before its first step ends as if it had done all of them.
    left = Recovery(local, arranged.project, arranged.stack, endpoint, say).has_resources()
    if arranged.command.split()[0] in ("destroy", "down", "dn") and not left:
        return 0
    say(f"interrupted: not all of it was done on the stack {arranged.stack}. The same command goes on from here")
    return 128 + signal.SIGINT


def _ended(command: list[str], environment: Mapping[str, str], handed_on: int | None = None) -> tuple[int, bool]:
    """Run a command to its end; return its exit code, and whether somebody interrupted it."""
    try:
        process = subprocess.Popen(command, env=environment, pass_fds=() if handed_on is None else (handed_on,))
    except FileNotFoundError:
        say(f"there is no command {command[0]!r}")
        return 127, False
    interrupted = False

    def pass_on(number: int, _frame: object) -> None:
        nonlocal interrupted
        interrupted = True
        process.send_signal(number)

    # Who ends this ends the command, which is what they meant.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, pass_on)
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # The command got the Ctrl-C too, and decides what it means.
            interrupted = True
            continue
        return code if code >= 0 else 128 - code, interrupted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
