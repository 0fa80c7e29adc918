#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: docs/questions.md: each of its commands, as it stands there, gives the answer that is true of a known load
# requires: thorough program:hyptrace program:trace-cmd program:kvm-load file:per_cpu/cpu0/trace_pipe_raw
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset

# The page says sleep for as long as one wants to look. Here that is a known load: each sleep is the
# next of the files load.1, load.2 ...
mkdir bin
cat >bin/sleep <<'END'
#!/bin/sh
read -r n <sleeps
echo $((n + 1)) >sleeps
sh -e "load.$((n + 1))" >>loads 2>&1
END
# Busybox may come without: pgrep -o NAME
cat >bin/pgrep <<'END'
#!/bin/sh
grep -l "$2" /proc/[0-9]*/comm | head -n 1 | cut -d / -f 3
END
chmod +x bin/sleep bin/pgrep
cp "$(command -v kvm-load)" bin/qemu-system-aarch64

# commands_of NUMBER: what the page has for that question
commands_of() {
	awk -v n="$1." '/^## / { on = $2 == n } on && /^    / { print substr($0, 5) }' \
		"$TESTS/questions.md" >commands
	[ -s commands ] || fail "the page has no command for question $1"
}

# question NUMBER LOAD...: what the page says is done; the loads are for its sleeps in turn
question() {
	question=$1
	shift
	nr=0
	for load in "$@"; do
		nr=$((nr + 1))
		echo "$load" >load.$nr
	done
	echo 0 >sleeps
	: >loads
	commands_of "$question"
	rc=0
	PATH=$PWD/bin:$PATH bounded 60 sh commands >answer 2>err || rc=$?
	cat answer
	[ $rc -eq 0 ] || fail "question $question: status $rc: $(head -n 1 err) $(tail -n 1 loads)"
	assert_eq "question $question: loads that were run" "$(cat sleeps)" $nr
	! grep -q '^lost:' answer || fail "question $question: $(grep '^lost:' answer)"
	assert_file tracing_on 0
}

# count NAME: of a row of the answer
count() {
	awk -v name="$1" 'index($0, name " ") == 1 {
		print substr($0, length(name) + 1) + 0; found = 1; exit }
		END { if (!found) print 0 }' answer
}

# most_first: rows by what they took
most_first() {
	awk '/^(cause|vm|vcpu|task) / { on = 1; last = 1e30; next }
		/^all / { on = 0 }
		on && match($0, / +[0-9]+ +[0-9]+\.[0-9]+ /) {
			split(substr($0, RSTART), f)
			if (f[2] + 0 > last) print
			last = f[2] + 0
		}' answer >off
	[ ! -s off ] || fail "question $question: not the most time first: $(cat off)"
}

hvc300='kvm-load -c 0 -n 300 -t hvc'
mmio400='kvm-load -c 0 -n 400 -t mmio'
questions=$(grep -c '^## [0-9]*\. ' "$TESTS/questions.md")
assert_eq "questions" "$questions" 10

# A share is that of all the time that the CPUs had.
question 1 "$hvc300"
assert_eq "HVCs" "$(count guest_exit:HVC64)" 300
awk '/^events: / { us = $8; cpus = $11 }
	/^all / { all = $3; share = $4 + 0 }
	!/^(all|cause|events:) / { sum += $3 }
	END {
		d = all / us / cpus * 100 - share
		if (!all || d > 0.006 || d < -0.006) print "share of " all " us: " share "%"
		d = all - sum
		if (d > 0.5 || d < -0.5) print "the rows have " sum " us, all has " all
	}' answer >off
[ ! -s off ] || fail "question 1: $(cat off)"

# Two VMs, each with a load of its own
question 2 "$hvc300 & $mmio400 & wait"
assert_eq "HVCs" "$(count guest_exit:HVC64)" 300
# The guest's last word is a store, too.
assert_eq "stores" "$(count guest_exit:DABT_LOW)" 402
most_first
all=$(count all)

bin/qemu-system-aarch64 -n 0 -t wfi >qemu 2>&1 &
qemu=$!
question 3 "$hvc300" "$hvc300"
kill $qemu
wait $qemu || fail "kvm-load: $(cat qemu)"
most_first
assert_eq "stays by VM and by vCPU" "$(awk '/^all / { if (n++ < 2) printf "%s ", $2 }' answer)" \
	"$all $all "
vms=$(awk '/^vm 0x/ && !/ vcpu / { n++ } END { print n + 0 }' answer)
vcpus=$(grep -c -E '^(vm 0x[0-9a-f]* vcpu|vcpu of thread) ' answer)
if [ "$MODE" = nvhe ]; then
	[ "$(count 'vm not told')" -gt 700 ] || fail "VMs without handles are not one row"
else
	assert_eq "VMs" "$vms" 2
fi
assert_eq "vCPUs" "$vcpus" 2
# The third names who is there all the time; the last is of that process alone.
grep -q "^qemu-system-aar-$qemu  *[1-9]" answer || fail "by task there is no $qemu"
awk '/^events: / { n++ } n == 2' answer >last
grep -q '^guest_exit:WFx ' last || fail "nothing of the process that was asked for"
! grep '^guest_exit:HVC64 ' last || fail "stays of another process"
hyptrace export --format csv trace.dat >stays || fail "export: status $?"
assert_eq "HVCs by the task that makes them" "$(awk -F, '$4 == "\"guest_exit:HVC64\"" { n[$7]++ }
	END { for (i in n) print n[i] }' stays)" 300

question 4
longest=$(awk -F, 'NR > 1 && $2 > max { max = $2 } END { print max }' stays)
assert_eq "the longest stay" "$(sed -n 's/^1\. \([0-9]*\)\.\([0-9]*\) us on CPU .*/\1\2/p' answer |
	sed 's/^0*//')" "$longest"
assert_eq "its ends" "$(grep -o -E ' hyp_(enter|exit) ' answer | tr -d '\n')" \
	" hyp_enter  hyp_exit "
assert_eq "stays in the histogram" "$(awk '$2 == "->" { n += $5 } END { print n }' answer)" "$all"

# Of what the host asks for, not a word
question 5 "$mmio400"
assert_eq "stores" "$(awk '$1 == "guest_exit:DABT_LOW" { n += $2 } END { print n }' answer)" 401
! grep '^hvc:' answer || fail "the host's calls are no storm"

question 6 "$hvc300" "$mmio400"
grep -q '^guest_exit:HVC64 .* gone' answer || fail "HVCs are gone"
grep -q '^guest_exit:DABT_LOW .* more' answer || fail "stores are more"

question 7
! grep '^BAD' answer || fail "all is well"
on
sh commands >answer && fail "doctor is content with another who traces"
grep -q '^BAD  *use ' answer || fail "who traces is not told: $(cat answer)"
off

question 8
[ "$(wc -c <report.html)" -gt 200000 ] || fail "a page of $(wc -c <report.html) bytes"
grep -q guest_exit:HVC64 report.html || fail "no HVCs on the page"
[ "$(tail -c 9 report.html | tr -d '\n')" = '</html>' ] || fail "not a whole page"

question 9 "$hvc300"
assert_eq "HVCs" "$(sed -n 's/^hyptrace_stay_seconds_count{cause="guest_exit:HVC64"} //p' \
	hyptrace.prom)" 300

# Nothing was refused. What it says if something was, tests/hyptrace/run has.
question 10
if [ "$MODE" != nvhe ]; then
	trace-cmd report -N trace.dat 2>/dev/null | grep ' page_transition: ' >transitions
	[ -s transitions ] || fail "not one transition was recorded"
fi
[ ! -s answer ] || fail "transitions that failed: $(cat answer)"
wait_for 10 "unloads" is_unloaded
reset
