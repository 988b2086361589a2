"""The inspector in a browser, used as a person would, and as a page that means harm."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from inspecting import BROKEN, CONTRACT, GOOD, Site, inspected
from lambda_contracts.outcomes import returned
from lambda_contracts.shapes import Shape
from lambda_emulator.fronts.invocations import Functions, Invocation
from lambda_emulator.fronts.port import Port
from lambda_emulator.fronts.server import Listening, listening
from lambda_emulator.inspector.application import Inspector
from lambda_emulator.inspector.calls import Calls
from lambda_emulator.inspector.history import MOST, History
from lambda_emulator.loading import load
from support import RunTool, WriteFunction

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HOSTILE = (
    "<img src=x onerror=\"document.title='ran'\"></script><script>document.title='ran'</script>"
    "\x1b]0;ran\x07\x1b[2J\u202e\u2066\ud800{{7*7}}"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a browser, for which `rebound.example` is this machine. Where there is none, the test fails."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "no chromium on PATH; leave these tests out with: pytest -m 'not browser'"
    arguments = ["--no-sandbox", "--host-resolver-rules=MAP rebound.example 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page that no script error and no refused resource stays unseen on."""
    problems: list[str] = []
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert not problems


def row(page: Page, number: int) -> None:
    """Choose an invocation from the list."""
    page.locator(f"#row-{number}").click()
    page.get_by_role("heading", name=f"#{number} ").wait_for()


def test_a_broken_handler_is_understood_and_its_case_saved(
    page: Page, write_function: WriteFunction, lambdaproof: RunTool
) -> None:
    folder = write_function(BROKEN, contract=CONTRACT)
    with inspected(folder) as site:
        page.goto(site.page)
        page.get_by_text("Nothing was invoked yet").wait_for()
        site.post({"number": 3})  # appears by itself
        row(page, 1)

        diagnosis = page.get_by_role("region", name="Diagnosis")
        assert "E01 at /number: KeyError: 'number'" in diagnosis.inner_text()
        assert "app.py:5" in diagnosis.inner_text()
        assert "json.loads(event" in diagnosis.locator("ins").inner_text()

        page.get_by_role("heading", name="Shapes").scroll_into_view_if_needed()
        table = page.get_by_role("region", name="what stands where")
        titles = ["place", "rest", "http-v2", "console-test", "direct"]
        table.get_by_role("columnheader", name="direct").wait_for()
        assert sorted(titles) == sorted(table.get_by_role("columnheader").all_inner_texts())
        assert ['json.loads(event["body"])', "event"] == [
            table.get_by_role("row", name="the payload is").get_by_role("cell").nth(place).inner_text()
            for place in (0, 3)
        ]
        page.get_by_role("button", name="Send in each of these shapes").click()
        answers = table.get_by_role("row", name="the client gets").get_by_role("cell")
        page.locator("#row-4").wait_for()
        answers.get_by_text("result").wait_for()
        assert ["502", "500", "502", "result"] == answers.all_inner_texts()

        page.get_by_role("button", name="Replay it traced").click()
        wrong = page.get_by_role("row", name="the first that went wrong")
        assert re.search(r"/number\s+not there", wrong.inner_text())

        page.get_by_label("shape to send it as").select_option("direct")
        page.get_by_role("button", name="Send as").click()
        page.get_by_role("heading", name="#5 ").wait_for()
        page.locator("#row-5").get_by_text("#1 as direct").wait_for()
        assert 0 == page.get_by_role("region", name="Diagnosis").count()

        row(page, 1)
        page.get_by_role("button", name="Save as case").click()
        page.get_by_label("name").fill("from the page")
        page.get_by_label("status that the client").fill("200")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("Type: lambdaproof check").wait_for()
    checked = lambdaproof("check", folder, "--environment", "in_process")
    assert re.search(r"from the page +- +- +(FAIL 502|E01)", checked.stdout), checked.stdout


def test_an_event_is_edited_and_sent_and_its_curl_line_copied(page: Page, write_function: WriteFunction) -> None:
    with inspected(write_function(GOOD, contract=CONTRACT)) as site:
        site.post({"number": 3})
        page.goto(site.page + "#/1")
        page.get_by_role("button", name="Copy curl").click()
        page.get_by_text("Copied.").wait_for()
        assert str(page.evaluate("navigator.clipboard.readText()")).startswith("curl -sS")

        page.get_by_role("button", name="Edit and send").click()
        area = page.get_by_label("event", exact=True)
        area.fill("{")
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_role("alert").get_by_text("This is no JSON").wait_for()
        event = json.loads(site.ask("invocations/1/event")["text"])
        area.fill(json.dumps({**event, "body": '"changed"'}))
        page.get_by_role("button", name="Send", exact=True).click()
        page.get_by_role("heading", name="#2 ").wait_for()
        assert "changed" in page.get_by_label("the response").inner_text()


def test_everything_can_be_done_by_keyboard(page: Page, write_function: WriteFunction) -> None:
    with inspected(write_function(GOOD, contract=CONTRACT)) as site:
        for number in range(3):
            site.post({"number": number})
        page.goto(site.page)
        page.locator("#row-3").wait_for()
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.get_by_role("heading", name="#2 ").wait_for()
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="#1 ").wait_for()
        page.wait_for_function("document.activeElement.id === 'detail'")
        page.keyboard.press("/")
        page.keyboard.type("#2 rest")
        page.wait_for_function("document.querySelectorAll('.row').length === 1")
        page.keyboard.press("Escape")
        page.keyboard.press("t")
        page.get_by_role("img", name="how long each event").wait_for()


def test_nothing_overflows_a_narrow_window(page: Page, write_function: WriteFunction) -> None:
    with inspected(write_function(BROKEN, contract=CONTRACT)) as site:
        site.post({"number": 3})
        page.set_viewport_size({"width": 340, "height": 700})
        page.goto(site.page)
        row(page, 1)
        page.get_by_role("heading", name="Shapes").scroll_into_view_if_needed()
        page.locator(".places").wait_for()
        for element in ("document.documentElement", "document.getElementById('detail')"):
            assert page.evaluate(f"{element}.scrollWidth <= {element}.clientWidth"), element
        page.get_by_role("link", name="all invocations").click()
        page.locator("#row-1").wait_for()


def test_hostile_events_neither_run_nor_break_the_page(page: Page, write_function: WriteFunction) -> None:
    with inspected(write_function(GOOD, contract=CONTRACT)) as site:
        site.post({HOSTILE: HOSTILE, "long": "y" * 5_000_000})
        site.send(
            "POST",
            f"/double?{HOSTILE.encode('utf-8', 'ignore').hex()}=%1b%5b31m%e2%80%ae",
            HOSTILE.encode("utf-8", "replace"),
        )
        page.goto(site.page)
        for number in (1, 2):
            row(page, number)
            page.get_by_role("heading", name="Shapes").scroll_into_view_if_needed()
            page.locator(".places").wait_for()
            assert "<img src=x onerror" in page.get_by_label("the request").inner_text()
        assert "lambdaproof inspector" == page.title()
        assert 0 == page.locator("img").count()
        shown = page.locator("body").inner_text()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", shown)


def test_ten_thousand_invocations_are_a_few_elements(page: Page, write_function: WriteFunction) -> None:
    contract = load(write_function(GOOD, contract=CONTRACT))
    history = History()
    for number in range(MOST + 500):
        history(
            Invocation(
                function="sample",
                shape=Shape.REST,
                route=f"GET /{number + 1}",
                event=b"{}",
                outcome=returned({}),
                at=1e9,
            )
        )
    functions = Functions({})
    calls = Calls(served=functions, deployments={}, contracts={"sample": contract}, history=history)
    port = Port(None, beside=(Inspector(calls),))
    with listening([Listening(port)], functions) as (number,):
        page.goto(Site(number).page)
        page.get_by_text("10,000 invocations").wait_for()
        assert page.locator(".row").count() < 60
        page.locator("#list").focus()
        page.keyboard.press("End")
        page.locator("#row-501").wait_for()
        page.get_by_role("searchbox").fill("/10007")
        page.get_by_text("1 of 10,000 invocations").wait_for()


def test_without_the_token_nothing_is_shown(page: Page, write_function: WriteFunction) -> None:
    with inspected(write_function(GOOD, contract=CONTRACT), token="the-token") as site:
        site.post({"number": 3})
        page.goto(site.page)
        page.get_by_role("status").get_by_text("The token is another one").wait_for()
        page.goto("about:blank")
        page.goto(f"{site.page}#token=the-token")
        page.locator("#row-1").wait_for()
        assert "token" not in page.url


# --- other origins ---------------------------------------------------------------------------------------------------

ATTACK = """<!DOCTYPE html><title>waiting</title><body><script>
const at = "TARGET", got = [];
const tries = [
  ["GET", "api/invocations/1", {}], ["GET", "api/invocations/1", {"X-Lambdaproof-Token": "none"}],
  ["POST", "api/invocations/1/again", {"X-Lambdaproof-Token": "none", "Content-Type": "application/json"}],
  ["POST", "api/invocations/1/again", {"Content-Type": "text/plain"}],
  ["POST", "api/invocations/1/case", {"Content-Type": "text/plain"}],
];
(async () => {
  for (const mode of ["cors", "no-cors"]) for (const [method, path, headers] of tries) {
    try {
      const body = method === "POST" ? '{"name": "evil", "status": null}' : undefined;
      const answer = await fetch(at + path, {method, mode, headers, body});
      const text = await answer.text();
      if (text.includes("sample")) got.push(path);
    } catch (error) { /* refused */ }
  }
  await fetch(new URL("/double", at), {method: "POST", mode: "no-cors", body: "a control"});
  const frame = document.createElement("iframe");
  frame.src = at;
  document.body.append(frame);
  const form = document.createElement("form");
  Object.assign(form, {method: "POST", action: at + "api/invocations/1/again", enctype: "text/plain", target: "sent"});
  const sent = document.createElement("iframe"); sent.name = "sent";
  document.body.append(form, sent);
  await new Promise((go) => { sent.onload = go; form.submit(); setTimeout(go, 3000); });
  try { if (frame.contentDocument.body.innerText) got.push("frame"); } catch (error) { /* refused */ }
  const script = document.createElement("script");
  script.src = at + "app.js";
  await new Promise((go) => {
    script.onload = () => { got.push("script"); go(); };
    script.onerror = go;
    document.body.append(script);
  });
  document.title = "got: " + got.join(",");
})();
</script>"""


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def elsewhere(folder: Path) -> Iterator[int]:
    """Serve a folder at another origin."""
    handler = functools.partial(_Silent, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "rebound.example"])
def test_a_page_of_another_origin_reads_and_triggers_nothing(
    browser: Browser, write_function: WriteFunction, tmp_path: Path, host: str
) -> None:
    """From another port, another name of this machine, and a name of the attacker's that leads here."""
    folder = write_function(GOOD, contract=CONTRACT)
    before = (folder / "contract.toml").read_bytes()
    with inspected(folder) as site, elsewhere(tmp_path) as port:
        site.post({"number": 3})
        target = site.page.replace("127.0.0.1", host) if host == "rebound.example" else site.page
        (tmp_path / "evil.html").write_text(ATTACK.replace("TARGET", target))
        page = browser.new_page()
        page.goto(f"http://{host}:{port}/evil.html")
        page.wait_for_function("document.title.startsWith('got')", timeout=30_000)
        assert "got:" == page.title().strip()
        page.close()
        reached = site.ask("invocations?after=0")["invocations"]
    # The second is the attack's control: what it sends does arrive, and the front, as on AWS, takes it.
    assert ["POST /double"] * 2 == [one["route"] for one in reached]
    assert ["", ""] == [one["origin"] for one in reached]
    assert before == (folder / "contract.toml").read_bytes()


def test_a_name_that_leads_here_shows_no_page(browser: Browser, write_function: WriteFunction) -> None:
    """After rebinding, the attacker's page would be of the inspector's own origin."""
    with inspected(write_function(GOOD, contract=CONTRACT)) as site:
        site.post({"number": 3})
        page = browser.new_page()
        answer = page.goto(site.page.replace("127.0.0.1", "rebound.example"))
        assert answer is not None
        assert 403 == answer.status
        told = page.evaluate(
            "fetch('api/invocations/1', {headers: {'X-Lambdaproof-Token': 'none'}}).then((answer) => answer.status)"
        )
        assert 403 == told
        page.close()
