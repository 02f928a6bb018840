"""A scenario: who talks to whom, how, how much and when, read from YAML and checked before anything runs."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from traffic.errors import TrafficError
from traffic.names import Encoding, carrying, may_use
from traffic.packets.dns import TYPES

SCENARIOS = Path(__file__).parent.parent / "examples" / "scenarios"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "ms": 0.001}
_SIZES = {"": 1, "k": 1000, "M": 1000**2, "G": 1000**3}
_MOST_EVENTS = 200_000


def _seconds(value: object) -> object:
    found = re.fullmatch(r"([0-9.]+)\s*(ms|s|m|h|d)", value) if isinstance(value, str) else None
    return float(found[1]) * _UNITS[found[2]] if found else value


def _bytes(value: object) -> object:
    found = re.fullmatch(r"([0-9.]+)\s*([kMG]?)B?", value) if isinstance(value, str) else None
    return round(float(found[1]) * _SIZES[found[2]]) if found else value


Span = Annotated[float, BeforeValidator(_seconds), Field(ge=0, description="seconds, or 90s, 5m, 2h, 1d")]
Size = Annotated[int, BeforeValidator(_bytes), Field(ge=0, description="bytes, or 20kB, 3MB, 1GB")]
Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Activity(_Strict):
    """What every activity has: who, when, how often, and what it is labelled as."""

    who: str = Field(description="an instance's name, or quiet, rogue (what the stack's config says), or * for all")
    at: Span = 0.0
    every: Span = 60.0
    count: int = Field(default=1, ge=1, le=_MOST_EVENTS)
    jitter: float = Field(default=0.0, ge=0, le=1, description="share of `every` by which each time may be late")
    label: str = Field(default="benign", pattern=r"^[a-z0-9-]+$")


class _Visit(_Activity):
    """An activity that opens connections: to names, addresses, ``instance:NAME`` or ``instance:other-vpc``."""

    to: Names = Field(min_length=1)
    apart: Span = 1.0
    resolve: bool = Field(default=True, description="whether a name is looked up first, as a program does")
    up: Size = 500
    down: Size = 20_000


class Https(_Visit):
    """TLS. ``sni``: what the hello names, ``{to}`` for the host, null for nothing; ``cut``: sizes of its pieces."""

    do: Literal["https"]
    port: int = 443
    sni: str | None = "{to}"
    cut: tuple[int, ...] = ()


class Http(_Visit):
    """Plain HTTP/1.1."""

    do: Literal["http"]
    port: int = 80
    path: str = "/"
    method: Literal["GET", "POST", "PUT", "HEAD"] = "GET"
    headers: tuple[str, ...] = ()


class Ftp(_Visit):
    """An FTP log-in and upload."""

    do: Literal["ftp"]
    port: int = 21
    user: str = "anonymous"
    password: str = "guest@example.com"  # noqa: S105  # what anonymous FTP asks for


class Ssh(_Visit):
    """An SSH session."""

    do: Literal["ssh"]
    port: int = 22


class Telnet(_Visit):
    """A Telnet log-in."""

    do: Literal["telnet"]
    port: int = 23


class Opaque(_Visit):
    """A protocol that no engine knows, over TCP."""

    do: Literal["opaque"]
    port: int = 443


class Quic(_Visit):
    """HTTP/3 over QUIC."""

    do: Literal["quic"]
    port: int = 443


class OutsideDns(_Visit):
    """Queries to a resolver outside: ``to`` is the resolver's address, ``names`` (templates) what is asked."""

    do: Literal["outside-dns"]
    names: Names = Field(min_length=1)
    type: str = "A"
    transport: Literal["udp", "tcp", "tls"] = "udp"

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        return _dns_type(value)


class Dns(_Activity):
    """Queries to the VPC's own resolver, without a visit after them: ``names`` may hold templates."""

    do: Literal["dns"]
    names: Names = Field(min_length=1)
    type: str = "A"
    rcode: Literal["NOERROR", "NXDOMAIN"] = "NOERROR"
    apart: Span = 0.2

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        return _dns_type(value)


class Carry(_Activity):
    """A text carried out in names: one query a piece, each piece under its number and above the domain ``below``."""

    do: Literal["carry"]
    text: str = Field(min_length=1)
    below: str
    encoding: Encoding = "base64"
    piece: int = Field(default=40, ge=1, le=63, description="characters of a label")
    type: str = "TXT"
    rcode: Literal["NOERROR", "NXDOMAIN"] = "NOERROR"
    apart: Span = 0.5

    @property
    def names(self) -> tuple[str, ...]:
        """What is asked for, in order."""
        return carrying(self.text.encode(), self.encoding, self.piece, self.below)

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        return _dns_type(value)


class S3Copy(_Activity):
    """Objects copied to and from the experiment's bucket, or another (``bucket``), of the stack's Region."""

    do: Literal["s3"]
    bucket: str = ""
    up: Size = 0
    down: Size = 0
    resolve: bool = True


Activity = Annotated[
    Https | Http | Ftp | Ssh | Telnet | Opaque | Quic | OutsideDns | Dns | Carry | S3Copy, Field(discriminator="do")
]


class Loop(_Strict):
    """Rounds over the sites that an instance has a list of, one after the other."""

    every: Span = 5.0
    count: int = Field(default=1, ge=1, le=_MOST_EVENTS)
    apart: Span = 1.0
    up: Size = 500
    down: Size = 20_000


class Scenario(_Strict):
    """A named set of activities that last ``duration``, ending now unless the command says otherwise.

    With ``sites``, an instance that has a list of sites (config's ``sites``) visits these, in place of the activities.

    ``hosts`` gives names addresses; ``owned`` lists domains and addresses beside the reserved ones that are yours.
    """

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    description: str
    duration: Span
    seed: int = 1
    round_trip: Span = 0.02
    hosts: dict[str, str] = Field(default_factory=dict)
    owned: tuple[str, ...] = ()
    sites: Loop | None = None
    activities: tuple[Activity, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _reserved_or_owned(self) -> "Scenario":
        wrong = sorted({target for target in self._targets() if not may_use(target, self.owned)})
        if wrong:
            raise ValueError(
                f"{', '.join(wrong)}: neither reserved for examples (RFC 2606, 5737, 3849) nor private; "
                "list what you own under `owned`"
            )
        late = [item for item in self.activities if item.at + (item.count - 1) * item.every > self.duration]
        if late:
            first = late[0]
            raise ValueError(f"{first.do} by {first.who} at {first.at:g}s, {first.count} times, outlasts `duration`")
        if self.sites and (self.sites.count - 1) * self.sites.every >= self.duration:
            raise ValueError(f"sites every {self.sites.every:g}s, {self.sites.count} times, outlast `duration`")
        return self

    def _targets(self) -> list[str]:
        found = list(self.hosts) + list(self.hosts.values())
        for activity in self.activities:
            found += [target for target in getattr(activity, "to", ()) if not target.startswith("instance:")]
            found += getattr(activity, "names", ())
            sni = getattr(activity, "sni", None)
            found += [sni] if sni and sni != "{to}" else []
        return found


def find_scenario(name: str) -> Scenario:
    """Return one of the project's own by name, or a file's. Raises TrafficError that lists those there are."""
    path = Path(name)
    if not path.suffix:
        path = SCENARIOS / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(item.stem for item in SCENARIOS.glob("*.yaml")))
        raise TrafficError(f"no scenario {name!r}: give a file, or one of {known}")
    return load_scenario(path)


def load_scenario(path: Path) -> Scenario:
    """Read a scenario. Raises TrafficError with every mistake, each with its place in the file."""
    try:
        document: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TrafficError(f"{path}: cannot be read as YAML ({error})") from None
    if not isinstance(document, dict):
        raise TrafficError(f"{path}: a scenario is a mapping with name, description, duration and activities")
    try:
        return Scenario.model_validate(document)
    except ValidationError as error:
        lines = [f"  {_place(item['loc'])}: {item['msg'].removeprefix('Value error, ')}" for item in error.errors()]
        raise TrafficError(f"{path}: not a scenario\n" + "\n".join(lines)) from None


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "scenario"


def _dns_type(value: str) -> str:
    if value not in TYPES:
        raise ValueError(f"{value!r}: one of {', '.join(TYPES)}")
    return value
