#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: remotes/ as in Linux 7.1: (loaded), (unloaded), and the size
# requires: host file:/sys/kernel/tracing/remotes/hypervisor
T=/sys/kernel/tracing/remotes/hypervisor
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
assert_file buffer_size_kb "7 (unloaded)"
echo 12 >$T/buffer_size_kb || fail "the size cannot be set"
assert_file buffer_size_kb "12 (unloaded)"
echo 1 >$T/tracing_on
assert_file buffer_size_kb "12 (loaded)"
! echo 13 2>/dev/null >$T/buffer_size_kb || fail "the size can be set while loaded"
echo 0 >$T/tracing_on
assert_file buffer_size_kb "12 (unloaded)"
! echo 0 2>/dev/null >$T/buffer_size_kb || fail "the size can be 0"
! echo 999999999999 2>/dev/null >$T/buffer_size_kb || fail "the size can be insane"
assert_file buffer_size_kb "12 (unloaded)"
reset
