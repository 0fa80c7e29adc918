# SPDX-License-Identifier: GPL-2.0
"""toprows.py STAYS BY [ORDER [COLUMN=WORD]...]: from stays.awk's lines, the rows "name<tab>count"
that hyptrace top must have, in their order; with "-" for STAYS, those it has, from topkeys' screen
on the standard input.
"""
import re
import sys

COLUMNS = {"cpu": 1, "cause": 2, "vm": 3, "vcpu": 4, "task": 5}
ROW = re.compile(r"[ >](.*?\S) +(\d+) +[\d.]+(?:ns|us|ms|s) ")


def natural(name):
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", name) if p]


def expected(stays, by, order, wanted):
    rows = {}
    for line in open(stays):
        f = line.rstrip("\n").split("\t")
        f[1] = "CPU " + f[1]
        if all(f[COLUMNS[k]] == v for k, v in wanted):
            rows.setdefault(f[COLUMNS[by]], []).append(int(f[0]))
    weight = {
        "count": len, "time": sum, "longest": max,
        "mean": lambda v: (sum(v) + len(v) // 2) // len(v), "name": lambda v: 0,
    }[order]
    for name in sorted(rows, key=lambda n: (-weight(rows[n]), natural(n))):
        yield name, len(rows[name])


def shown(lines):
    titles = False
    for line in lines:
        if not titles:
            titles = re.match(r"\*(cause|cpu|vm|vcpu|task) .* longest", line)
            continue
        m = ROW.match(line)
        if m and m.group(2) != "0":
            yield m.group(1), int(m.group(2))


if sys.argv[1] == "-":
    found = shown(sys.stdin)
else:
    order = sys.argv[3] if len(sys.argv) > 3 else "time"
    found = expected(sys.argv[1], sys.argv[2], order, [a.split("=", 1) for a in sys.argv[4:]])
for name, count in found:
    print(name, count, sep="\t")
