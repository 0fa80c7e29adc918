# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What every script here needs: where things are, how to speak, how to fail.
# Sourced with ROOT unset; sets ROOT, BUILD, OVERLAY, PATCHES, JOBS and the KERNEL_* variables.

# shellcheck source=family.sh
. "${BASH_SOURCE[0]%/*}/family.sh"

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# All four can be given in the environment, to try something without touching the usual place.
BUILD=${BUILD:-$ROOT/build}
OVERLAY=${OVERLAY:-$ROOT/overlay}
PATCHES=${PATCHES:-$ROOT/patches/6.12}
CONFIGS=${CONFIGS:-$ROOT/configs}
JOBS=${JOBS:-$(nproc)}
# A relative BUILD means relative to where the person stands, not to where a script happens to cd.
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
case $OVERLAY in /*) ;; *) OVERLAY=$PWD/$OVERLAY ;; esac
case $PATCHES in /*) ;; *) PATCHES=$PWD/$PATCHES ;; esac
case $CONFIGS in /*) ;; *) CONFIGS=$PWD/$CONFIGS ;; esac

# shellcheck source=../KERNEL
. "$ROOT/KERNEL"

# What the kernel's make calls LLVM: "-19" for clang-19 and its tools, nothing for gcc.
export KERNEL_LLVM=${KERNEL_LLVM:-}

# Sorting and messages must not depend on the machine's language: hashes and greps rely on them.
export LC_ALL=C

# Called from make, its flags and variables would reach the kernel's make as if meant for it;
# so would a kernel developer's own environment.
unset MAKEFLAGS MFLAGS GNUMAKEFLAGS MAKELEVEL KBUILD_OUTPUT O KCFLAGS KCPPFLAGS KAFLAGS \
	INSTALL_MOD_PATH ARCH CROSS_COMPILE LLVM

# Scripts called by scripts count on from where the first began.
export HYPTRACE_T0=${HYPTRACE_T0:-$EPOCHSECONDS}

# step TEXT: what is happening now, with the time since it all began
step() {
	local t=$((EPOCHSECONDS - HYPTRACE_T0))
	printf '[%d:%02d] %s\n' $((t / 60)) $((t % 60)) "$*"
}

# die WHAT [MEND...]: one line that says what is wrong, one per remedy, and out
die() {
	printf '%s: error: %s\n' "${0##*/}" "$1" >&2
	shift
	[ $# -eq 0 ] || printf '    %s\n' "$@" >&2
	exit 1
}

warn() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# "set -e" ends a script without a word; a person should know where.
set -E
trap 'warn "stopped at line $LINENO: $BASH_COMMAND"' ERR

# Hash of names and contents below the given paths; a path that does not exist counts as empty.
hash_of() {
	local p
	for p in "$@"; do
		[ ! -e "$p" ] || find "$p" -type f ! -name '*~' ! -name '.*.sw?' -print0
	done | sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1
}

# hashes DIR: "SHA256 PATH" of each file below DIR that is there and that standard input names, a
# path a line
hashes() {
	local f
	[ -d "$1" ] || return 0
	(
		cd "$1" || exit
		while read -r f; do
			[ ! -f "$f" ] || printf '%s\0' "$f"
		done | xargs -0 -r sha256sum -- | sed 's/  / /'
	)
}

# read_hashes NAME: what hashes() prints, from standard input into the array NAME: hashes by path
read_hashes() {
	local -n by_path=$1
	local sha f
	while read -r sha f; do
		# shellcheck disable=SC2034,SC2004 # it is the caller's
		by_path[$f]=$sha
	done
}

# build_plugin NAME FILE: tests/vm/plugin/NAME.c, for the QEMU that is there
build_plugin() {
	local version=1 major
	# From QEMU 9 on plugins must be of version 2 at least, before it there was none.
	major=$(qemu-system-aarch64 --version | sed -n 's/.* version \([0-9]*\)\..*/\1/p')
	[ "$major" -lt 9 ] || version=2
	gcc -shared -fPIC -O2 -Wall -Wextra -Werror -DPLUGIN_VERSION=$version -o "$2" \
		"$ROOT/tests/vm/plugin/$1.c" ||
		die "tests/vm/plugin/$1.c does not compile; the compiler's words are above"
}

# report_dat OPTIONS...: "trace-cmd report", as it was before 3.3, from when on it has interrupts,
# preemption and the like between the CPU and the time. The guest's is in tests/vm/lib.sh.
report_dat() {
	trace-cmd report "$@" | sed 's/\(\[[0-9]*\]\) [^ :0-9][^ :]\{4\} */\1 /'
}

# row_says NAME WHAT: what the line "# WHAT: ..." in the head of configs/kernels/NAME.config says
row_says() {
	sed -n "1,20s/^# $2:[[:space:]]*//p" "$CONFIGS/kernels/$1.config"
}

# One build at a time in one build directory; the second waits and says so. Children inherit it.
lock_build() {
	mkdir -p "$BUILD"
	[ "${HYPTRACE_LOCKED:-}" = "$BUILD" ] && return
	exec 9>"$BUILD/.lock"
	if ! flock -n 9; then
		step "another build is running in $BUILD; waiting for it"
		flock 9
	fi
	export HYPTRACE_LOCKED=$BUILD
}

# What kernels are built for, as the kernel's make calls it, and the compiler's prefix: none on a
# machine of that kind, Debian's cross compiler elsewhere.
export KERNEL_ARCH=${KERNEL_ARCH:-arm64}
# shellcheck disable=SC2034 # used by those who source this
case $KERNEL_ARCH:$(uname -m) in
arm64:aarch64 | x86_64:x86_64) CROSS= ;;
arm64:*) CROSS=aarch64-linux-gnu- ;;
*) CROSS=$KERNEL_ARCH-linux-gnu- ;;
esac

# overlay_files: the overlay's files, relative to the tree, sorted
overlay_files() {
	[ -d "$OVERLAY" ] || return 0
	(cd "$OVERLAY" && find . -type f ! -name '*~' ! -name '.*.sw?' ! -name '*.orig' \
		! -name '*.rej' | sed 's,^\./,,' | sort)
}

# patch_names: the series, in order, without comments
patch_names() {
	[ -f "$PATCHES/series" ] || return 0
	sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$PATCHES/series"
}

# patch_files PATCH: the files that it changes, relative to the tree
patch_files() {
	sed -n 's,^+++ b/\([^[:space:]]*\).*,\1,p' "$1"
}

# tree_version DIR: 6.12.117, from the tree's own Makefile
tree_version() {
	sed -n 's/^VERSION = //p;s/^PATCHLEVEL = //p;s/^SUBLEVEL = //p' "$1/Makefile" |
		head -n 3 | paste -sd.
}

# check_tree DIR: is it a kernel tree of the series we are made for?
check_tree() {
	local v newest
	if [ ! -f "$1/Kbuild" ] || [ ! -d "$1/arch/arm64/kvm" ]; then
		die "'$1' is not a Linux source tree" \
			"Give the top of an unpacked tree: KSRC=~/linux-$KERNEL_SERIES"
	fi
	v=$(tree_version "$1")
	case $v in
	"$KERNEL_SERIES".*) ;;
	*) die "'$1' is Linux $v; hyptrace is made for $KERNEL_SERIES.y" \
		"Install $KERNEL_PACKAGE, or give a $KERNEL_SERIES tree with KSRC=" ;;
	esac
	newest=$(printf '%s\n%s\n' "$v" "$KERNEL_TESTED" | sort -V | tail -n 1)
	[ "$newest" = "$KERNEL_TESTED" ] || [ -n "${HYPTRACE_NEWER_SAID:-}" ] ||
		warn "Linux $v is newer than the last tested $KERNEL_TESTED; trying it"
	export HYPTRACE_NEWER_SAID=1
}
