#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
browser.py HYPTRACE DAT PAGE: does PAGE, which report --html has made of DAT, show in Chromium what
report tells of DAT, and does the time line do what hands ask of it? Prints what is wrong, and how
long PAGE took to open after a #.
"""
import json
import subprocess
import sys

from chromium import Chromium

OPENS_IN = 20		# seconds, on a machine that has other things to do
SHIFT = 8

# Rows of a table in the page, each a list of texts
ROWS = """[...document.querySelectorAll("#%s tbody tr")].map((row) =>
    [...row.cells].map((cell) => cell.textContent))"""
# What is drawn
PIXELS = 'document.getElementById("canvas").toDataURL()'
# What is seen of the time
RANGE = "(() => { const [from, to] = view.seen(); return { from, to }; })()"
BOX = """(() => { const box = document.getElementById("canvas").getBoundingClientRect();
    return [box.left, box.top, box.width, box.height]; })()"""
# Of the stays as the page's script has decoded them: number, sum, and by CPU
SUMS = """(() => { const sums = {}; for (let i = 0; i < stays.nr; i++) {
    const cpu = sums["CPU " + stays.cpu[i]] ||= [0, 0];
    cpu[0] += stays.number[i]; cpu[1] += stays.busy[i]; } return sums; })()"""


def judge_tables(browser, ask):
    """What they show"""
    for name, by in ("causes", "cause"), ("vms", "vm"), ("vcpus", "vcpu"), ("tasks", "task"), \
            ("cpus", "cpu"):
        want = ask("report", "--json", "--by", by)["rows"]
        got = {row[0]: row for row in browser.run(ROWS % name)}
        if len(got) != min(len(want), 50):
            yield f"#{name} has {len(got)} rows, and not {len(want)}"
        for row in want[:50]:
            here = got.get(row["name"])
            if not here or here[1] != f"{row['count']:,}" or \
                    here[3] != f"{row['share'] * 100:.2f}%":
                yield f"#{name} has {here} of {row['name']}"
    longest = ask("report", "--json", "--slowest", "20")
    shown = browser.run(ROWS % "slowest")
    if [row[0] for row in shown] != [stay["cause"] for stay in longest]:
        yield "other stays are shown as the longest"
    bars = browser.run('document.querySelectorAll("#shares rect").length')
    if bars != min(len(ask("report", "--json")["rows"]), 12):
        yield f"{bars} bars of shares"
    want = {row["name"]: [row["count"], row["total_ns"]]
            for row in ask("report", "--json", "--by", "cpu")["rows"]}
    if browser.run(SUMS) != want:
        yield "the page's script has other stays"


def judge_histogram(browser):
    """It follows the choice of a cause"""
    before = browser.run('document.getElementById("hist").innerHTML')
    browser.run("document.querySelector('#causes tbody tr').click()")
    chosen = browser.run('document.getElementById("cause").value')
    if chosen != browser.run('document.querySelector("#causes tbody td").textContent'):
        yield f"a click on a cause shows the histogram of {chosen}"
    if browser.run('document.getElementById("hist").innerHTML') == before:
        yield "the histogram of one cause is that of all"
    browser.run("window.scrollTo(0, 0)")


def acts(browser, box):
    """What hands do: a name, how, and what is to become of (from, to) in parts of what was seen"""
    x, y = box[0] + 600, box[1] + 30
    left, plot = box[0] + 150, box[2] - 150

    def at(part):
        return left + plot * part, y

    def wheel(delta):
        return lambda: browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=delta)

    closer = lambda a, b: a > 0 and b < 1
    farther = lambda a, b: a <= 0 and b >= 1 and b - a > 1
    same = lambda a, b: abs(b - a - 1) < 1e-6
    return [
        ("the wheel", wheel(-400), closer),
        ("the wheel again", wheel(-400), closer),
        ("the wheel back", wheel(300), lambda a, b: b - a > 1),
        ("shift and drag", lambda: browser.drag(at(0.25), at(0.5), SHIFT),
         lambda a, b: abs(a - 0.25) < 0.01 and abs(b - 0.5) < 0.01),
        ("dragging", lambda: browser.drag(at(0.5), at(0.25)),
         lambda a, b: same(a, b) and abs(a - 0.25) < 0.01),
        ("w", lambda: browser.key("w"), closer),
        ("s", lambda: browser.key("s"), farther),
        ("a", lambda: browser.key("a"), lambda a, b: same(a, b) and a < 0),
        ("d", lambda: browser.key("d"), lambda a, b: same(a, b) and a > 0),
        ("the button +", lambda: browser.run('document.getElementById("in").click()'), closer),
        ("a click on a stay", lambda: browser.run(
            'document.querySelector("#slowest tbody tr").click()'), lambda a, b: b - a < 1),
        ("0", lambda: browser.key("0"), farther),
    ]


def judge_zoom(browser):
    """Each act changes what part of the time is seen, and what is drawn"""
    whole = browser.run(RANGE)
    if whole["from"] != 0 or abs(whole["to"] - browser.run("span")) > 1:
        yield "at first not all of the time is seen"
    pixels = first = browser.run(PIXELS)
    seen, box = whole, browser.run(BOX)
    for name, act, expected in acts(browser, box):
        act()
        # Chromium may say that it has taken a turn of the wheel before the page has it.
        for _ in range(100):
            browser.drawn()
            if browser.run(RANGE) != seen:
                break
        browser.drawn()
        now, drawn = browser.run(RANGE), browser.run(PIXELS)
        length = seen["to"] - seen["from"]
        part = [(now[end] - seen["from"]) / length for end in ("from", "to")]
        if not expected(*part):
            yield f"{name}: of what was seen, from {part[0]:.3f} to {part[1]:.3f}"
        if drawn == pixels:
            yield f"{name}: the same is drawn"
        seen, pixels = now, drawn
    if pixels != first:
        yield "all of the time is not what it was at first"
    browser.mouse("mouseMoved", box[0] + 200, box[1] + 12)
    browser.run("document.getElementById('theme').click()")
    browser.drawn()
    if browser.run(PIXELS) == first:
        yield "dark and light look the same"


def judge(hyptrace, dat, path):
    """What is wrong"""
    def ask(*args):
        return json.loads(subprocess.run([hyptrace, *args, dat], check=True,
                                         capture_output=True).stdout)

    with Chromium() as browser:
        seconds = browser.open(path)
        yield f"# it opens in {seconds:.1f} s"
        if seconds > OPENS_IN:
            yield f"it takes {seconds:.1f} s to open"
        yield from judge_tables(browser, ask)
        yield from judge_zoom(browser)
        yield from judge_histogram(browser)
        for complaint in browser.complaints:
            yield "on the console: " + complaint
        fetched = [params["request"]["url"] for name, params in browser.events
                   if name == "Network.requestWillBeSent"]
        if not fetched or any(not url.startswith("file:") for url in fetched):
            yield f"it fetches {fetched}"


if __name__ == "__main__":
    for words in judge(*sys.argv[1:4]):
        print(words, flush=True)
