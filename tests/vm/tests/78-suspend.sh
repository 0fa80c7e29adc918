#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: a machine that sleeps, and one that is about to hibernate: readers and writers go on
# requires: alone cpus:2 thorough file:/sys/power/pm_test file:/sys/class/rtc/rtc0/wakealarm
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
PAGE=$((PAGE_KB * 1024))
put buffer_size_kb 4096
on

# put_power FILE VALUE: write it, which must work; else the log tells why it does not
put_power() {
	power_got=$(tryio write "$1" "$2")
	[ "$power_got" = ok ] || fail "writing '$2' to $1: $power_got: $(dmesg | tail -n 3)"
}

# To idle, until an alarm
prepare_idle() {
	echo 0 >/sys/class/rtc/rtc0/wakealarm
	echo +$((4 * SLOW)) >/sys/class/rtc/rtc0/wakealarm
	state=freeze
}

# All that is done before memory is written to a disk: devices, CPUs, interrupts, KVM
prepare_hibernate() {
	put_power /sys/power/pm_test core
	state=disk
}
put_power /sys/module/suspend/parameters/pm_test_delay 1

# Sleeping takes seconds, so not all is tried in both ways.
for how in idle hibernate; do
	ops="raw:splice=$PAGE:1 pipe:poll=60000:in" modes=splice
	[ $how = idle ] || ops="$ops raw:read=$PAGE:1 raw:map:get:0 pipe:read=$PAGE:some"
	[ $how = idle ] || modes="splice mmap"

	# Who waits still waits, and gets what comes then: nobody has sent it a signal. Who splices
	# is woken by the first event, when there may be no page yet, and does not wait again.
	for op in $ops; do
		prepare_$how
		want=${op##*:} op=${op%:*}
		# shellcheck disable=SC2046 # several words
		got=$(bounded 30 fileops "$T" percent=0 $(echo "${op%:*}" | tr : ' ') \
			bg "${op##*:}" "power=$state" join pages=5 join 2>&1)
		[ "$op $got" != "raw:splice=$PAGE join:sleeps join:0 " ] || want=0
		assert_eq "$how, $op" "${got##*map:0 }" "join:sleeps join:$want "
		clear
	done

	# Nor does he keep his pipe locked, for which somebody waits who cannot be frozen.
	for file in raw pipe; do
		prepare_$how
		got=$(bounded 60 fileops "$T" $file percent=0 bg splice=$PAGE bg drain \
			"power=$state" join join 2>&1)
		assert_eq "$how, $file, and somebody at the pipe" "$got" "join:EAGAIN join:sleeps "
		clear
	done

	# Who reads what is written meanwhile loses nothing.
	for mode in $modes; do
		start_writers "0 1"
		readers=
		for cpu in 0 1; do
			rawread -m "$mode" -d finished -t $((60 * SLOW)) -s sum.$cpu -c $cpu "$T" \
				>out.$cpu 2>err.$cpu &
			readers="${readers:+$readers }$!"
		done
		prepare_$how
		put_power /sys/power/state "$state"
		end_writers
		touch finished
		wait_all "$how, $mode: $(cat err.0 err.1)" "${readers% *}" "${readers##* }"
		for cpu in 0 1; do
			evcheck -u "$(range_of $cpu)" <out.$cpu >res 2>&1 ||
				fail "$how, $mode, CPU $cpu: $(tail -n 1 res)"
			echo "$how, $mode, CPU $cpu: $(cat sum.$cpu)"
		done
		rm -f finished
		clear
	done

	# The time asleep has passed for the hypervisor's clock, too.
	put_power /sys/power/pm_test none
	for cpu in 0 1; do
		late=$(taskset -c $cpu evtime -n 20 "$T" 2>&1) || fail "$how, CPU $cpu: $late"
		echo "$how, CPU $cpu: $late"
	done
done
reset
