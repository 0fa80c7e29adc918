#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
page.py HYPTRACE DAT PAGE: is PAGE, which report --html has made of DAT, sound HTML that needs
nothing but itself, and is in it what the other reports tell of DAT? Prints what is wrong.
"""
import base64
import hashlib
import html.parser
import json
import os
import subprocess
import sys

VOID = {"meta", "link", "br", "input", "hr", "img"}
REFERS = {"src", "href", "srcset", "action", "formaction", "data", "poster", "background", "ping"}


class Page(html.parser.HTMLParser):
    """Its elements. text: of those that have an id, or else by their tag"""

    def __init__(self, path):
        super().__init__()
        self.wrong, self.tags, self.open, self.text = [], [], [], {}
        self.scripts, self.policy = [], ""
        with open(path, encoding="utf-8") as page:
            self.feed(page.read())
        self.close()
        if self.open:
            self.wrong.append(f"<{self.open[-1][0]}> is not closed")

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        for name in attrs:
            if name in REFERS or name.startswith("on") or name == "style":
                self.wrong.append(f"<{tag} {name}>")
        if attrs.get("http-equiv") == "Content-Security-Policy":
            self.policy = attrs["content"]
        if tag in VOID:
            return
        name = attrs.get("id", tag)
        self.open.append((tag, name))
        if tag == "script" and "type" not in attrs:
            self.scripts.append("")
        self.text.setdefault(name, "")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.wrong.append(f"</{tag}> closes nothing")
        else:
            self.open.pop()

    def handle_data(self, data):
        if not self.open:
            return
        tag, name = self.open[-1]
        if name == "script":
            self.scripts[-1] += data
        else:
            self.text[name] += data

    def handle_comment(self, data):
        if "SPDX" not in data:
            self.wrong.append("a comment")


def numbers(text):
    """Those of 7 bits to a byte that are in it"""
    value = shift = 0
    for byte in base64.b64decode(text, validate=True):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0
    if shift:
        raise ValueError("the last number has no end")


def stays(page, names, first):
    """As report --timeline has them, with how long a guest ran before; then number, busy"""
    entered, left, all_numbers = {}, {}, numbers(page.text["stays"])
    for cpu in all_numbers:
        enter = entered.get(cpu, first) + next(all_numbers)
        length, cause, task, vcpu = (next(all_numbers) for _ in range(4))
        stay = {"enter_ns": enter, "ns": length, "cpu": cpu, "cause": names["causes"][cause],
                "task": names["tasks"][task], "vcpu": names["vcpus"][vcpu // 2]}
        guest = enter - left[cpu] if vcpu % 2 else None
        number, busy = 1, length
        if names["within_ns"]:
            number, busy = next(all_numbers), next(all_numbers)
        entered[cpu], left[cpu] = enter, enter + length
        yield stay, guest, number, busy


def octaves(pairs):
    """Of a histogram's bins, 8 to a power of 2, number by the smallest time of each power"""
    sums = {}
    for fine, number in zip([4 * b for b in pairs[::2]], pairs[1::2]):
        low = fine if fine < 64 else (fine % 32 + 32) << (fine // 32 - 1)
        if low >= 4:
            power = 1 << (low.bit_length() - 1)
            sums[power] = sums.get(power, 0) + number
        else:
            sums["small"] = sums.get("small", 0) + number
    return sums


def judge(hyptrace, dat, path):
    """What is wrong"""
    def ask(*args):
        return json.loads(subprocess.run([hyptrace, *args, dat], check=True,
                                         capture_output=True).stdout)

    page = Page(path)
    yield from page.wrong
    if sorted(t for t in page.tags if t == "script") != ["script"] * 5:
        yield "other scripts"
    where = os.path.join(os.path.dirname(__file__), "../../tools/hyptrace/page/report.html")
    with open(where, encoding="utf-8") as template:
        template = template.read()
    # And the two that are in the place of @STAYS@
    if len(page.tags) != template.count("<") - template.count("</") - template.count("<!") + 2:
        yield "other elements than in report.html"
    if "default-src 'none'" not in page.policy:
        yield "no policy of what it may fetch"
    if "url(" in page.text["style"] or "@import" in page.text["style"]:
        yield "the style refers to something"
    for part in page.scripts + [page.text["style"]]:
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        if f"'sha256-{digest}'" not in page.policy:
            yield "a script or the style that its policy does not know"
    data, names = json.loads(page.text["data"]), json.loads(page.text["names"])
    for by, table in data["tables"].items():
        want = ask("report", "--json", "--by", by)
        if by == "cause" and data.get("functions") != want.pop("functions", None):
            yield "other functions"
        if table != want:
            yield f"another table by {by}"
    if sorted(data["tables"]) != ["cause", "cpu", "task", "vcpu", "vm"]:
        yield "not all tables"
    if data["slowest"] != ask("report", "--json", "--slowest", "20"):
        yield "other stays are the longest"
    causes = data["tables"]["cause"]["rows"]
    if len(data["hist"]) != len(causes) + 1:
        yield "not all histograms"
    # Where it would take long, the first of them
    some = data["hist"][:4] if names["within_ns"] else data["hist"]
    for cause, pairs in zip(["*"] + [row["name"] for row in causes], some):
        want = {}
        for bin_ in ask("hist", "--json", cause)["bins"]:
            key = bin_["from_ns"] if bin_["from_ns"] >= 4 else "small"
            want[key] = want.get(key, 0) + bin_["count"]
        if octaves(pairs) != {key: n for key, n in want.items() if n}:
            yield f"another histogram of {cause}"
    yield from judge_stays(page, data, names, ask)


def judge_stays(page, data, names, ask):
    """The time line"""
    cpus, guests = {}, [0, 0]
    seen, table = [], data["tables"]["cause"]
    for stay, guest, number, busy in stays(page, names, table["first_ns"]):
        seen.append(stay)
        sums = cpus.setdefault(f"CPU {stay['cpu']}", [0, 0])
        sums[0] += number
        sums[1] += busy
        if guest is not None:
            guests[0] += 1
            guests[1] += guest
    rows = {row["name"]: [row["count"], row["total_ns"]] for row in data["tables"]["cpu"]["rows"]}
    if cpus != rows:
        yield "stays of the time line do not sum up to those of the table by CPU"
    if len(seen) != names["marks"] or names["stays"] != table["stays"]:
        yield "another number of marks, or of stays"
    if names["within_ns"]:
        return
    if seen != ask("report", "--json", "--timeline"):
        yield "other stays than in report --timeline"
    want = [sum(row[what] for row in data["tables"]["vm"]["rows"])
            for what in ("guest_runs", "guest_ns")]
    # Those before a stay that has lost its end are not on the time line.
    if guests != want and not (table["broken"] and guests[0] <= want[0]):
        yield f"guests ran {guests}, and not {want}"


if __name__ == "__main__":
    for words in judge(*sys.argv[1:4]):
        print(words)
