# SPDX-License-Identifier: GPL-2.0
"""
calls.py HYPTRACE DAT [few] <REPORT: what HYPTRACE makes of the functions in DAT, held against what
this makes of what report_dat() of scripts/lib.sh prints of it, by another way: not by a stack, but
by looking back from each record. Prints what is wrong. With "few" slices may be in any order.
"""
import bisect
import collections
import itertools
import json
import re
import subprocess
import sys

LINE = re.compile(r"\[(\d+)\] +(\d+): (\w+): +(.*)")
LOSS = re.compile(r"CPU:(\d+) \[.*EVENTS DROPPED\]")
ENTRY = re.compile(r"--> (\S+) \((\d+)\)")
EXIT = re.compile(r"<-- (\S+) \((\d+)\) \(start: ([0-9a-f]+)  end: ([0-9a-f]+)\) over: (\d+)")

# kind: BEGIN and END of a call, LOST, or an event's name; over: the text, of the latter
Record = collections.namedtuple("Record", "at kind name depth start end over")


class Call:
    """That of the record @first, with its end in the record @last"""

    def __init__(self, name, first, last, ns):
        self.name, self.first, self.last, self.ns = name, first, last, ns
        self.around, self.inner, self.away = None, 0, []


def short(name):
    """Without what all names begin with"""
    return name.removeprefix("__kvm_nvhe_")


def records(report):
    """By CPU; and how often the tracer "function" has seen which function"""
    cpus, seen = collections.defaultdict(list), collections.Counter()
    for line in report:
        if loss := LOSS.search(line):
            cpus[int(loss[1])].append(Record(0, "LOST", "", 0, 0, 0, ""))
        elif part := LINE.search(line):
            cpu, at, kind, text = int(part[1]), int(part[2]), part[3], part[4]
            record = Record(at, kind, "", 0, 0, 0, text)
            if kind == "funcgraph_entry":
                name, depth = ENTRY.match(text).groups()
                record = Record(at, "BEGIN", short(name), int(depth), 0, 0, text)
            elif kind == "funcgraph_exit":
                name, depth, start, end, over = EXIT.match(text).groups()
                record = Record(at, "END", short(name), int(depth), int(start, 16),
                                int(end, 16), int(over))
            elif kind == "function":
                seen[short(text.split()[0])] += 1
            cpus[cpu].append(record)
    return cpus, seen


def around(trace, i, depth):
    """The record that begins what the @i-th one, as deep as this, is called in; None"""
    for k in range(i - 1, -1, -1):
        record = trace[k]
        if record.kind == "LOST" or depth == 0:
            return None
        if record.kind in ("BEGIN", "END") and record.depth < depth:
            if record.kind == "BEGIN":
                return k
            depth = record.depth
    return None


def begun(trace, i):
    """The record that begins the call that the @i-th one ends; None"""
    for k in range(i - 1, -1, -1):
        record = trace[k]
        if record.kind == "LOST":
            return None
        if record.kind in ("BEGIN", "END") and record.depth <= trace[i].depth:
            if record.kind == "BEGIN" and record[2:4] == trace[i][2:4]:
                return k
            return None
    return None


def stays_of(trace):
    """(from, to, first record, last record) of whole ones, and times spent elsewhere in between"""
    stays, away, enter, left = [], [], None, None
    for i, record in enumerate(trace):
        if record.kind == "LOST":
            enter = left = None
        elif record.kind == "hyp_enter":
            if enter is not None:
                left = None
            if left is not None:
                guest = "reason=eret_guest " in trace[left].over
                away.append((i, "(guest)" if guest else "(firmware)",
                             record.at - trace[left].at))
            enter = i
        elif record.kind == "hyp_exit" and enter is not None:
            stays.append((trace[enter].at, record.at, enter, i))
            enter, left = None, i
    return stays, away


def calls_of(trace, away):
    """In the order in which they begin, with what is in them; and how many halves there are"""
    pairs = {begun(trace, i): i for i, r in enumerate(trace) if r.kind == "END"}
    pairs.pop(None, None)
    out = collections.defaultdict(list)
    for i, what, ns in away:
        out[around(trace, i, 1 << 30)].append((what, ns))
    # What ends first is innermost. Last in this are those that have nothing around them yet.
    calls = []
    for first, last in sorted(pairs.items(), key=lambda pair: pair[1]):
        end = trace[last]
        call = Call(end.name, first, last, end.end - end.start)
        call.away = out[first]
        inner = [c for c in itertools.takewhile(lambda c: c.first > first, reversed(calls))
                 if not c.around]
        call.inner = sum(c.ns for c in inner)
        after = next(r for r in itertools.islice(trace, first + 1, None)
                     if r.kind in ("BEGIN", "END"))
        if call.inner + sum(ns for _, ns in call.away) > call.ns or after.at < end.start:
            continue  # the end of another call than that which began there
        for c in inner:
            c.around = call
        calls.append(call)
    calls.sort(key=lambda call: call.first)
    ends = sum(r.kind == "END" for r in trace)
    begins = sum(r.kind == "BEGIN" for r in trace)
    return calls, begins - len(calls), ends - len(calls)


def table_of(cpus):
    """What report --json has, and stacks"""
    rows = collections.defaultdict(lambda: [0, 0, 0, 0])
    stacks, sums = collections.Counter(), [0, 0, 0, 0, 0]

    def add(name, total, own, longest, calls=1):
        row = rows[name]
        row[0] += calls
        row[1] += total
        row[2] += own
        row[3] = max(row[3], longest)

    for trace, calls, halves in cpus:
        sums[2] += halves[0]
        sums[3] += halves[1]
        over = [record.over for record in trace if record.kind == "END"] or [0]
        sums[4] += (over[-1] - over[0]) % (1 << 32)
        for call in calls:
            own = call.ns - call.inner - sum(ns for _, ns in call.away)
            outer, within = call.around, False
            while outer:
                within |= outer.name == call.name
                outer = outer.around
            sums[0] += 1
            sums[1] += 0 if call.around else call.ns
            add(call.name, 0 if within else call.ns, own, call.ns)
            for what, ns in call.away:
                add(what, ns, ns, ns)
            path, at = [call.name], call.first
            while (at := around(trace, at, trace[at].depth)) is not None:
                path.append(trace[at].name)
            stacks[";".join(reversed(path))] += own
    return rows, stacks, sums


def judge_table(got, seen, rows, sums):
    """report --json"""
    functions = got.get("functions", {})
    if [functions.get(key) for key in ("calls", "total_ns", "without_end",
                                       "without_beginning", "too_deep")] != sums:
        yield f"sums are {sums}, and not {str(functions)[:120]}"
        return
    have = {row["name"]: [row[key] for key in ("calls", "total_ns", "self_ns", "max_ns")]
            for row in functions["rows"]}
    for name in sorted(rows.keys() | have.keys()):
        if rows.get(name) != have.get(name):
            yield f"{name} is {rows.get(name)}, and not {have.get(name)}"
    if sum(row["self_ns"] for row in functions["rows"]) != functions["total_ns"]:
        yield "times of functions by themselves do not sum up to those of the outermost calls"
    own = [(row["name"][0] == "(", -row["self_ns"]) for row in functions["rows"]]
    if own != sorted(own):
        yield "not sorted by their own time"
    if {row["name"]: row["calls"] for row in functions["without_time"]} != seen:
        yield "calls without a time are others"


def judge_text(text, rows, sums):
    """The same, for people"""
    part = text[text.index("functions: "):].split("\n\n")[0].splitlines()
    other = sum(row[2] for name, row in rows.items() if name[0] == "(")
    tail, head = [], f"functions: {sums[0]} calls, {(sums[1] - other) / 1000:.3f} us"
    if other:
        head += f", and {other / 1000:.3f} us in guests and firmware"
    if part[0] != head:
        yield f"the head is {part[0]}, and not {head}"
    if any(sums[2:4]):
        tail.append(f"half calls: {sums[2]} have no end, {sums[3]} no beginning, and do not count")
    if sums[4]:
        tail.append(f"too deep: {sums[4]} calls or more are part of those that made them")
    if part[len(part) - len(tail):] != tail or len(part) != 2 + len(rows) + len(tail):
        yield f"below it is {part[-2:]}, and not {tail}"
    for line in part[2:2 + len(rows)]:
        name, calls, total, own, *share, longest = line.split()
        row = rows[name]
        if [calls, total, own, longest] != [str(row[0]), f"{row[1] / 1000:.3f}",
                                            f"{row[2] / 1000:.3f}", str(row[3])]:
            yield f"{line}, and not {row}"
        want = [f"{100 * row[2] / (sums[1] - other):.2f}%"] if name[0] != "(" else []
        if share != want:
            yield f"the share of {name} is {share}, and not {want}"


def slices_of(trace, calls, stays):
    """What of calls is in stays"""
    leaves = [stay[1] for stay in stays]
    for call in calls:
        start, end, any_ = trace[call.last].start, trace[call.last].end, False
        for stay in stays[bisect.bisect_right(leaves, start):]:
            if stay[0] >= end or start == end:
                break
            any_ = True
            yield call.name, max(start, stay[0]), min(end, stay[1])
        if not any_:
            yield call.name, start, end


def judge_chrome(chrome, cpus, ordered):
    """export --format chrome. With more calls in a stay than are sorted, not their order."""
    tracks, got = collections.defaultdict(list), collections.defaultdict(list)
    for i, event in enumerate(chrome["traceEvents"]):
        if event["ph"] == "X" and event["pid"] == 1:
            start = round(event["ts"] * 1000)
            end = start + round(event["dur"] * 1000)
            tracks[event["tid"]].append((start, -end, i))
            if event.get("cat") == "function":
                got[event["tid"]].append((event["name"], start, end))
    for cpu, (trace, calls, stays) in cpus.items():
        want, have = list(slices_of(trace, calls, stays)), got[cpu]
        if ordered and want != have:
            yield f"slices of CPU {cpu}: " + next(
                (f"{w} is {h}" for w, h in zip(want, have) if w != h), "not so many")
        elif sorted(want) != sorted(have):
            yield f"other slices of CPU {cpu}"
    for cpu, track in tracks.items():
        stack = []
        for start, end, _ in sorted(track):
            while stack and stack[-1] <= start:
                stack.pop()
            if stack and -end > stack[-1]:
                yield f"slices of CPU {cpu} overlap at {start}"
                return
            stack.append(-end)


def lines_of(trace, stay):
    """Of the graph, as report --slowest prints it: offset and text"""
    inside = trace[stay[2]:stay[3] + 1]
    skip = False
    for record, after in zip(inside, inside[1:] + [None]):
        ns = (record.at - stay[0]) / 1000
        if skip or record.kind not in ("BEGIN", "END"):
            skip = False
            continue
        pad = "  " * record.depth
        if record.kind == "END":
            took = (record.end - record.start) / 1000
            yield f"{ns:.3f} {took:10.3f} us |  {pad}}} /* {record.name} */"
        elif after and after.kind == "END" and after[2:4] == record[2:4]:
            skip = True
            yield f"{ns:.3f} {(after.end - after.start) / 1000:10.3f} us |  {pad}{record.name}();"
        else:
            yield f"{ns:.3f} {'':13} |  {pad}{record.name}() {{"


def path_of(trace, stay):
    """The calls that the stay begins in, if it has calls that tell"""
    for i in range(stay[2], stay[3] + 1):
        if trace[i].kind in ("BEGIN", "END"):
            depth = trace[i].depth + (trace[i].kind == "END")
            path, at = [], around(trace, stay[2], 1 << 30)
            while at is not None:
                path.append(trace[at].name)
                at = around(trace, at, trace[at].depth)
            return " > ".join(path[::-1][:depth])
    return ""


def judge_slowest(text, as_json, cpus):
    """report --slowest"""
    stays = {(cpu, stay[0]): (trace, stay) for cpu, (trace, _, all_) in cpus.items()
             for stay in all_}
    parts = re.split(r"^\d+\. .* on CPU (\d+), .*, from (\d+) ns on\n", text, flags=re.M)[1:]
    if len(parts) < 30:
        yield "no stays"
    for cpu, enter, lines, program in zip(parts[::3], parts[1::3], parts[2::3], as_json):
        trace, stay = stays[int(cpu), int(enter)]
        want = list(lines_of(trace, stay))
        got = [line[5:].replace(" us  ", " ", 1).lstrip() for line in lines.splitlines()
               if " |  " in line]
        if program["more_events"]:
            want = want[:len(got)]
        if got[:-1] != want[:-1] or (got != want and not program["more_events"]):
            yield f"stay {enter}: " + next(
                (f"'{w}' is '{g}'" for w, g in zip(want, got) if w != g), "not so many lines")
        path = re.findall("^    in (.*)$", lines, flags=re.M)
        if path != [path_of(trace, stay)] * bool(path_of(trace, stay)):
            yield f"stay {enter} is in {path}, and not in {path_of(trace, stay)}"
        if program.get("in", "") != "".join(path):
            yield f"stay {enter}: in JSON it is in another"
        graph = [e for e in program["events"] if "function" in e]
        if [e["text"].strip() for e in graph] != [line.split(maxsplit=1)[1] for line in got]:
            yield f"stay {enter}: JSON has another graph"
        for event in graph:
            took = re.match(r" *([0-9.]+) us \|", event["text"])
            if (round(float(took[1]) * 1000) if took else None) != event.get("ns"):
                yield f"stay {enter}: ns is {event.get('ns')} of {event['text']}"
            if event["text"].split("|")[1].count("  ") != event["depth"] + 1:
                yield f"stay {enter}: depth is {event['depth']} of {event['text']}"


def judge(hyptrace, dat, few):
    """What is wrong"""
    def run(*args):
        return subprocess.run([hyptrace, *args, dat], check=True, capture_output=True,
                              text=True).stdout

    sys.stdin.reconfigure(errors="replace")
    traces, seen = records(sys.stdin)
    cpus, tables = {}, []
    for cpu, trace in traces.items():
        stays, away = stays_of(trace)
        calls, *halves = calls_of(trace, away)
        cpus[cpu] = trace, calls, stays
        tables.append((trace, calls, halves))
    rows, stacks, sums = table_of(tables)
    yield from judge_table(json.loads(run("report", "--json")), seen, rows, sums)
    if not sums[0]:
        return
    yield from judge_text(run("report"), rows, sums)
    folded = dict(line.rsplit(" ", 1) for line in run("export", "--format",
                                                      "functions").splitlines())
    if folded != {stack: str(ns) for stack, ns in stacks.items() if ns}:
        yield "other stacks"
    yield from judge_chrome(json.loads(run("export", "--format", "chrome")), cpus, not few)
    if any(stays for _, _, stays in cpus.values()):
        yield from judge_slowest(run("report", "--slowest", "40"),
                                 json.loads(run("report", "--slowest", "40", "--json")), cpus)


if __name__ == "__main__":
    for words in judge(sys.argv[1], sys.argv[2], "few" in sys.argv[3:]):
        print(words)
