# SPDX-License-Identifier: GPL-2.0
"""topaccounts.py TOPKEYS ACCOUNTS DIR FILE: is what hyptrace top shows of two readings of
accounts, DIR/now and DIR/before, what stat makes of them? TOPKEYS (topkeys.c, which has FILE for
events) draws the screens, ACCOUNTS (accounts.c) makes stat's tables. Prints what is not.
"""
import json
import re
import subprocess
import sys

topkeys, accounts, where, events = sys.argv[1:5]
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
CELL = r"(<?)([\d.]+)(ns|us|ms|s)"
SHARE = r"([\d.]+)%"
# Of each kind of table, columns and what JSON calls them
STAYS = [("count", r"(\d+)"), ("total_ns", CELL), ("share", SHARE), ("mean_ns", CELL),
         ("p50_ns", CELL), ("p99_ns", CELL), ("max_ns", CELL)]
SUMS = [("total_ns", CELL), ("share", SHARE), ("guest_runs", r"(\d+)"), ("guest_ns", CELL)]
TITLES = {"count": "count", "total_ns": "time", "share": "share", "mean_ns": "mean",
          "p50_ns": "p50", "p99_ns": "p99", "max_ns": "longest", "guest_runs": "runs",
          "guest_ns": "in guest"}


def table(by, cpus="all"):
    args = [accounts, by, cpus, "json", f"{where}/now", f"{where}/before"]
    return json.loads(subprocess.run(args, check=True, stdout=subprocess.PIPE).stdout)


def screen(*words, size="40x160"):
    args = [topkeys, "-a", f"{where}/now,{where}/before", events, size, *words]
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def same(what, shown, ns, bound):
    """As many digits as are shown; of a bound, the next that can be shown"""
    mark, digits, unit = shown
    step = UNITS[unit] * (0.1 if "." in digits else 1)
    above = float(digits) * UNITS[unit] - ns
    if bool(mark) != bound:
        print(f"{what}: {''.join(shown)} is {'no' if bound else 'a'} bound")
    elif bound and not -1e-6 < above <= step * 1.0001 or not bound and abs(above) > step * 0.5001:
        print(f"{what}: {''.join(shown)} is shown, it is {ns} ns")
    if len("".join(shown)) > 7:
        print(f"{what}: {''.join(shown)} is wider than its column")


def check_row(what, cells, columns, row):
    at = 0
    for name, pattern in columns:
        width = 3 if pattern == CELL else 1
        cell, at = cells[at:at + width], at + width
        if name == "share":
            if abs(float(cell[0]) - 100 * row["share"]) > 0.00501:
                print(f"{what}: a share of {cell[0]}%, it is {100 * row['share']}%")
        elif width == 1:
            if int(cell[0]) != row[name]:
                print(f"{what}: {name} {cell[0]}, it is {row[name]}")
        else:
            same(f"{what}, {name}", cell, row[name], name in ("p50_ns", "p99_ns") or
                 name == "max_ns" and row["max_is_bound"])


def natural(name):
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", name) if p]


def check(what, lines, want, columns, key="total_ns", stays=None):
    titles = [i for i, line in enumerate(lines)
              if re.match(r"\*(cause|cpu|vm|vcpu) .*  share ", line)]
    if not titles:
        print(f"{what}: no titles")
        return
    shown = re.findall(r"in guest|\S+", lines[titles[0]][1:])[1:]
    if shown != [TITLES[c] for c, _ in columns]:
        print(f"{what}: titles {shown}")
    row_re = re.compile(r"[ >](.*?\S) +" + " +".join(p for _, p in columns) + r" *$")
    names = []
    for line in lines[titles[0] + 1:-1]:
        match = row_re.match(line)
        if match:
            names.append(match.group(1))
            if match.group(1) in want:
                check_row(f"{what}, {match.group(1)}", match.groups()[1:], columns,
                          want[match.group(1)])
        elif line.strip():
            print(f"{what}: no row: {line}")
    order = sorted(want, key=lambda n: (-(want[n][key] if key else 0), natural(n)))
    if names != order:
        print(f"{what}: rows {names}, not {order}")
    head = re.match(r"\*hyptrace: (?:(\d+) )?stays in the hypervisor, ([\d.]+)% of (\S+ \S+) for "
                    r"10000\.000 s *$", lines[0])
    if not head:
        print(f"{what}: {lines[0]}")
    elif head.group(1) != (None if stays is None else str(stays)):
        print(f"{what}: {head.group(1)} stays, not {stays}")
    elif abs(float(head.group(2)) - 100 * sum(r["share"] for r in want.values()) /
             (2 if what == "by cpu" else 1)) > 0.0051:
        print(f"{what}: {head.group(2)}% of all")
    if not re.match(r" from accounts, lost: nothing *$", lines[2]):
        print(f"{what}: {lines[2]}")


def rows(by, cpus="all"):
    return {row["name"]: row for row in table(by, cpus)["rows"]}


nr = max(int(line.split()[1][4:]) for f in ("now", "before")
         for line in open(f"{where}/{f}")) + 1 if open(f"{where}/now").read() else 1
total = table("cause")["stays"]
# Without a stay there is nothing to look at, and the head says so.
if not total:
    check("nothing", screen(), {}, STAYS, stays=0)
    sys.exit()
for keys, by, columns in (("c", "cause", STAYS), ("p", "cpu", STAYS), ("v", "vm", SUMS),
                          ("u", "vcpu", SUMS)):
    check(f"by {by}", screen(keys), rows(by), columns, stays=total)
for keys, key in (("N", "count"), ("M", "mean_ns"), ("L", "max_ns"), ("C", None)):
    check(f"by cause, {keys}", screen(keys), rows("cause"), STAYS, key, total)

# Into each CPU, where shares are of its time
cpus = sorted(rows("cpu"), key=natural)
for i, cpu in enumerate(cpus):
    n = int(cpu.split()[1])
    mask = "".join("1" if c == n else "0" for c in range(nr))
    for keys, by, columns in (("c", "cause", STAYS), ("v", "vm", SUMS), ("u", "vcpu", SUMS)):
        check(f"{by} in {cpu}", screen("p", "C", *["down"] * i, "enter", keys, "T"),
              rows(by, mask), columns, stays=table(by, mask)["stays"] if by == "cause" else None)

# Into the first cause: how many each CPU has, and a histogram of as many
name = sorted(rows("cause"), key=natural)[0]
want = {}
for n in range(nr):
    row = rows("cause", "".join("1" if c == n else "0" for c in range(nr))).get(name)
    if row:
        # Of that one CPU's time; by CPU it is, too
        want[f"CPU {n}"] = row
lines = screen("C", "enter", "T", size="60x160")
bins = [int(m.group(1)) for m in (re.match(r" .* -> .* (\d+) \|", line) for line in lines) if m]
if sum(bins) != rows("cause")[name]["count"]:
    print(f"{name}: {sum(bins)} in the histogram")
shown = {m.group(1): int(m.group(2)) for m in
         (re.match(r"[ >](CPU \d+) +(\d+) ", line) for line in lines) if m}
if shown != {c: r["count"] for c, r in want.items()}:
    print(f"{name} by cpu: {shown}")

# Into a VM come its vCPUs, into one of these the CPUs it was on; there is nothing behind that.
vms = sorted(rows("vm"), key=natural)
lines = screen("v", "C", *["down"] * (len(vms) - 1), "enter")
names = [m.group(1) for m in
         (re.match(r"[ >](\S.*?\S)  +[\d.]+[num]?s ", line) for line in lines[4:]) if m]
belong = {"host": "host", "vm not told": "others"}.get(vms[-1], vms[-1] + " ")
if not names or sorted(names) != sorted(n for n in rows("vcpu") if n.startswith(belong)):
    print(f"vCPUs of {vms[-1]}: {names}")
lines = screen("v", "C", *["down"] * (len(vms) - 1), "enter", "enter")
if not re.match(rf" {vms[-1]} > .* > by cpu, name first", lines[1]):
    print(f"into a vCPU: {lines[1]}")
runs = sum(int(m.group(1)) for m in
           (re.match(r"[ >]CPU \d+ +\S+ +\S+% +(\d+) ", x) for x in lines) if m)
if runs != rows("vcpu")[sorted(names, key=natural)[0]]["guest_runs"]:
    print(f"runs of a vCPU by CPU: {runs}")
