"""One local AWS account: a folder, two processes, and the stack state that belongs to what they hold."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock

from engine import cli

from . import daemons
from .daemons import Daemon, DaemonError

DEFAULT_REGION = "eu-west-1"
HOW_THE_ENGINE_WORKS = ("PULUMI_PARALLEL", "PULUMI_SKIP_CHECKPOINTS")
"""The person's own Pulumi settings that are kept: they say how the engine goes about a stack, not where that is."""
NAMES = ("server", "provider")
ANSWER_SECONDS = 10.0
"""How long a busy process may take before it counts as one that doesn't answer."""
# Not a secret: it guards a state file that holds nothing but the pretend account's.
PASSPHRASE = "local"  # noqa: S105

Say = Callable[[str], None]


class LocalAwsError(Exception):
    """The local AWS can't be had; the message says what to do."""


def _silent(_message: str) -> None:
    return None


class LocalAws:
    """The local AWS that lives in `folder`: moto's server with what it lacks, and the provider that speaks to it.

    What it holds is in the server's journal, and is there again whenever the server starts.
    """

    notes_operations = True
    """Whether the provider writes down what it begins and ends, so that what is cut short can be undone."""

    def __init__(self, folder: Path, say: Say = _silent) -> None:
        self.folder = folder.absolute()
        self._say = say

    @property
    def state(self) -> Path:
        """The folder of the file backend."""
        return self.folder / "state"

    @property
    def journal(self) -> Path:
        """The requests that made the account what it is."""
        return self.folder / "account.journal"

    @property
    def operations(self) -> Path:
        """What the provider began and ended for each stack."""
        return self.folder / "operations"

    def ensure(self) -> dict[str, str]:
        """Make sure both processes run; return the whole environment for a child. Raises LocalAwsError."""
        with self._lock():
            try:
                server = self._found("server") or self._start_server()
                provider = self._found("provider") or self._start_provider(server)
            except DaemonError as error:
                raise LocalAwsError(
                    f"The local AWS does not start. {error}\nTry `./local reset`, which begins with an empty account."
                ) from error
        return self._environment(server, provider)

    def running(self) -> dict[str, Daemon | None]:
        """Return what runs, by name, without starting anything."""
        return {name: daemons.find(self.folder, name) for name in NAMES}

    def stop(self) -> bool:
        """End both processes; tell whether any ran."""
        with self._lock():
            return self._stop()

    def reset(self) -> None:
        """End both processes and forget every stack's state."""
        with self._lock():
            self._stop()
            for folder in (*self.folder.glob("state*"), *self.folder.glob("operations*")):
                shutil.rmtree(folder, ignore_errors=True)
            for held in ("config", "mail"):
                shutil.rmtree(self.folder / held, ignore_errors=True)
            self.journal.unlink(missing_ok=True)

    def stacks_with_resources(self) -> list[str]:
        """Return "project/stack" for each stack whose state holds resources, whichever provider made them."""
        found = []
        for file in sorted(self.folder.glob("state*/.pulumi/stacks/*/*.json")):
            with contextlib.suppress(ValueError, KeyError, TypeError, OSError):
                if json.loads(file.read_text())["checkpoint"]["latest"]["resources"]:
                    found.append(f"{file.parent.name}/{file.stem}")
        return found

    def _stop(self) -> bool:
        running = [daemon for daemon in self.running().values() if daemon]
        for daemon in running:
            daemon.stop()
        return bool(running)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # State, logs and config copies are its owner's alone, whatever the umask was when it was made.
        self.folder.chmod(0o700)
        with FileLock(self.folder / "lock"):
            yield

    def _found(self, name: str) -> Daemon | None:
        """Return the process of that name, or None where there is none. Raises DaemonError for one that doesn't answer.

        What lives holds the account, whether it answers now or not: nothing is set aside, and no second one is started.
        """
        deadline = time.monotonic() + ANSWER_SECONDS
        # Looked up anew each time: it may end while it is waited for.
        while (daemon := daemons.find(self.folder, name)) and not daemon.answers():
            if time.monotonic() > deadline:
                raise DaemonError(
                    f"Its {name}, process {daemon.pid}, lives and doesn't answer on port {daemon.port}: was it "
                    f"stopped? `kill -CONT {daemon.pid}` lets it go on; `./local stop` ends it."
                )
            time.sleep(daemons.POLL_SECONDS)
        return daemon

    def _start_server(self) -> Daemon:
        self._stop()
        lost = self.stacks_with_resources()
        if lost and not self.journal.exists():
            # Pulumi would believe in resources that no longer exist.
            aside = self.folder / "lost" / time.strftime("%Y%m%dT%H%M%S")
            aside.parent.mkdir(exist_ok=True)
            for state in self.folder.glob("state*"):
                state.rename(aside.with_name(aside.name + state.name.removeprefix("state")))
            self._say(
                f"{self.journal} is gone, and what the local AWS held with it: the state of {', '.join(lost)} "
                f"was set aside in {aside}"
            )
        self._say("starting the local AWS")
        return daemons.start("localaws.server", ["--journal", str(self.journal)], self.folder, self._say)

    def _start_provider(self, server: Daemon) -> Daemon:
        arguments = ["--endpoint", _url(server), "--operations", str(self.operations)]
        return daemons.start("localaws.provider", arguments, self.folder, self._say)

    def _environment(self, server: Daemon, provider: Daemon) -> dict[str, str]:
        pulumi = cli.find()
        if pulumi is None:
            raise LocalAwsError("There is no Pulumi CLI; run `make setup`, which finds, installs or builds one.")
        self.state.mkdir(parents=True, exist_ok=True)
        home = self.folder / "pulumi"
        home.mkdir(exist_ok=True)
        empty = self.folder / "aws-config"
        empty.touch()
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
        # The folder of the CLI may be /usr/local/bin, which has a Python too.
        path = [str(cli.ROOT / ".venv" / "bin"), str(pulumi.folder), os.environ.get("PATH", os.defpath)]
        return {
            **daemons.environment(),
            **{name: os.environ[name] for name in HOW_THE_ENGINE_WORKS if name in os.environ},
            "PATH": os.pathsep.join(path),
            "NO_PROXY": "127.0.0.1,localhost",
            "LOCAL_AWS_DIR": str(self.folder),
            "AWS_ENDPOINT_URL": _url(server),
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_CONFIG_FILE": str(empty),
            "AWS_SHARED_CREDENTIALS_FILE": str(empty),
            "AWS_EC2_METADATA_DISABLED": "true",
            "PULUMI_HOME": str(home),
            # A state is renamed into place, but its side file is not: an engine that is killed could leave half of
            # one, and the stack would not load any more.
            "PULUMI_BACKEND_URL": f"{self.state.as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            # A stack's own file stays as it is: what encrypts its secrets is read from the state.
            "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
            "PULUMI_DEBUG_PROVIDERS": f"aws:{provider.port}",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        }


def _url(server: Daemon) -> str:
    return f"http://127.0.0.1:{server.port}"
