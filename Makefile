# SPDX-License-Identifier: GPL-2.0
# The one entry. Each target is a script that can be run by hand as well.
#
# BUILD=dir   everything made goes there (build/)
# KSRC=dir    a 6.12 tree to build from, instead of Debian's; for apply and unapply, the tree; for
#             bench-upstream, one of 7.1 or later
# JOBS=n      compile jobs (all CPUs)
# ROWS=names  of the kernels that check-kernels tries (all of configs/kernels/)

BUILD ?= build
export BUILD := $(abspath $(BUILD))
export KSRC JOBS OVERLAY PATCHES
# An empty variable is not the same as none.
ifeq ($(strip $(JOBS)),)
unexport JOBS
endif
ifeq ($(strip $(OVERLAY)),)
unexport OVERLAY
endif
ifeq ($(strip $(PATCHES)),)
unexport PATCHES
endif

# Kernel builds bring their own jobs; targets here run one after the other.
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
MAKEOVERRIDES =

.PHONY: help demo check check-long check-kernels fuzz kernel debug-kernel bare-kernel initramfs \
	hyptrace board vm bench bench-growth bench-upstream lint apply unapply series deb \
	deb-hyptrace clean packages
.DEFAULT_GOAL := help

help: ## this list
	@echo "hyptrace: traces of arm64's protected hypervisor, in tracefs"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24
	@echo
	@echo "BUILD=dir puts everything made elsewhere; KSRC=dir takes another 6.12 source tree."

packages: ## install the Debian packages that are missing (root or sudo)
	@scripts/packages

demo: packages ## from nothing to a hypervisor's events on your terminal
	@scripts/demo

check: packages ## the tests (about an hour on 2 CPUs); ends with "N passed, N failed"
	@scripts/packages --check && scripts/check

check-long: packages ## the same, and what takes long
	@scripts/packages --long && scripts/packages --native
	@scripts/packages --browser || echo "without a browser, then"
	@scripts/check --long

check-kernels: packages ## every guest test in kernels configured and compiled otherwise (hours)
	@scripts/packages --kernels && scripts/check-kernels $(ROWS)

fuzz: packages ## the files of a remote, fuzzed on a kernel of this machine's own kind
	@scripts/packages --native && tests/native/run

lint: packages ## style and static checks only: scripts/lint has the list
	@scripts/packages --lint && scripts/check --lint

kernel: packages ## build/Image, build/vmlinux and build/initramfs.cpio.gz
	@scripts/build-kernel
	@scripts/build-initramfs

debug-kernel: packages ## build/debug/Image: the same source with assertions and lockdep
	@scripts/build-kernel debug
	@scripts/build-initramfs

bare-kernel: packages ## build/bare/Image: without hyptrace, for comparison
	@scripts/build-kernel bare
	@scripts/build-initramfs

initramfs: packages ## only the guest's userspace
	@scripts/build-initramfs

hyptrace: ## build/hyptrace/hyptrace: the command that reads records, for this machine
	@scripts/packages --hyptrace && $(MAKE) -s -C tools/hyptrace BUILD="$(BUILD)/hyptrace"
	@echo "$(BUILD)/hyptrace/hyptrace --help"

board: packages ## a tarball of tests that run on any arm64 machine with hyptrace (docs/boards.md)
	@scripts/board

vm: kernel ## a shell in the guest, trace-cmd in it and the hypervisor below
	@scripts/packages --hyptrace && scripts/build-initramfs --tools
	@tests/vm/run --run shell --initrd "$(BUILD)/initramfs-tools.cpio.gz"

bench: kernel ## instructions, barriers, cache lines: what events cost
	@bench/run

bench-growth: packages ## the same as machines and rings grow: curves (needs gnuplot)
	@bench/growth

bench-upstream: packages ## the same for Linux 7.1 or later (KSRC=dir, or linux-source-7.*)
	@bench/upstream

apply: ## KSRC=dir: put hyptrace on a kernel tree of yours
	@test -n "$(KSRC)" || { echo "Which tree? make apply KSRC=~/linux-6.12" >&2; exit 2; }
	@scripts/apply "$(KSRC)"

unapply: ## KSRC=dir: take it off, without a trace
	@test -n "$(KSRC)" || { echo "Which tree? make unapply KSRC=~/linux-6.12" >&2; exit 2; }
	@scripts/unapply "$(KSRC)"

series: packages ## build/hyptrace-6.12.mbox, for "git am" (AUTHOR='NAME <EMAIL>', DATE=date)
	@scripts/series $(if $(AUTHOR),--author '$(AUTHOR)') $(if $(DATE),--date '$(DATE)')

deb: packages ## build/deb/*.deb: Debian packages of a kernel (CONFIG=file), and deb-hyptrace
	@scripts/packages --deb && CONFIG='$(CONFIG)' scripts/deb && scripts/deb-hyptrace

deb-hyptrace: ## build/deb/hyptrace/*.deb: packages of the command, for amd64 and arm64
	@scripts/packages --deb-hyptrace && scripts/deb-hyptrace

clean: ## remove build/
	rm -rf "$(BUILD)"
