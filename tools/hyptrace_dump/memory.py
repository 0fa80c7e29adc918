# SPDX-License-Identifier: GPL-2.0
"""The memory of a kernel that crashed, as drgn reads it"""

import os
import struct
import subprocess
import tempfile


class Error(Exception):
    """What is wrong, and what to do about it"""

    def __init__(self, what, *mends):
        super().__init__(what)
        self.mends = mends


def import_drgn():
    """drgn, which --help must do without"""
    try:
        import drgn
    except ImportError as error:
        raise Error(f"there is no drgn for this Python: {error}",
                    "apt-get install python3-drgn, or pip install drgn") from error
    return drgn


class Command:
    """
    An ELF dump that a command reads, in blocks, and only what is needed of it

    Below a protected hypervisor that is all that may be read: a block that belongs to it, and the
    machine is gone.
    """

    BLOCK = 4096

    def __init__(self, command):
        self.command = command
        self.blocks = {}
        head = self.read(0, 64)
        if head[:6] != b"\x7fELF\2\1":
            raise Error("what the command gives is no ELF file of 64 bits, little-endian")
        offset, size, count = struct.unpack_from("<Q14xHH", head, 32)
        table = self.read(offset, size * count)
        # type, flags, offset, virtual and physical address, bytes in the file and in memory
        self.segments = [struct.unpack_from("<IIQQQQQ", table, i * size) for i in range(count)]
        self.loads = [s for s in self.segments if s[0] == 1]

    def _block(self, number):
        if number not in self.blocks:
            env = {**os.environ, "FIRST": str(number), "COUNT": "1"}
            got = subprocess.run(self.command, shell=True, env=env, stdout=subprocess.PIPE,
                                 check=False)
            if got.returncode or len(got.stdout) != self.BLOCK:
                raise Error(f"the command gave {len(got.stdout)} bytes of block {number} and "
                            f"ended with status {got.returncode}")
            self.blocks[number] = got.stdout
        return self.blocks[number]

    def read(self, offset, size):
        """Bytes of the dump"""
        first, last = offset // self.BLOCK, (offset + size - 1) // self.BLOCK
        raw = b"".join(self._block(b) for b in range(first, last + 1))
        return raw[offset - first * self.BLOCK:][:size]

    def core_dump(self, prog):
        """Make a program's memory what the command reads"""
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(max(s[2] + s[5] for s in self.segments))
            notes = [s for s in self.segments if s[0] != 1]
            for offset, size in [(0, 4096)] + [(s[2], s[5]) for s in notes]:
                file.seek(offset)
                file.write(self.read(offset, size))
            file.flush()
            prog.set_core_dump(file.name)
        for _, _, offset, virtual, physical, size, _ in self.loads:
            def read(_address, count, at, _physical, offset=offset):
                return self.read(offset + at, count)
            prog.add_memory_segment(physical, size, read, True)
            prog.add_memory_segment(virtual, size, read, False)


def open_dump(vmcore, vmlinux, command):
    """A drgn program of the dump"""
    drgn = import_drgn()
    for path in (vmlinux,) if command else (vmcore, vmlinux):
        if not os.access(path, os.R_OK):
            raise Error(f"{path} is not there or cannot be read")
    prog = drgn.Program()
    try:
        if command:
            Command(vmcore).core_dump(prog)
        else:
            prog.set_core_dump(vmcore)
    except (OSError, ValueError, drgn.FaultError) as error:
        raise Error(f"{vmcore} is no dump that drgn reads: {error}",
                    "It takes ELF (a copy of /proc/vmcore) and what makedumpfile writes, whole.") \
            from error
    mend = "It takes the vmlinux of the very kernel that crashed, built with " \
           "CONFIG_DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT=y (Debian: linux-image-...-dbg)."
    try:
        prog.load_debug_info([vmlinux])
    except Exception as error:
        raise Error(f"{vmlinux} does not go with {vmcore}: {error}", mend) from error
    try:
        prog.type("struct remote_trace")
    except LookupError as error:
        raise Error(f"{vmlinux} does not say what struct remote_trace is: it has no debug "
                    "information, is another kernel's, or has no hyptrace", mend) from error
    return prog
