# SPDX-License-Identifier: GPL-2.0
"""mktable.py SEED: a table as stat --json writes it, of random rows: few stays and many, some that
only one of two seeds has, with times that are the same, a little longer or much.
"""
import json
import random
import sys

rnd = random.Random(int(sys.argv[1]))
rows = []
for name in "abcdefghijklmnopqrst":
    if rnd.random() < 0.1:
        continue
    count, times = rnd.choice([rnd.randint(0, 40), rnd.randint(15, 25), rnd.randint(1000, 1060),
                               rnd.randint(20000, 21500)]), 1
    if name in "rst":
        # So many that what is hardly a difference is none of chance's
        count, times = rnd.randint(1000, 1060), 400
    width, shift = rnd.choice([3, 40, 400]), rnd.choice([0, 0, 1, 4, 16])
    bins, total = {}, 0
    for _ in range(count):
        # Where a bin begins: to 31, and then 32 of them for each power of 2
        ns = rnd.randint(1, width) + shift * width // 64
        start = ns if ns < 32 else ns >> (ns.bit_length() - 6) << (ns.bit_length() - 6)
        bins[start] = bins.get(start, 0) + times
        total += start * times
    rows.append({"name": name, "count": count * times, "total_ns": total,
                 "min_ns": min(bins, default=0), "max_ns": max(bins, default=0),
                 "bins": sorted(bins.items())})
lost = rnd.choice([0, 0, 7])
last = 1000 + rnd.choice([9, 10, 10, 10, 11]) * 10**8
json.dump({"by": "cause", "first_ns": 1000, "last_ns": last, "events": 9,
           "stays": sum(r["count"] for r in rows), "broken": 0, "lost": lost,
           "losses": lost and 2, "losses_untold": 0, "rows": rows}, sys.stdout)
