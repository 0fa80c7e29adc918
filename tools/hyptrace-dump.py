#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
hyptrace-dump: the events of a hypervisor that are in a crash dump of its host.

Prints them as the hypervisor's trace file would have, all CPUs in the order of time, and can write
them as a trace.dat. What the kernel's structures look like is taken from its debug information, by
name; what an event looks like in text is libtraceevent's, from the formats that are in the dump.
"""

import argparse
import heapq
import os
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
from hyptrace_dump.events import Records, Remote
from hyptrace_dump.memory import Error, import_drgn, open_dump
from hyptrace_dump.text import Printer
from hyptrace_dump.trace_dat import write_trace_dat


def summary(ring):
    """What became of a CPU's events"""
    shown = len(ring.events(0))
    bad = f", {ring.bad()} pages made no sense" if ring.bad() else ""
    return f"CPU {ring.cpu}: {shown} events are there, {ring.lost} lost before them unread" \
           f" ({ring.overrun} overwritten and {ring.dropped} dropped in all," \
           f" {ring.read} had been read){bad}"


def run(args):
    """What the command line asks for"""
    drgn = import_drgn()
    try:
        prog = open_dump(args.vmcore, args.vmlinux, args.command)
        remote = Remote(prog, args.remote)
        rings = remote.rings()
        records = Records(remote)
        if args.output:
            write_trace_dat(args.output, remote, records, rings)
        else:
            printer = Printer(remote, records, rings)
            events = heapq.merge(*(r.events(args.lines) for r in rings), key=lambda e: e.time)
            for event in events:
                print(printer.line(event))
    except drgn.FaultError as error:
        raise Error(f"memory that is needed is not in the dump: {error}",
                    "Is it whole? makedumpfile must not leave out more than with -d 31.") from error
    if not args.quiet:
        for ring in rings:
            print(summary(ring), file=sys.stderr)


def main():
    """From the command line"""
    parser = argparse.ArgumentParser(
        description="Print the events of a hypervisor that are in a crash dump of its host, as its "
                    "trace file would have; or write them as a trace.dat.",
        epilog="docs/crash-dump.md says how to come by a dump. Counters go to standard error.")
    parser.add_argument("vmcore", help="the dump: /proc/vmcore, a copy of it, or makedumpfile's")
    parser.add_argument("vmlinux", help="the kernel that crashed, with debug information")
    parser.add_argument("-n", "--lines", type=int, default=0, metavar="N",
                        help="only the newest N events of each CPU, as dump_on_panic has it (all)")
    parser.add_argument("-o", "--output", metavar="FILE",
                        help="write all of them to FILE, a trace.dat for trace-cmd report and "
                             "KernelShark, and print none")
    parser.add_argument("-c", "--command", action="store_true",
                        help="vmcore is a shell command that prints $COUNT blocks of 4096 bytes of "
                             "the dump, from block $FIRST on. Only what is needed is read")
    parser.add_argument("--remote", default="hypervisor", metavar="NAME",
                        help="whose events: a name below /sys/kernel/tracing/remotes (hypervisor)")
    parser.add_argument("-q", "--quiet", action="store_true", help="no counters")
    args = parser.parse_args()
    if args.lines < 0:
        parser.error("--lines wants a number of events")

    try:
        run(args)
    except Error as error:
        print(f"hyptrace-dump: {error}", file=sys.stderr)
        for mend in error.mends:
            print(f"    {mend}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
