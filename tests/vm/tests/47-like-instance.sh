#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# description: trace_pipe_raw and trace_pipe do as an instance's do: splice, poll, mmap, flush, epoll
# requires: host thorough file:per_cpu/cpu0/trace_pipe_raw file:/sys/kernel/tracing/instances
# timeout: 240
# shellcheck source=../lib.sh
. "$TESTS/lib.sh"
reset
selftest_on
I=/sys/kernel/tracing/instances/like
mkdir $I || fail "there cannot be an instance"
KB=$((64 * PAGE_KB)) PAGE=$((PAGE_KB * 1024)) BYTES=$((16 * PAGE_KB * 1024))

# in_dir DIR OP...: what becomes of the operations there, from the same state each time
in_dir() {
	dir=$1
	shift
	echo 0 >"$dir/tracing_on"
	: >"$dir/trace"
	echo $KB >"$dir/buffer_size_kb"
	echo 50 >"$dir/buffer_percent"
	echo 1 >"$dir/tracing_on"
	bounded 20 fileops "$dir" "$@" 2>&1
}

# same OP...: the same here as in an instance
same() {
	theirs=$(in_dir $I "$@")
	ours=$(in_dir "$T" "$@")
	[ "$theirs" = "$ours" ] || fail "$*: an instance: $theirs, hypervisor: $ours"
	echo "both: $ours"
}

# differ THEIRS OURS OP...: a difference that is wanted: theirs is THEIRS, ours is OURS
differ() {
	want_theirs=$1 want_ours=$2
	shift 2
	assert_eq "$*: an instance" "$(in_dir $I "$@")" "$want_theirs "
	assert_eq "$*: hypervisor" "$(in_dir "$T" "$@")" "$want_ours "
}

# splice takes what the writer has left, and no part of a page; read takes all.
same raw events=1 splice-n=$BYTES nonblock splice=$BYTES read=$PAGE read=$PAGE
same raw pages=3 splice-n=$BYTES splice-n=$BYTES nonblock read=$PAGE read=$PAGE
same raw nonblock events=2 read=100 splice=$BYTES splice=1000
same raw nonblock pages=3 splice=1000 splice=$BYTES
same raw nonblock pages=3 read=100 splice=$BYTES
# Waiting for as much as buffer_percent says, and no less.
same raw events=1 bg splice=$BYTES join pages=10 join kill
same raw percent=100 pages=40 bg poll=50000 join pages=25 join
same raw poll=0 events=1 poll=200 pages=10 poll=200 pages=40 poll=200 nonblock read=$PAGE poll=0
same raw percent=0 poll=0 events=1 poll=200 nonblock read=$PAGE poll=0 events=1 poll=200
same raw events=1 percent=0 splice=$BYTES splice=$BYTES poll=0
same raw map events=1 bg get join pages=50 join
same raw map events=1 percent=0 get events=1 get bg get join kill
KB=7
# In an instance a recorder would wait in splice for what poll has told of, and save nothing.
differ "poll=200:in splice=$BYTES:EAGAIN poll=0:no" "poll=200:no splice=$BYTES:EAGAIN poll=0:no" \
	raw events=1 poll=200 nonblock splice=$BYTES poll=0
same raw events=1 nonblock read=$PAGE events=1 poll=200 pages=1 poll=200 splice=$BYTES read=$PAGE
KB=$((64 * PAGE_KB))
# Being woken for something else, and a descriptor that is closed.
same raw bg splice=$BYTES join wake join
same raw bg read=$PAGE join wake join off join close-dup join
same raw bg splice=$BYTES close-dup join read=$PAGE splice=$BYTES nonblock splice=$BYTES read=$PAGE
same raw map bg get wake join bg get off join unmap nonblock get
same raw percent=0 bg poll=30000 off join kill
same raw map raw bg get other wake join
# Who has it mapped waits each time, whatever became of the file and of tracing before.
same raw map close-dup bg get join pages=50 join
same raw map percent=0 events=1 get off bg get join kill
# Who began to wait while tracing was off, and whom tracing has overtaken that is on again.
same raw map off bg get join on off join
same raw map bg get off on join
# The program is stopped and goes on, and signals whose handlers have calls restarted.
for op in "raw splice=$BYTES" "raw read=$PAGE" "raw map get"; do
	# shellcheck disable=SC2086 # words
	same ${op% *} bg ${op##* } stop join pages=50 join
done
for op in "raw read=$PAGE" "raw map get"; do
	# shellcheck disable=SC2086 # words
	same ${op% *} bg ${op##* } restart pages=50 join
done
for op in splice=4096 read=4096; do
	same pipe bg $op stop join events=1 join
	same pipe bg $op restart events=1 join
done
# What the mapped page says when the trace is cleared, and when somebody else maps it.
same raw map events=3 percent=0 get meta clear meta events=2 get meta
got=$(in_dir "$T" raw map pages=200 percent=0 get meta map meta)
first=${got#*meta:}
first=${first%% *}
[ "${first##*,}" -gt 0 ] || fail "no event was lost, of which to tell: $got"
assert_eq "mapped twice" "${got##*meta:}" "$first "

# overwrite 0|1: in $dir; ours takes it while the rings are not there
overwrite() {
	off
	clear
	wait_for 10 "unloads" is_unloaded
	echo "$1" >"$dir/options/overwrite"
}

# All that was written has been read, though more was dropped.
KB=$((4 * PAGE_KB))
for dir in $I "$T"; do
	overwrite 0
	# shellcheck disable=SC2046 # words
	got=$(in_dir "$dir" raw map pages=20 percent=0 nonblock $(yes get | head -n 12) meta)
	overwrite 1
	# entries, read
	got=${got##*meta:} got=${got%,*}
	assert_eq "$dir: read, of a ring that was not overwritten" "${got#*,}" "${got%,*}"
done
KB=$((64 * PAGE_KB))
# What is not there.
same raw nonblock get ioctl=1 ioctl=21505 lseek=0 pread=0 read=0
same pipe nonblock ioctl=0 ioctl=1 lseek=0 pread=0 read=0
# Text, spliced.
same pipe nonblock splice=4096 splice-n=4096 events=2 splice=4096 splice=4096
same pipe bg splice=4096 join events=1 join bg splice=4096 kill
# A registration with epoll, once and for ever.
for ep in epoll epoll-et; do
	for file in pipe "raw percent=0"; do
		# shellcheck disable=SC2086 # a file, and what it needs
		same $file events=1 $ep wait=0 eat bg wait=30000 join events=1 join \
			eat bg wait=30000 events=1 join
	done
done
same pipe events=1 epoll-et wait=0 wait=200 bg wait=30000 events=1 join
same pipe epoll wait=0 wait=200 events=1 wait=3000 wait=0
same raw epoll wait=0 events=1 wait=200 pages=40 wait=3000
same raw percent=0 epoll wait=0 percent=50 events=1 wait=200 pages=40 wait=3000

# A slow stream is not mostly padding: 5000 events, which are smaller here.
theirs=$(in_dir $I raw trickle=1000)
ours=$(in_dir "$T" raw trickle=1000)
echo "1000 times 5 events: $theirs pages in an instance, $ours here"
n=${ours#*:} m=${theirs#*:}
if [ "${n% }" -eq 0 ] || [ "${n% }" -gt "${m% }" ]; then
	fail "a slow stream: $n pages, in an instance $m"
fi

# Who reads what another reads with the same descriptor can be killed.
for file in raw pipe cpupipe; do
	assert_eq "$file: two readers of one descriptor" \
		"$(in_dir "$T" $file bg read=$PAGE bg read=$PAGE kill kill)" \
		"kill:EINTR kill:EINTR "
done

# Differences that are wanted: docs/interface.md says why.
differ "join:sleeps kill:EINTR" "join:0 kill:none" raw bg splice=$BYTES off join kill
differ "splice=$BYTES:3 join:sleeps kill:EINTR" "splice=$BYTES:3 join:0 kill:none" \
	raw pages=3 splice=$BYTES bg splice=$BYTES off join kill
differ "read=$PAGE:1 join:sleeps kill:EINTR" "read=$PAGE:1 join:0 kill:none" \
	raw events=1 read=$PAGE bg read=$PAGE off join kill
differ "read=4096:some join:sleeps kill:EINTR" "read=4096:some join:0 kill:none" \
	pipe events=1 read=4096 bg read=4096 off join kill
differ "join:sleeps kill:EINTR" "join:0 kill:none" raw off bg splice=$BYTES on off join kill
differ "restart:stuck kill:EINTR" "restart:EINTR kill:none" raw bg splice=$BYTES restart kill
differ "read=1000000:some read=1000000:0 read=1000000:some" \
	"read=1000000:some read=1000000:0 read=1000000:0" \
	trace events=2 read=1000000 read=1000000 events=1 read=1000000
differ "poll=0:no poll=200:no" "poll=0:no poll=200:in" cpupipe poll=0 events=1 poll=200
reset
rmdir $I
