"""The HTML page: what it shows, that nothing in it runs, and that a browser shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import CRASH, FOLDERS, HOSTILE, MAYBE, SLOW, WRONG, hostile, run, usual, verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import Case
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.reports import latency, sides
from lambda_contracts.reports.html import html
from lambda_contracts.reports.sides import Line
from lambda_contracts.shapes import Shape

VOID = {"meta", "img", "input", "link", "br", "hr", "base"}


class Page(HTMLParser):
    """Reads a page as a browser's parser does: its tags, their attributes and the text in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((tuple(self.open), data))

    def rows(self) -> list[list[str]]:
        """Return the cells of the first table, row by row."""
        matrix = re.findall(r"<tr>(.*?)</tr>", self.rawdata_of("table"), re.S)
        return [[_plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in matrix]

    def rawdata_of(self, tag: str) -> str:
        return self.source.split(f"<{tag}", 1)[1].split(f"</{tag}>", 1)[0]

    source = ""


def page(*runs: object) -> Page:
    text = html(list(runs), FOLDERS)  # type: ignore[arg-type]  # runs of any kind
    read = Page(text)
    read.source = text
    return read


def _plain(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", markup).split())


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_the_matrix_comes_first() -> None:
    expected = [
        ["iris", "direct", "rest"],
        ["virginica", "ok", "FAIL 502"],
        ["missing feature", "FAIL 200", "400 !"],
    ]
    assert expected == page(usual()).rows()


def test_every_cell_leads_to_its_event_and_answer() -> None:
    found = page(usual())
    links = [attrs["href"] for tag, attrs in found.tags if tag == "a" and "title" in attrs]
    anchors = {f"#{attrs['id']}" for tag, attrs in found.tags if tag == "div" and "id" in attrs}
    assert 4 == len(set(links))
    assert set(links) <= anchors


def test_what_failed_is_open_and_only_the_first_of_those_that_are_alike() -> None:
    alike = run(
        *(verdict("virginica", shape, CRASH) for shape in (Shape.DIRECT, Shape.REST)), verdict("missing feature")
    )
    opened = ["open" in attrs for tag, attrs in page(alike).tags if tag == "details"]
    assert [True, False, False] == opened


def marked(read: Page) -> list[str]:
    return [text for tags, text in read.texts if "mark" in tags]


def test_a_failure_stands_beside_the_shape_that_holds_with_what_differs_marked() -> None:
    good = verdict("virginica", Shape.DIRECT, event={"x": 1, "y": 2}, body=b'{"label": 1, "same": 0}')
    bad = verdict("virginica", Shape.REST, WRONG, event={"x": 1, "z": 2}, status=502, body=b'{"label": 2, "same": 0}')
    expected = ['"y": 2', '"z": 2', "status 200", '"label": 1,', "status 502", '"label": 2,']
    assert expected == [text.strip() for text in marked(page(run(good, bad)))]


def test_a_failure_in_every_shape_stands_beside_what_the_contract_asks_for() -> None:
    case = Case(name="virginica", payload={}, status=200, body={"label": "a", "p": {"$gte": 0.5}})
    bad = verdict("virginica", Shape.REST, WRONG, case=case, status=201, body=b'{"label": "b", "p": 0.6, "more": 1}')
    expected = ["status 200", '"label": "a",', "status 201", '"label": "b",']
    assert expected == [text.strip() for text in marked(page(run(bad)))]


def test_what_only_warns_is_no_example_of_how_it_should_be() -> None:
    unsure = verdict("virginica", Shape.DIRECT, MAYBE, status=502)
    bad = verdict("virginica", Shape.REST, WRONG, status=500)
    assert [] == marked(page(run(unsure, bad)))


def test_findings_have_their_line_their_reason_and_their_change() -> None:
    found = Finding(
        code="E05", severity=Severity.ERROR, message="m", file="iris/app.py", line=4, excerpt="code here",
        aws="AWS does", why="because", fix="do this", diff="--- a\n+++ a\n@@ -4 +4 @@\n-old line\n+new line\n",
    )  # fmt: skip
    read = page(run(verdict("virginica", Shape.REST, found)))
    texts = [text.strip() for _, text in read.texts]
    for part in ("handlers/iris/app.py:4", "code here", "AWS does", "because", "do this"):
        assert part in texts
    changes = [text for tags, text in read.texts if {"ins", "del"} & set(tags)]
    assert ["-old line", "+new line"] == changes


def test_what_the_baseline_knows_is_marked_and_is_no_failure() -> None:
    known = replace(CRASH, known=True)
    read = page(
        run(
            verdict("virginica", Shape.DIRECT, known, status=502),
            verdict("virginica", Shape.REST, known, WRONG, status=500),
            reports=(Report(check="budget", findings=(replace(SLOW, known=True),)),),
        )
    )
    assert [["iris", "direct", "rest"], ["virginica", "502 known", "FAIL 500"]] == read.rows()
    items = [attrs["class"] for tag, attrs in read.tags if tag == "li"]
    assert ["finding known", "finding known", "finding error", "finding known"] == items
    assert 3 == [text for tags, text in read.texts if "li" in tags and tags[-1] == "span"].count("known")
    opened = ["open" in attrs for tag, attrs in read.tags if tag == "details"]
    assert [False, True] == opened


def test_a_failure_has_the_lines_that_repeat_it() -> None:
    repeated = {
        f"virginica[{shape}]": {"replay": f"lambdaproof replay iris {shape}.json"} for shape in ("direct", "rest")
    }
    failed = (verdict("virginica", shape, CRASH) for shape in (Shape.DIRECT, Shape.REST))
    texts = [text for tags, text in page(run(*failed, repeat=repeated)).texts if tags[-3:] == ("div", "p", "code")]
    assert [f"lambdaproof replay iris {shape}.json" for shape in ("direct", "rest")] == texts


def test_two_contracts_are_on_one_page() -> None:
    read = page(usual(), usual())
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert 2 == sum(tag == "table" and attrs.get("class") == "matrix" for tag, attrs in read.tags)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([run(verdict())], "all hold"),
        ([run(verdict()), usual()], "1 contract broken"),
        ([usual(), usual()], "2 contracts broken"),
        ([], "nothing checked"),
    ],
)
def test_the_title_says_what_came_of_it(runs: list[object], expected: str) -> None:
    title = next(text for tags, text in page(*runs).texts if tags[-1] == "title")
    assert f"lambdaproof: {expected}" == title


def test_other_checks_are_told_too() -> None:
    assert "init takes 12 s" in html([usual()], FOLDERS)
    assert "nothing found" in html([usual()], FOLDERS)


# --- nothing runs, nothing is fetched --------------------------------------------------------------------------------


@pytest.mark.parametrize("runs", [[usual()], [hostile()], []], ids=["usual", "hostile", "empty"])
def test_the_page_needs_nothing_else_and_runs_nothing(runs: list[object]) -> None:
    read = page(*runs)
    policy = next(attrs for tag, attrs in read.tags if tag == "meta" and "http-equiv" in attrs)
    assert "default-src 'none'" in str(policy["content"])
    assert not {"script", "img", "link", "iframe", "object", "embed", "base"} & {tag for tag, _ in read.tags}
    for tag, attrs in read.tags:
        assert not [name for name in attrs if name.startswith("on") or name in ("src", "style", "action")], tag
        assert (attrs.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|https?://(?!www\.w3)", read.rawdata_of("style"))


def test_hostile_texts_are_shown_as_what_they_are() -> None:
    told = html([hostile()], FOLDERS)
    assert told.encode("utf-8")
    assert not {"\x1b", "\x00", "\u202e", "\x9b", "\ufffe", "\u2028"} & set(told)
    assert "&lt;script&gt;document.title=" in told
    assert "{{ 7 * 7 }}" in told


@settings(max_examples=30, deadline=None)
@given(st.text(), st.binary(max_size=200))
def test_any_answer_makes_a_page(text: str, body: bytes) -> None:
    finding = Finding(code="x", severity=Severity.ERROR, message=text)
    made = verdict("one", Shape.REST, finding, event={text: text}, body=body, payload=body, log=(text,))
    assert html([run(made)], FOLDERS).encode("utf-8")


# --- sides -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("ab", "ab", "=a=b | =a=b"),
        ("ab", "ac", "=a!b | =a!c"),
        ("abc", "ac", "=a!b=c | =a_=c"),
        ("", "ab", "__ | !a!b"),
    ],
)
def test_sides_have_equal_lines_beside_each_other(left: str, right: str, expected: str) -> None:
    def told(lines: tuple[Line, ...]) -> str:
        return "".join("_" if line == Line() else f"{'!' if line.differs else '='}{line.text}" for line in lines)

    one, other = sides.beside("", list(left), "", list(right))
    assert expected == f"{told(one.lines)} | {told(other.lines)}"


def test_long_texts_are_cut_with_their_size() -> None:
    lines = sides.json_lines(["x" * 5_000, *range(1_000)])
    assert sides.LINES + 1 == len(lines)
    assert "(5,005 characters)" in lines[1]
    assert "... (1,003 lines)" == lines[-1]


def test_what_is_nested_too_deep_is_not_shown() -> None:
    deep: object = 0
    for _ in range(100_000):
        deep = [deep]
    assert ["(nested too deep to be shown)"] == sides.json_lines(deep)


# --- times -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.0, "0 µs"), (2.5e-4, "250 µs"), (0.012, "12 ms"), (1.25, "1.25 s"), (900, "900 s")]
)
def test_times_are_told_in_their_own_unit(seconds: float, expected: str) -> None:
    assert expected == latency.told(seconds)


def test_cold_and_warm_events_are_told_apart() -> None:
    times = [verdict(init_duration=1.0, duration=0.5), *(verdict(duration=number / 1000) for number in range(1, 101))]
    plot = latency.plot([latency.Timing.of(one) for one in times], timeout=3)
    cold, warm = plot.figures
    assert ("cold, with init", 1, "1.5 s", "1.5 s") == (cold.name, cold.count, cold.least, cold.most)
    assert ("warm", 100, "1 ms", "50.5 ms", "95 ms", "100 ms") == (
        warm.name, warm.count, warm.least, warm.median, warm.p95, warm.most
    )  # fmt: skip
    assert [True] + [False] * 100 == [point.cold for point in plot.points]
    assert "virginica[rest]: 1.5 s, 1 s of it init" == plot.points[0].label


@given(st.lists(st.floats(0, 1_000), max_size=50), st.integers(1, 900))
def test_every_point_lies_in_the_plot_and_slower_is_higher(seconds: list[float], timeout: int) -> None:
    plot = latency.plot([latency.Timing(name="", seconds=one) for one in seconds], timeout)
    places = [(point.x, point.y) for point in plot.points]
    assert all(latency.LEFT <= x <= latency.WIDTH - latency.RIGHT for x, _ in places)
    assert all(latency.TOP <= y <= latency.HEIGHT - latency.BOTTOM for _, y in (*places, (0, plot.timeout.y)))
    by_time = sorted(zip(seconds, places, strict=True))
    heights = [y for _, (_, y) in by_time]
    assert sorted(heights, reverse=True) == heights


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> str:
    """Return the browser's name. Where it is missing, the test fails: it is marked so that it need not run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "no chromium on PATH; leave these tests out with: pytest -m 'not browser'"
    return found


def shown(browser: str, file: Path, fragment: str = "") -> str:
    """Return the document that a browser made of a file."""
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", f"--user-data-dir={file.parent / 'profile'}",
        "--dump-dom", f"{file.as_uri()}{fragment}",
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()


@pytest.mark.browser
def test_a_browser_shows_the_matrix(browser: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html([usual()], FOLDERS), encoding="utf-8")
    read = Page("")
    read.source = shown(browser, file)
    expected = [["iris", "direct", "rest"], ["virginica", "ok", "FAIL 502"], ["missing feature", "FAIL 200", "400 !"]]
    assert expected == read.rows()


@pytest.mark.browser
def test_a_cell_of_the_matrix_opens_what_it_leads_to(browser: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html([usual()], FOLDERS), encoding="utf-8")
    before, after = shown(browser, file), shown(browser, file, "#f1-1-1")
    opened = [document.split('id="f1-1-1"')[0].rsplit("<details", 1)[1] for document in (before, after)]
    assert [False, True] == [" open" in tag.split(">")[0] for tag in opened]


@pytest.mark.browser
def test_nothing_hostile_runs_in_a_browser(browser: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html([hostile()], FOLDERS), encoding="utf-8")
    document = shown(browser, file)
    assert "<title>lambdaproof: 1 contract broken</title>" in document
    assert "<img" not in document
    assert HOSTILE[:20] not in document


@pytest.mark.browser
def test_the_browser_would_have_run_it(browser: str, tmp_path: Path) -> None:
    """The test above can fail: without escaping and policy, the same text does run."""
    file = tmp_path / "report.html"
    file.write_bytes(b"<!DOCTYPE html><title>no</title>" + HOSTILE.encode("utf-8", "replace"))
    assert "<title>ran</title>" in shown(browser, file)
