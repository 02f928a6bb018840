"""The report: self-contained, escaped, and drawn by a real browser without a script or a request."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hunts.actions.case import RELEASED, Journal, told
from hunts.backends import silent
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.catalog import catalog
from hunts.hunting import Hunter
from hunts.model import LOGS, Answer, Question
from hunts.report import page
from hunts.report.network import network
from hunts.stack import Instance, StackOutputs, Vpc
from hunts.window import Window
from tests.hunts.labelled import HOME, HOUR, NOON, ROGUE, alert, world, write

WINDOW = Window(NOON, NOON + HOUR)
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "rect", "line", "path", "br", "img", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = world(tmp_path_factory.mktemp("world"))
    write(folder / "more-alert.log", [alert(NOON + 9, 999, ROGUE, "203.0.113.9", sni=EVIL)])
    long = alert(NOON + 9, 998, ROGUE, "203.0.113.8", app="ftp", signature="y" * 10_000, severity=1)
    write(folder / "long-alert.log", [long])
    (folder / ("n" * 200)).write_text("no log\n")
    (folder / "alert-broken.log").write_text("{half\n<b>bold</b>\n")
    with (folder / "more-alert.log").open("a") as file:
        file.write("{half\n")
    files = LocalFiles([folder])
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, files)), LOGS, HOME)
    return page(hunter.report(WINDOW, silent), WINDOW)


@pytest.fixture(scope="module")
def tags(report: str) -> Tags:
    parser = Tags()
    parser.feed(report)
    return parser


def test_every_tag_is_closed_in_its_order(tags: Tags):
    assert (tags.faults, tags.open) == ([], [])


def test_it_has_no_script_and_fetches_nothing(report: str, tags: Tags):
    names = {tag for tag, _ in tags.seen}
    assert not names & {"script", "img", "iframe", "link", "object", "embed", "form"}
    for _, attributes in tags.seen:
        assert not [key for key in attributes if key.startswith("on")]
        assert not {"src", "srcset", "action"} & set(attributes)
        assert str(attributes.get("href", "#")).startswith("#")
    assert "default-src 'none'" in report
    assert "url(" not in report


def test_what_a_log_says_is_text(report: str):
    assert EVIL not in report
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in report
    assert "<b>bold</b>" not in report


def test_the_verdict_comes_first_and_evidence_follows(report: str):
    assert report.index('class="case rogue"') < report.index('id="dns-exfiltration"') < report.index('id="top-sni"')
    assert "asked for 12 names under tunnel.co.uk that can carry 111 bytes" in report


def test_charts_are_inline_drawings(tags: Tags):
    drawings = [attributes for tag, attributes in tags.seen if tag == "svg"]
    assert len(drawings) > 10
    assert all(attributes["aria-label"] for attributes in drawings)


def test_left_out_lines_are_on_the_page(report: str):
    assert 'id="unread"' in report
    assert "more-alert.log:2: half a record: it breaks off" in report
    assert "alert-broken.log: JSON, but half a record: it breaks off" in report


def test_it_says_once_who_answered():
    hunt = catalog()["top-sni"]
    answer = Answer(("sni",), [], answered_by=["DuckDB on this machine: its logs are files"])
    text = page([(Question(hunt, {}, WINDOW, WINDOW.start), answer)] * 2, WINDOW)
    assert text.count("answered by DuckDB on this machine: its logs are files") == 1


def test_an_empty_log_makes_a_page_too(tmp_path: Path):
    hunter = Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([tmp_path]))), LOGS, HOME)
    assert "No hunt speaks of any instance." in page(hunter.report(WINDOW, silent), WINDOW)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH")
@pytest.mark.parametrize("width", [360, 1200])
def test_a_real_browser_lays_it_out_within_its_width(report: str, tmp_path: Path, width: int):
    inner = report.replace("&", "&amp;").replace('"', "&quot;")
    measure = "const d=document.querySelector('iframe').contentDocument.documentElement"
    path = tmp_path / "page.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8>"
        f'<iframe srcdoc="{inner}" style="width:{width}px;height:900px;border:0"></iframe>'
        f"<script>onload=()=>{{{measure};document.title=d.scrollWidth+' '+d.clientWidth}}</script>",
        encoding="utf-8",
    )
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--virtual-time-budget=3000", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    content, window = map(int, re.search(r"<title>(\d+) (\d+)</title>", done.stdout).groups())
    assert 0 < content <= window <= width


def test_a_text_that_would_fill_pages_is_cut_and_says_so(report: str):
    assert "y" * 300 in report
    assert "y" * 500 not in report
    assert "characters; --json has them all)" in report


def test_of_many_rogues_the_sentence_names_a_few():
    asked = Question(catalog()["rogue"], {}, WINDOW, WINDOW.start)
    columns = ("instance", "src_ip", "score", "verdict", "hunts", "why")
    rows = [("", f"10.20.0.{number}", 9.0, "rogue", 2, []) for number in range(120)]
    text = page([(asked, Answer(columns, rows))], WINDOW)
    assert "120 instances behave as if somebody else had taken over: 10.20.0.0 (2 hunts), " in text
    assert "10.20.0.4 (2 hunts) and 115 more." in text
    assert "and 20 more: python -m hunts run rogue" in text
    assert text.count('<div class="case rogue">') == 100


def test_it_begins_with_a_sentence_and_ends_the_verdict_with_what_to_type(report: str):
    first = report.index("One instance behaves as if somebody else had taken over: ")
    typed = "".join(f'<span class="word">{word}</span> ' for word in f"python -m hunts timeline {ROGUE}".split())
    assert first < report.index('id="verdict"') < report.index(f"<code>{typed}</code>")
    assert "isolate" not in report


@pytest.mark.parametrize("isolated", [False, True])
def test_the_network_is_drawn_with_the_rogues_way(isolated: bool):
    vpcs = {name: Vpc(id=f"vpc-{name}", cidr="10.0.0.0/16") for name in ("orders", "sandbox")}
    rogue = Instance(id="i-1", private_ip=ROGUE, subnet_id="s", vpc_id="vpc-sandbox")
    quiet = Instance(id="i-2", private_ip="10.9.9.9", subnet_id="s", vpc_id="vpc-orders")
    outputs = StackOutputs(
        layout="hub-and-spoke", region="r", vpcs=vpcs, instances={"quiet<b>": quiet, "bad": rogue}, firewall_name="fw"
    )
    asked = Question(catalog()["stranger-on-443"], {}, WINDOW, WINDOW.start)
    named = Question(catalog()["dns-exfiltration"], {}, WINDOW, WINDOW.start)
    answers = [
        (asked, Answer(("src_ip", "dest_ip"), [(ROGUE, "203.0.113.9"), ("10.9.9.9", "203.0.113.10")])),
        (named, Answer(("src_ip", "domain"), [(ROGUE, "evil.example")])),
    ]

    drawn = network(outputs, [{"src_ip": ROGUE, "verdict": "rogue"}], answers, ["bad"] if isolated else [])

    texts = re.findall(r">([^<]+)</text>", drawn)
    assert texts.index("● bad") < texts.index("○ quiet&lt;b&gt;") < texts.index("firewall fw")
    assert "203.0.113.9" in texts
    assert "203.0.113.10" not in texts, "where another one goes"
    assert texts.index("asked of the resolver, past the firewall") < texts.index("evil.example")
    assert ("isolated" in texts) == isolated
    assert drawn.count('class="past"') == 1


def test_a_stack_without_findings_is_drawn_too():
    drawn = network(StackOutputs(layout="single-vpc", region="r"), [], [], [])
    assert "transit gateway" not in drawn
    assert 'class="way"' not in drawn


def test_what_was_done_is_told_from_the_journals(tmp_path: Path):
    journal = Journal(tmp_path / "i-1-x", "i-1-x", "i-1")
    journal.note("groups eni-1", "done")
    journal.note("snapshot vol-1", "failed", reason="no")
    (case,) = told(tmp_path, {"i-1": "sandbox-rogue"}, "2026-01-01T00:00:00Z")
    said = r"sandbox-rogue \(i-1\) was isolated at \S+Z; refused or not ended: snapshot vol-1"
    assert re.fullmatch(said, case.text)
    assert (case.instance, case.holds) == ("sandbox-rogue", True)
    journal.note("snapshot vol-1", "done")
    journal.note(RELEASED, "done")
    (case,) = told(tmp_path, {"i-1": "sandbox-rogue"}, "2026-01-01T00:00:00Z")
    assert "released at" in case.text
    assert not case.holds
    assert told(tmp_path, {"i-1": "sandbox-rogue"}, "2999-01-01T00:00:00Z") == []
    assert told(tmp_path, {"i-2": "another"}, "2026-01-01T00:00:00Z") == []


def test_reasons_stand_below_their_row_and_not_in_a_column_of_their_own(report: str):
    beacons = report.partition('<section id="beacons">')[2].partition("</section>")[0]
    assert "<th>why</th>" not in beacons
    columns = beacons.count("<th>")
    assert f'<tr class="why"><td colspan="{columns}" data-name="why">most gaps within' in beacons
    assert "`" not in beacons


def told_by(folder: Path) -> str:
    text = page(Hunter(DuckDB(dict.fromkeys(LOGS, LocalFiles([folder]))), LOGS, HOME).report(WINDOW, silent), WINDOW)
    return re.sub(r"<[^>]+>", " ", text.partition("</style>")[2])


def test_a_report_on_nothing_is_no_all_clear(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing of ours\n")
    said = told_by(tmp_path)
    assert "This is no all-clear: hunt rogue was asked of nothing" in said
    assert "Nothing was found" not in said


def test_a_hunt_whose_log_is_missing_was_not_asked_in_a_report_with_findings(tmp_path: Path):
    write(tmp_path / "a.log", [alert(NOON + 9, 1, ROGUE, "203.0.113.9", app="ssh")])
    nothing, unasked = told_by(tmp_path).partition("Asked, and nothing found")[2].split("Asked of nothing")
    assert "Severe signatures" in nothing
    assert "hunt dns-exfiltration was asked of nothing: there is no DNS record to read" in unasked
    assert "Data carried out" not in nothing
    # One of its two logs is there.
    assert "tls-on-odd-ports" not in unasked
