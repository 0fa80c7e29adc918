# SPDX-License-Identifier: GPL-2.0
"""What a remote is, which events it has, and what their records say"""

import struct

from .memory import Error
from .ring import Layout, Ring


def string(obj):
    """A C string"""
    return obj.string_().decode(errors="replace")


def field_line(field):
    """A field as ftrace's format files have it"""
    kind, name = string(field.type), string(field.name)
    if "[" in kind and not kind.startswith("__data_loc"):
        length = field.len.value_()
        kind = kind[:kind.index("[")]
        name = f"{name}[{length if length else ''}]"
    return f"\tfield:{kind} {name};\toffset:{field.offset.value_()};" \
           f"\tsize:{field.size.value_()};\tsigned:{int(bool(field.is_signed))};\n"


class Remote:
    """What writes the rings, and how its events look"""

    def __init__(self, prog, name):
        from drgn.helpers.linux.list import list_for_each_entry

        self.prog = prog
        self.name = name
        names = []
        remotes = prog.variable("remotes", "remote_trace/tree.c")
        for remote in list_for_each_entry("struct remote_trace", remotes.address_of_(), "list"):
            names.append(string(remote.name))
            if names[-1] == name:
                self.remote = remote
                break
        else:
            raise Error(f"there is no '{name}' in this dump",
                        f"--remote takes one of these: {' '.join(names)}" if names else
                        "Nothing had registered: KVM was in VHE or not there when the kernel "
                        "started.")
        self.layout = Layout(prog)
        self.stack_id = prog.constant("TRACE_STACK").value_()
        self.bprint_id = prog.constant("TRACE_BPRINT").value_()
        self._formats()

    def _fields(self, head):
        from drgn.helpers.linux.list import list_for_each_entry

        # The list is kept newest first
        fields = list_for_each_entry("struct ftrace_event_field", head, "link")
        return "".join(field_line(f) for f in reversed(list(fields)))

    def _format(self, name, number, head, print_fmt):
        common = self.prog.variable("ftrace_common_fields", "trace_events.c").address_of_()
        return f"name: {name}\nID: {number}\nformat:\n{self._fields(common)}\n" \
               f"{self._fields(head)}\nprint fmt: {print_fmt}\n"

    def _formats(self):
        """formats: text by system and name; names, and sizes of the smallest records: by id"""
        self.names, self.sizes = {}, {}
        self.formats = {self.name: {}, "ftrace": {}}
        for i in range(self.remote.nr_events.value_()):
            call = self.remote.events[i].call
            name = string(call.name)
            if call.flags & self.prog.constant("TRACE_EVENT_FL_TRACEPOINT"):
                name = string(call.tp.name)
            number = call.event.type.value_()
            self.names[number] = name
            self.sizes[number] = self.remote.events[i].size.value_()
            head = getattr(call, "class").fields.address_of_()
            # What a remote has of ftrace's own is ftrace's to every tool
            system, as_name = self.name, name
            if number == self.bprint_id:
                system, as_name = "ftrace", "bprint"
            self.formats[system][as_name] = self._format(as_name, number, head,
                                                         string(call.print_fmt))
        stack = self.prog["event_kernel_stack"]
        head = getattr(stack, "class").fields.address_of_()
        self.formats["ftrace"]["kernel_stack"] = self._format("kernel_stack", self.stack_id, head,
                                                              string(stack.print_fmt))

    def header_page(self):
        """As events/header_page has it"""
        off = self.layout.offsets
        line = "\tfield: {};\toffset:{};\tsize:{};\tsigned:{};\n"
        return line.format("u64 timestamp", off["time_stamp"], 8, 0) + \
            line.format("local_t commit", off["commit"], 8, 1) + \
            line.format("int overwrite", off["commit"], 1, 1) + \
            line.format("char data", self.layout.data, self.layout.size - self.layout.data, 1)

    @staticmethod
    def header_event():
        """As events/header_event has it"""
        return "# compressed entry header\n\ttype_len    :    5 bits\n" \
               "\ttime_delta  :   27 bits\n\tarray       :   32 bits\n\n" \
               "\tpadding     : type == 29\n\ttime_extend : type == 30\n" \
               "\ttime_stamp : type == 31\n\tdata max type_len  == 28\n"

    def rings(self):
        """Those of the possible CPUs"""
        if not self.remote.readable:
            raise Error(f"{self.name}: there are no events: its rings are not loaded",
                        "They are while tracing is on, somebody reads, or there is something to "
                        "read.")
        words = self.prog["__cpu_possible_mask"].bits
        return [Ring(self.prog, self.layout, self.remote.cpus[cpu], cpu)
                for cpu in range(64 * words.type_.length)
                if words[cpu // 64].value_() >> cpu % 64 & 1]


class Records:
    """Fields of records, and what they point to in the kernel"""

    def __init__(self, remote):
        self.remote = remote
        self.prog = remote.prog
        entry = self.prog.type("struct trace_entry")
        self.entry = {m.name: m.bit_offset // 8 for m in entry.members}
        self.entry_size = entry.size
        self.stack = self._offset("struct stack_entry")
        self.bprint = self._offset("struct bprint_entry")

    def _offset(self, name):
        return {m.name: m.bit_offset // 8 for m in self.prog.type(name).members}

    def id(self, data):
        """Which event it is, or None"""
        if len(data) < self.entry_size:
            return None
        return struct.unpack_from("<H", data, self.entry["type"])[0]

    def pid(self, data):
        """On whose behalf"""
        return struct.unpack_from("<i", data, self.entry["pid"])[0]

    def callers(self, data):
        """Addresses of a call stack, no more than are there"""
        at = self.stack["caller"]
        if len(data) < at:
            return []
        count = struct.unpack_from("<i", data, self.stack["size"])[0]
        count = max(0, min(count, (len(data) - at) // 8))
        return struct.unpack_from(f"<{count}Q", data, at)

    def printk(self, data):
        """Where a text comes from, and the address of its format"""
        if len(data) < self.bprint["buf"]:
            return None
        return struct.unpack_from("<Q", data, self.bprint["ip"])[0], \
            struct.unpack_from("<Q", data, self.bprint["fmt"])[0]

    def symbol(self, address):
        """Name, first address and size of the function there, or None"""
        try:
            found = self.prog.symbol(address)
        except LookupError:
            return None
        return found.name, found.address, found.size

    def comm(self, pid):
        """What a thread is called, or None"""
        from drgn.helpers.linux.pid import find_task

        if not pid:
            return None
        task = find_task(self.prog, pid)
        return string(task.comm) if task else None

    def known(self, rings):
        """Functions, formats and threads that the records name: dicts by address and pid"""
        # Tools go by where the next function begins, so the last must have one, too
        symbols = {self.prog.symbol("_end").address: "_end"}
        formats, comms = {}, {}
        for ring in rings:
            for event in ring.events(0):
                number = self.id(event.data)
                if number is None:
                    continue
                pid = self.pid(event.data)
                if pid not in comms:
                    comms[pid] = self.comm(pid)
                addresses = []
                if number == self.remote.stack_id:
                    addresses = [a - 1 for a in self.callers(event.data)]
                elif number == self.remote.bprint_id and self.printk(event.data):
                    ip, fmt = self.printk(event.data)
                    addresses = [ip]
                    if fmt not in formats:
                        formats[fmt] = self._text(fmt)
                for address in addresses:
                    found = self.symbol(address)
                    if found:
                        symbols[found[1]] = found[0]
        return symbols, {a: t for a, t in formats.items() if t is not None}, \
            {p: c for p, c in comms.items() if c}

    def _text(self, address):
        try:
            return self.prog.object("char", address=address).address_of_().string_().decode()
        except Exception:  # whatever a record claims to be an address
            return None
