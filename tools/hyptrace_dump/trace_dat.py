# SPDX-License-Identifier: GPL-2.0
"""Events as a trace.dat"""

import struct


def write_trace_dat(path, remote, records, rings):
    """A trace.dat of version 6, as trace-cmd's manual page trace-cmd.dat.v6(5) describes it"""
    symbols, formats, comms = records.known(rings)

    def counted(kind, text):
        raw = text if isinstance(text, bytes) else text.encode()
        return struct.pack(kind, len(raw)) + raw

    size = remote.layout.size
    out = b"\x17\x08\x44tracing6\0" + struct.pack("<BBI", 0, 8, size)
    out += b"header_page\0" + counted("<Q", remote.header_page())
    out += b"header_event\0" + counted("<Q", remote.header_event())
    own = remote.formats["ftrace"]
    out += struct.pack("<I", len(own)) + b"".join(counted("<Q", f) for f in own.values())
    events = remote.formats[remote.name]
    out += struct.pack("<I", 1) + remote.name.encode() + b"\0" + struct.pack("<I", len(events))
    out += b"".join(counted("<Q", f) for f in events.values())
    out += counted("<I", "".join(f"{a:x} T {n}\n" for a, n in sorted(symbols.items())))
    quoted = ((a, t.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"'))
              for a, t in sorted(formats.items()))
    out += counted("<I", "".join(f'0x{a:x} : "{t}"\n' for a, t in quoted))
    out += counted("<Q", "".join(f"{p} {c}\n" for p, c in sorted(comms.items())))
    out += struct.pack("<I", len(rings)) + b"options  \0" + struct.pack("<H", 0) + b"flyrecord\0"

    # An entry for each CPU: where its pages are, and their bytes
    at = len(out) + 16 * len(rings)
    table, pages = b"", []
    for ring in rings:
        at += -at % size
        raw = b"".join(page.binary(lost) for page, lost in ring.all_pages() if page.events)
        table += struct.pack("<QQ", at, len(raw))
        pages.append((at, raw))
        at += len(raw)
    with open(path, "wb") as file:
        file.write(out + table)
        for at, raw in pages:
            file.write(b"\0" * (at - file.tell()) + raw)
