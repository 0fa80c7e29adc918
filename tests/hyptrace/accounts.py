# SPDX-License-Identifier: GPL-2.0
# accounts.py PROGRAM DIR SEED: stays are made up, written down as a hypervisor's accounts before
# and after, and PROGRAM (accounts.c) must find those between the two. What is wrong is printed.
import json
import math
import random
import subprocess
import sys

program, where, seed = sys.argv[1:4]
rng = random.Random(int(seed))
CAUSES = ["hvc:__kvm_vcpu_run", "hvc:refused", "host_abort", "guest_exit:IRQ", "guest_exit:HVC64"]
VCPUS = [(101, 0x1000, 0), (102, 0x1000, 1), (103, 0x1001, 0), (0, 0, 0)]
CPUS = rng.choice([1, 2, 5])


def make(number):
    """Stays as (CPU, cause, nanoseconds, vCPU or None), runs as (CPU, vCPU, nanoseconds)"""
    stays, runs = [], []
    for _ in range(number):
        cpu, cause = rng.randrange(CPUS), rng.choice(CAUSES[rng.randrange(len(CAUSES)):])
        ns = rng.choice([0, 1, 2, 3, rng.randrange(1 << rng.randrange(1, 40))])
        vcpu = rng.choice(VCPUS) if cause.startswith("guest_exit") else None
        stays.append((cpu, cause, ns, vcpu))
        if vcpu:
            runs.append((cpu, vcpu, rng.randrange(1 << 30)))
    return stays, runs


def write(name, stays, runs):
    with open(f"{where}/{name}", "w", encoding="ascii") as out:
        for cpu in range(CPUS):
            for cause in CAUSES:
                ns = [s[2] for s in stays if s[:2] == (cpu, cause)]
                if not ns:
                    continue
                bins = {}
                for n in sorted(ns):
                    low = 1 << n.bit_length() - 1 if n > 1 else 0
                    bins[low] = bins.get(low, 0) + 1
                bins = ",".join(f"{low}:{n}" for low, n in bins.items())
                print(f"stay cpu={cpu} cause={cause} count={len(ns)} total_ns={sum(ns)} "
                      f"longest_ns={max(ns)} min_ns={bins}", file=out)
            for vcpu in VCPUS:
                ran = [r[2] for r in runs if r[:2] == (cpu, vcpu)]
                hyp = sum(s[2] for s in stays if s[0] == cpu and s[3] == vcpu)
                if ran:
                    print(f"vcpu cpu={cpu} pid={vcpu[0]} vm={vcpu[1]:#x} vcpu={vcpu[2]} "
                          f"runs={len(ran)} guest_ns={sum(ran)} hyp_ns={hyp}", file=out)


def table(by, cpus, *files):
    args = [program, by, cpus, "json"] + [f"{where}/{f}" for f in files]
    return json.loads(subprocess.run(args, check=True, stdout=subprocess.PIPE).stdout)


def differ(what, got, expected):
    if got != expected:
        print(f"seed {seed}, {what}: {got}, not {expected}")


def check_stays(by, cpus, files, stays, known):
    """known: the longest is told, not its bound alone"""
    wanted = [s for s in stays if cpus == "all" or cpus[s[0]] == "1"]
    got = table(by, cpus, *files)
    rows = {}
    for stay in wanted:
        rows.setdefault(f"CPU {stay[0]}" if by == "cpu" else stay[1], []).append(stay[2])
    differ(f"{by} {cpus}, stays", got["stays"], len(wanted))
    differ(f"{by} {cpus}, source", (got["source"], got["partial"], got["lost"]),
           ("accounts", False, 0))
    differ(f"{by} {cpus}, rows", sorted(r["name"] for r in got["rows"]), sorted(rows))
    for row in got["rows"]:
        ns, name = sorted(rows[row["name"]]), f"{by} {cpus}, {row['name']}"
        differ(name, (row["count"], row["total_ns"]), (len(ns), sum(ns)))
        differ(name, sum(n for _, n in row["bins"]), len(ns))
        for part in 50, 99:
            is_ns, bound = ns[math.ceil(len(ns) * part / 100) - 1], row[f"p{part}_ns"]
            if not (is_ns <= bound <= max(2 * is_ns, 2)):
                print(f"seed {seed}, {name}: p{part} is {is_ns}, its bound {bound}")
        if row["max_is_bound"]:
            if known or not ns[-1] <= row["max_ns"] <= max(2 * ns[-1] - 1, 1):
                print(f"seed {seed}, {name}: longest {ns[-1]}, its bound {row['max_ns']}")
        else:
            differ(f"{name}, longest", row["max_ns"], ns[-1])


def check_guests(by, files, stays, runs):
    def name(vcpu):
        if not vcpu:
            return "host"
        if not vcpu[1]:
            return "others" if by == "vcpu" else "vm not told"
        return f"vm {vcpu[1]:#x}" + (f" vcpu {vcpu[2]}" if by == "vcpu" else "")
    rows = {}
    for stay in stays:
        row = rows.setdefault(name(stay[3]), [0, 0, 0])
        row[0] += stay[2]
    for run in runs:
        row = rows[name(run[1])]
        row[1] += 1
        row[2] += run[2]
    if rows.get("host", [0])[0] == 0:
        rows.pop("host", None)
    got = {r["name"]: [r["total_ns"], r["guest_runs"], r["guest_ns"]]
           for r in table(by, "all", *files)["rows"]}
    differ(by, got, rows)


first, second = make(rng.randrange(200)), make(rng.randrange(200))
write("now", first[0] + second[0], first[1] + second[1])
write("before", *first)
for which in "cause", "cpu":
    for mask in ["all"] + (["0" * (CPUS - 1) + "1"] if CPUS > 1 else []):
        check_stays(which, mask, ["before"], first[0], True)
        check_stays(which, mask, ["now", "before"], second[0], False)
for which in "vm", "vcpu":
    check_guests(which, ["before"], *first)
    check_guests(which, ["now", "before"], *second)
# Cleared in between: what there was since is all that can be told.
if len(first[0]) > 1 and second[0]:
    write("cleared", *second)
    if not table("cause", "all", "cleared", "now")["partial"]:
        print(f"seed {seed}: cleared, and nobody noticed")
