# SPDX-License-Identifier: GPL-2.0
"""
The rings of a remote: pages of records, which include/linux/remote_ring.h describes
"""

import collections
import struct

U64 = (1 << 64) - 1

Event = collections.namedtuple("Event", "time cpu lost data")


class Page:
    """
    A data page: a header, and records up to the commit

    events: (time, offset of the payload in the page, its length) each
    bad:    the records end before the commit, in something that is none
    """

    def __init__(self, layout, raw):
        self.layout = layout
        self.raw = raw
        self.commit = layout.u64(raw, "commit")
        self.events = []
        self.bad = False
        room = len(raw) - layout.data
        if self.commit > room or self.commit % 4:
            self.commit = 0
            self.bad = True
        self.good = self._walk()

    def _walk(self):
        time = self.layout.u64(self.raw, "time_stamp")
        pos = 0
        while pos < self.commit:
            at = self.layout.data + pos
            left = self.commit - pos
            head = struct.unpack_from("<I", self.raw, at)[0]
            second = struct.unpack_from("<I", self.raw, at + 4)[0] if left >= 8 else None
            kind, delta = head & 31, head >> 5
            if kind == 30 and second is not None:
                time += delta + (second << 27)
                pos += 8
                continue
            if 1 <= kind <= 28:
                skip, size = 4, kind * 4
            elif kind == 0 and second is not None:
                skip, size = 8, second - 4
            else:
                skip = size = 0
            if size <= 0 or size % 4 or size > left - skip:
                self.bad = True
                break
            time += delta
            self.events.append((time & U64, at + skip, size))
            pos += skip + size
        return pos

    def binary(self, lost):
        """The page as trace_pipe_raw gives it, after so many lost events"""
        body = self.raw[self.layout.data:self.layout.data + self.good]
        room = len(self.raw) - self.layout.data
        commit = self.good
        if lost:
            commit |= 1 << 31
            if self.good + 8 <= room:
                commit |= 1 << 30
                body += struct.pack("<Q", lost)
        page = bytearray(self.raw[:self.layout.data])
        struct.pack_into("<Q", page, self.layout.offsets["commit"], commit)
        return bytes(page) + body.ljust(room, b"\0")


class Layout:
    """Where things are in a page, by the kernel's own account"""

    def __init__(self, prog):
        self.size = prog["PAGE_SIZE"].value_()
        page = prog.type("struct remote_ring_page")
        self.offsets = {m.name: m.bit_offset // 8 for m in page.members}
        self.data = self.offsets["data"]

    def u64(self, raw, member):
        """A member of the page's header"""
        return struct.unpack_from("<Q", raw, self.offsets[member])[0]


class Ring:
    """
    A CPU's ring

    What is there is found as kernel/trace/remote_ring/dump.c does it: the page that the reader has,
    whatever of it has been consumed, then those that are in slots.
    """

    def __init__(self, prog, layout, tcpu, cpu):
        reader = tcpu.reader
        meta = reader.meta
        self.cpu = cpu
        self.slots = reader.nr_slots.value_()
        tail = min(meta.tail.value_(), U64 - 1)
        head = meta.head.value_()
        seen = reader.seq.value_()
        for _ in range(reader.nr_readers.value_()):
            if (head - 1) & U64 > seen:
                head = (head - 1) & U64
        first = max(head, tail - min(tail, self.slots) + 1)
        first = min(first, tail + 1)

        def page(address):
            return Page(layout, prog.read(address, layout.size))

        held = reader.page.value_()
        self.held = page(held) if held else None
        self.pages = [page(reader.pages[reader.ids[seq % self.slots]].value_())
                      for seq in range(first, tail + 1)]

        # Every event has a number, whether it was written or not
        before_tail = sum(len(p.events) for p in self.pages[:-1])
        number = meta.events.value_() - before_tail
        if self.held:
            expected = reader.first_event.value_() + len(self.held.events)
        else:
            expected = reader.next_event.value_()
        # With nothing after what the reader has, what was dropped since has no event after it
        self.lost = max(number - expected, 0) if self.pages else 0
        self.dropped = meta.dropped.value_()
        self.overrun = meta.overrun.value_()
        self.read = reader.read.value_()

    def all_pages(self):
        """Oldest first, each with how many events were lost before it"""
        if self.held:
            yield self.held, 0
        lost = self.lost
        for page in self.pages:
            yield page, lost
            if page.events:
                lost = 0

    def events(self, lines):
        """Oldest first, the last so many of them; 0 are all"""
        found = []
        for page, lost in self.all_pages():
            for time, at, size in page.events:
                found.append(Event(time, self.cpu, lost, page.raw[at:at + size]))
                lost = 0
        return found[-lines:] if lines else found

    def bad(self):
        """How many pages made no sense"""
        return sum(page.bad for page, _ in self.all_pages())
