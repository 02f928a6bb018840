"""A real browser with a hostile page open, where somebody's local AWS runs: it wipes nothing and reads nothing."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.localaws.test_server import client, serving

BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
PAGE = """<!doctype html><title>attack</title><iframe name="nowhere"></iframe><pre id="told"></pre><script>
const tried = async (at, options) => {
  try { const answer = await fetch(at, options); return answer.type + ": " + await answer.text() }
  catch (error) { return String(error) }
};
(async () => {
  const told = {};
  for (const [name, at] of Object.entries(TARGETS)) {
    told[name] = [
      await tried(at + "/moto-api/reset", {method: "POST", mode: "no-cors"}),
      await tried(at + "/local-aws/undo", {method: "POST", mode: "no-cors", body: "[]"}),
      await tried(at + "/moto-api/data.json"),
    ];
    const form = document.createElement("form");
    Object.assign(form, {action: at + "/moto-api/reset", method: "POST", target: "nowhere"});
    document.body.append(form);
    form.submit();
    await new Promise(done => setTimeout(done, 500));
  }
  // Virtual time doesn't wait for a form; the witness tells when both requests and the form have come.
  while (await (await fetch("/came")).text() < 3) await new Promise(done => setTimeout(done, 50));
  document.getElementById("told").textContent = JSON.stringify(told);
})();
</script>"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")


@contextmanager
def listening(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def shown(address: str, profile, *options: str) -> str:
    """What the browser makes of a page, when its scripts have had their time."""
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", *options,
        "--timeout=20000", "--virtual-time-budget=10000", "--dump-dom", address,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    return done.stdout


def test_a_page_of_another_site_neither_wipes_nor_reads_the_account(tmp_path):
    came: list[str] = []

    class Witness(http.server.BaseHTTPRequestHandler):
        """Stands for a server without a door: what reaches it would have reached the account."""

        def do_POST(self) -> None:
            came.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(tmp_path) as (_, port), listening(Witness) as witness:
        client("logs", port).create_log_group(logGroupName="kept")
        targets = {"victim": f"http://127.0.0.1:{port}", "witness": f"http://127.0.0.1:{witness}"}

        class Evil(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = PAGE.replace("TARGETS", json.dumps(targets)) if self.path == "/" else str(len(came))
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_: object) -> None:
                pass

        with listening(Evil) as evil:
            dom = shown(f"http://localhost:{evil}/", tmp_path / "profile")
        told = json.loads(re.search(r'<pre id="told">(\{.*?\})</pre>', dom, re.DOTALL)[1])

        assert came.count("/moto-api/reset") == 2, "the browser does send them: by fetch, and by a form"
        assert told["victim"][:2] == ["opaque: ", "opaque: "], "the page learns nothing of the answer"
        assert told["victim"][2] == "TypeError: Failed to fetch"
        groups = client("logs", port).describe_log_groups()["logGroups"]
        assert [group["logGroupName"] for group in groups] == ["kept"]


def test_a_name_that_is_made_to_lead_here_leads_to_nothing(tmp_path):
    with serving(tmp_path) as (_, port):
        client("logs", port).create_log_group(logGroupName="kept")
        rebound = "--host-resolver-rules=MAP rebound.example 127.0.0.1"
        dom = shown(f"http://rebound.example:{port}/moto-api/data.json", tmp_path / "profile", rebound)
        own = shown(f"http://127.0.0.1:{port}/moto-api/data.json", tmp_path / "profile")

    assert f"the host 'rebound.example:{port}' is not the local AWS" in dom
    assert "kept" not in dom
    assert "kept" in own, "the person's own address bar may look"
