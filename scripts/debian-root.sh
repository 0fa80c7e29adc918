# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# A root of a Debian release, as small as there is, for as long as something is done in it. Sourced
# after lib.sh.
#
# mmdebstrap makes it, in a mount namespace of its own: what is mounted goes with it, whichever way
# it ends. If it is broken off, the root's files are left, and go when the next one is made. Who is
# not root needs uidmap and lines in /etc/subuid and /etc/subgid. What was downloaded is kept in
# BUILD/deb/cache.
#   MIRROR=URL   of the archive (http://deb.debian.org/debian)

# debian_root RELEASE IN OUT SCRIPT: have "sh -eu -c SCRIPT" run in a root of RELEASE, with the
# folder IN at /in; what it leaves in /out goes to OUT, however it ends. apt has packages for the
# machine's own architecture there, and for $OTHER, amd64 or arm64.
debian_root() {
	local release=$1 in=$2 out=$3 script=$4 native
	local mirror=${MIRROR:-http://deb.debian.org/debian}
	local cache=$BUILD/deb/cache/$release tmp=$BUILD/deb/root.tmp
	local archives=/var/cache/apt/archives apart=()
	native=$(dpkg --print-architecture)
	case $native in
	amd64) export OTHER=arm64 ;;
	arm64) export OTHER=amd64 ;;
	*) die "this works on amd64 and arm64, and here is $native" ;;
	esac
	lock_build
	rm -rf --one-file-system "$tmp"
	mkdir -p "$cache" "$tmp" "$out"
	# Who is root in a user namespace is somebody else outside of it.
	chmod 755 "$tmp"
	# For others it does that by itself.
	[ "$(id -u)" -ne 0 ] || apart=(unshare --mount --propagation private)
	# Hooks that are mmdebstrap's own take words as a shell does, the others are a shell's.
	# shellcheck disable=SC2016 # the hooks' shell expands it
	TMPDIR=$tmp HYPTRACE_IN_ROOT=$script "${apart[@]}" mmdebstrap --variant=minbase \
		--architectures="$native,$OTHER" --dpkgopt=force-unsafe-io \
		--aptopt='APT::Install-Recommends "false"' \
		--skip=essential/unlink,cleanup/apt \
		--setup-hook="mkdir -p \"\$1$archives\"" \
		--setup-hook="sync-in $(printf %q "$cache") $archives" \
		--customize-hook='mkdir "$1/in" "$1/out"' \
		--customize-hook="sync-in $(printf %q "$in") /in" \
		--customize-hook='! DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
			chroot "$1" sh -eu -c "$HYPTRACE_IN_ROOT" || touch "$1/out/.ended"' \
		--customize-hook="sync-out $archives $(printf %q "$cache")" \
		--customize-hook="sync-out /out $(printf %q "$out")" \
		"$release" /dev/null "deb $mirror $release main" \
		"deb $mirror-security $release-security main" </dev/null || return
	rm -rf "$tmp"
	# There if SCRIPT ended well
	rm "$out/.ended" 2>/dev/null
}
