#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: filter is there, reads "none", can be cleared, and says that it cannot filter
# requires: host file:events/hypervisor/selftest/filter file:events/hypervisor/filter
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
for f in events/hypervisor/selftest/filter events/hypervisor/filter; do
	# trace-cmd clears every filter there is before it does anything else.
	assert_eq "clearing $f" "$(tryio write "$T/$f" 0)" ok
	assert_refused $f "id == 1" EOPNOTSUPP
	assert_refused $f "rubbish" EOPNOTSUPP EINVAL
done
for f in "$T"/events/hypervisor/*/filter; do
	assert_eq "$f" "$(cat "$f")" none
done
# It did not filter either.
selftest_on
on
write_event 1
write_event 2
assert_ids "ids after refused filters" "1 2"
reset
