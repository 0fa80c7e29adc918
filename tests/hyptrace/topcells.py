# SPDX-License-Identifier: GPL-2.0
"""topcells.py TABLE: is what hyptrace top shows of each row, on the screen on standard input, what
the same table in JSON has? Prints what is not.
"""
import json
import re
import sys

UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
TIME = r"([\d.]+)(ns|us|ms|s)"
table = json.load(open(sys.argv[1]))
guests = table["by"] in ("vm", "vcpu")
span = table["last_ns"] - table["first_ns"]
cell = [r"(\d+)", TIME, r"([\d.]+)%", TIME, TIME, TIME, TIME]
if guests:
    cell += [r"(\d+)", TIME]
row_re = re.compile(r"[ >](.*?\S) +" + " +".join(cell) + r" *$")
head_re = re.compile(r"\*hyptrace: (\d+) stays in the hypervisor, ([\d.]+)% of (\d+) CPUs? for "
                     r"([\d.]+) s")


def same(what, shown, unit, ns):
    """As many digits as are shown, and what was left out is half of the last at the most"""
    step = UNITS[unit] * (0.1 if "." in shown else 1)
    if abs(float(shown) * UNITS[unit] - ns) > step * 0.5001:
        print(f"{what}: {shown}{unit} is shown, it is {ns} ns")


def same_share(what, shown, ns, cpus):
    if abs(float(shown) - 100 * ns / span / cpus) > 0.00501:
        print(f"{what}: a share of {shown}% is shown, it is {100 * ns / span / cpus}%")


rows = {row["name"]: row for row in table["rows"]}
seen = set()
for line in sys.stdin:
    line = line.rstrip("\n")
    m = head_re.match(line)
    if m:
        total = sum(r["total_ns"] for r in rows.values())
        same_share("all", m.group(2), total, table["cpus"])
        if int(m.group(1)) != table["stays"] or int(m.group(3)) != table["cpus"]:
            print(f"the head says {m.group(0)}")
        if abs(float(m.group(4)) * 1e9 - span) > 501e3:
            print(f"the head says {m.group(4)} s, it is {span} ns")
        seen.add(None)
    m = row_re.match(line)
    if not m or m.group(1) not in rows:
        continue
    name, row = m.group(1), rows[m.group(1)]
    seen.add(name)
    f = m.groups()[1:]
    if int(f[0]) != row["count"]:
        print(f"{name}: {f[0]} stays are shown, there are {row['count']}")
    same(f"{name}, time", f[1], f[2], row["total_ns"])
    same_share(name, f[3], row["total_ns"], 1 if table["by"] == "cpu" else table["cpus"])
    for i, key in enumerate(("mean_ns", "p50_ns", "p99_ns", "max_ns")):
        same(f"{name}, {key}", f[4 + 2 * i], f[5 + 2 * i], row[key])
    if guests:
        if int(f[12]) != row["guest_runs"]:
            print(f"{name}: {f[12]} runs are shown, there were {row['guest_runs']}")
        same(f"{name}, in guest", f[13], f[14], row["guest_ns"])
for name in {None, *rows} - seen:
    print(f"{name or 'the head'} is not shown")
