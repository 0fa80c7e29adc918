#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: dump_on_panic takes 0, 1 or lines a CPU, and nothing else; tests/vm/panic tests the dump
# requires: host file:dump_on_panic
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
assert_file dump_on_panic 0
for v in 1 5 10000 0 1; do
	put dump_on_panic $v
	assert_file dump_on_panic $v
	for bad in -1 10001 x "" "1 x" 99999999999999999999; do
		assert_refused dump_on_panic "$bad" EINVAL ERANGE
	done
done
# It makes no difference while nobody panics: loading, tracing and unloading go as ever.
selftest_on
on
write_event 1
assert_ids "with dump_on_panic on" 1
off
assert_unloaded "with dump_on_panic on"
for where in remotes instances; do
	put "../$where/hypervisor/dump_on_panic" 6
	assert_file dump_on_panic 6
	put dump_on_panic 0
done
reset
