# SPDX-License-Identifier: GPL-2.0
"""Events as lines of text, by libtraceevent"""

import ctypes

from .memory import Error


class Seq(ctypes.Structure):
    """libtraceevent's struct trace_seq"""
    _fields_ = [("buffer", ctypes.c_void_p), ("buffer_size", ctypes.c_uint),
                ("len", ctypes.c_uint), ("readpos", ctypes.c_uint), ("state", ctypes.c_int)]


class Record(ctypes.Structure):
    """libtraceevent's struct tep_record"""
    _fields_ = [("ts", ctypes.c_ulonglong), ("offset", ctypes.c_ulonglong),
                ("missed_events", ctypes.c_longlong), ("record_size", ctypes.c_int),
                ("size", ctypes.c_int), ("data", ctypes.c_void_p), ("cpu", ctypes.c_int),
                ("ref_count", ctypes.c_int), ("locked", ctypes.c_int), ("priv", ctypes.c_void_p)]


class Printer:
    """Events as text"""

    def __init__(self, remote, records, rings):
        self.remote = remote
        self.records = records
        try:
            self.lib = ctypes.CDLL("libtraceevent.so.1", use_errno=True)
        except OSError as error:
            raise Error(f"there is no libtraceevent: {error}",
                        "apt-get install libtraceevent1") from error
        self.lib.tep_alloc.restype = ctypes.c_void_p
        self.tep = ctypes.c_void_p(self.lib.tep_alloc())
        self.lib.tep_set_page_size(self.tep, remote.layout.size)
        self.lib.tep_set_long_size(self.tep, 8)
        header = remote.header_page().encode()
        self.lib.tep_parse_header_page(self.tep, header, ctypes.c_ulong(len(header)), 8)
        for system, formats in remote.formats.items():
            for name, text in formats.items():
                text = text.encode()
                if self.lib.tep_parse_event(self.tep, text, ctypes.c_ulong(len(text)),
                                            system.encode()):
                    raise Error(f"libtraceevent does not take the format of {system}:{name}",
                                "A later libtraceevent may.")
        symbols, formats, _ = records.known(rings)
        for address, name in symbols.items():
            self.lib.tep_register_function(self.tep, name.encode(), ctypes.c_ulonglong(address),
                                           None)
        for address, text in formats.items():
            self.lib.tep_register_print_string(self.tep, text.encode(),
                                               ctypes.c_ulonglong(address))
        self.seq = Seq()

    def _info(self, event):
        data = ctypes.create_string_buffer(event.data, len(event.data))
        record = Record(ts=event.time, cpu=event.cpu, size=len(event.data), record_size=len(data),
                        data=ctypes.addressof(data), ref_count=1)
        seq = ctypes.byref(self.seq)
        self.lib.trace_seq_init(seq)
        self.lib.tep_print_event(self.tep, seq, ctypes.byref(record), b"%s", b"INFO")
        text = ctypes.string_at(self.seq.buffer, self.seq.len).decode(errors="replace")
        self.lib.trace_seq_destroy(seq)
        return text.rstrip("\n")

    def _stack(self, data):
        lines = ["<stack trace>"]
        for address in self.records.callers(data):
            # A call may be a function's last instruction
            found = self.records.symbol(address - 1)
            lines.append(f" => {found[0]}+0x{address - found[1]:x}/0x{found[2]:x}" if found else
                         f" => 0x{address:x}")
        return "\n".join(lines)

    def line(self, event):
        """The lines of an event"""
        number = self.records.id(event.data)
        if number == self.remote.stack_id:
            text = self._stack(event.data)
        elif len(event.data) >= self.remote.sizes.get(number, 1 << 32):
            text = f"{self.remote.names[number]} {self._info(event)}"
        else:
            text = f"(bad event: id {number or 0}, {len(event.data)} bytes)"
        usecs = (event.time + 500) // 1000
        line = f"[{event.cpu:03d}]\t{usecs // 1000000:5d}.{usecs % 1000000:06d}: {text}"
        if event.lost:
            line = f"CPU:{event.cpu} [LOST {event.lost} EVENTS]\n{line}"
        return line
