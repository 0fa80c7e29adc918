# SPDX-License-Identifier: GPL-2.0
"""differ.py HYPTRACE A B: is what "hyptrace diff A B" says of two tables in JSON what their own
bins, counts and times come to, by what the manual says of its verdicts? Prints what is not.
"""
import json
import math
import subprocess
import sys

SIGMAS = 3.89  # what is beyond, on both sides, is one in 10000


def wrong(name, what, got, want):
    if got != want:
        print(f"{name}: {what} is {got}, not {want}")


def time(a, b):
    """How often a stay of B is longer than one of A, ties half, and what that tells"""
    na, nb = a["count"], b["count"]
    ca, cb = dict(map(tuple, a["bins"])), dict(map(tuple, b["bins"]))
    below = wins = ties = 0
    for start in sorted(ca.keys() | cb.keys()):
        x, y = ca.get(start, 0), cb.get(start, 0)
        wins += y * below + y * x / 2
        below += x
        ties += (x + y) ** 3 - (x + y)
    chance = wins / na / nb
    if na < 20 or nb < 20:
        return chance, "few"
    n = na + nb
    sigma = math.sqrt(na * nb / 12 * (n + 1 - ties / n / (n - 1))) / na / nb
    if abs(chance - 0.5) < max(0.02, SIGMAS * sigma):
        return chance, "noise"
    return chance, "longer" if chance > 0.5 else "shorter"


def number(a, b, sa, sb):
    """Poisson's test of rates, bunches of 4"""
    ra, rb = a["count"] / sa, b["count"] / sb
    sigma = math.sqrt(4 * a["count"] / sa**2 + 4 * b["count"] / sb**2)
    if abs(rb - ra) < max(0.05 * ra, SIGMAS * sigma):
        return "noise"
    return "more" if rb > ra else "fewer"


hyptrace, *names = sys.argv[1:]
tables = [json.load(open(name)) for name in names]
seconds = [(t["last_ns"] - t["first_ns"]) / 1e9 for t in tables]
rows = [{r["name"]: r for r in t["rows"] if r["count"]} for t in tables]
got = json.loads(subprocess.check_output([hyptrace, "diff", "--json", *names]))
text = subprocess.check_output([hyptrace, "diff", *names], text=True).splitlines()
names = sorted(r["name"] for r in got["rows"])
wrong("all", "rows", names, sorted(rows[0].keys() | rows[1].keys()))
off = [-abs(r["total_ns_b"] - r["total_ns_a"]) for r in got["rows"]]
wrong("all", "the largest difference first", off, sorted(off))
for s, want in zip("ab", seconds):
    wrong("all", "seconds", round(got["seconds_" + s], 6), round(want, 6))
for i, r in enumerate(got["rows"]):
    name, none = r["name"], {"count": 0, "total_ns": 0}
    a, b = rows[0].get(name, none), rows[1].get(name, none)
    for key in "count", "total_ns":
        wrong(name, key, [r[key + "_a"], r[key + "_b"]], [a[key], b[key]])
    if not a["count"] or not b["count"]:
        verdicts = ["gone" if a["count"] else "new"] * 2
        chance = "-"
    else:
        chance, longer = time(a, b)
        verdicts = [number(a, b, *seconds), longer]
        if abs(r["chance_b_longer"] - chance) > 1e-6:
            print(f"{name}: longer in {r['chance_b_longer']}, not {chance}")
        chance = f"{chance * 100:.1f}%"
    wrong(name, "verdicts", [r["number"], r["time"]], verdicts)
    # And the same in the line of the text
    mean = [str((x["total_ns"] + x["count"] // 2) // max(x["count"], 1)) for x in (a, b)]
    want = [str(a["count"]), str(b["count"]), verdicts[0], *mean, chance, verdicts[1],
            f"{(b['total_ns'] - a['total_ns']) / 1000:+.3f}"]
    wrong(name, "the text's line", text[i + 2][len(name):].split(), want)
    wrong(name, "the text's name", text[i + 2].startswith(name + " "), True)
told = [line for line in text[len(got["rows"]) + 2:] if line.startswith("lost: ")]
lost = [f"lost: {t['lost']} events" for t in tables if t["losses"] or t["lost"]]
wrong("all", "losses", [line.split(" or more")[0].split(",")[0] for line in told], lost)
