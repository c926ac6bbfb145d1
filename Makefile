# What people type. The work is in Scripts/; `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Every Swift build below checks that a target declares what it imports.
export SWIFT_BUILD_OPTIONS := --explicit-target-dependency-import-check error

# For `make fuzz`; the shell has a variable of this name of its own.
unexport SECONDS

SOURCES := Package.swift Sources Tests Benchmarks

.PHONY: demo test ci build lint format release install deb package-check fuzz sanitize bench bench-ec bench-health bench-rdma docs soak embedding deps clean help

demo: deps ## Two emulated hosts, RDMA between them, a verdict; then a self-test where this host has an RDMA adapter
	@Scripts/demo

test: deps ## Build, then run all tests: unit, golden, conformance (CONFORMANCE_DATA), lab
	@Scripts/run-tests

ci: ## What must pass before a change is merged, from a clean clone: format, build, tests, benchmarks in short
	@Scripts/run-ci

build: deps ## Build everything, warnings are errors
	@Scripts/build-strictly

lint: ## Check the format of the sources, the scripts' syntax and the links between documents
	@Scripts/check-documents
	@swift format lint --strict --parallel --recursive $(SOURCES)

format: ## Format the sources
	@swift format --in-place --parallel --recursive $(SOURCES)

release: deps ## rdmaprobe as it is installed, with Swift's runtime inside; its manual pages and completions
	@Scripts/build-release

install: ## Install rdmaprobe (PREFIX=/usr/local, DESTDIR=): needs no Swift where it runs
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" Scripts/install-release

deb: deps ## A Debian package of rdmaprobe, in .build-package/
	@Scripts/install-dependencies Packaging/packages
	@Scripts/build-debian-package

package-check: deps ## Check what is installed: libraries, manual, completions, unit, package; SMOKE=1 without a bare Debian
	@Scripts/install-dependencies Packaging/packages
	@Scripts/check-package

fuzz: deps ## Fuzz what reads bytes from outside: SECONDS=5 a target, TARGETS= which ones
	@FUZZ_SECONDS="$(SECONDS)" FUZZ_TARGETS="$(TARGETS)" Scripts/run-fuzz

sanitize: deps ## The tests without the lab under AddressSanitizer, then under ThreadSanitizer
	@Scripts/run-sanitizers

bench: deps ## The benchmarks, each beside a rival (SMOKE=1: a few iterations, to see that they run)
	@Scripts/install-dependencies Benchmarks/ErasureCoding/packages
	@Scripts/run-benchmarks

bench-ec: deps ## Erasure coding and mirrors beside ISA-L and memcpy on this host (ISAL_LIBRARY=FILE, JSON=FILE, SMOKE=1)
	@Scripts/install-dependencies Benchmarks/ErasureCoding/packages
	@JSON="$(JSON)" Scripts/run-ec-benchmark

bench-health: deps ## Rules of health beside Prometheus' own evaluation of the same rules (SMOKE=1: a moment)
	@Scripts/run-health-benchmark

bench-rdma: deps ## rdmaprobe beside perftest between two emulated hosts, in pairs (JSON=FILE, SMOKE=1)
	@Scripts/install-dependencies Benchmarks/RDMA/packages
	@JSON="$(JSON)" Scripts/run-rdma-benchmark

docs: deps ## The libraries' documentation, into .build-docs/
	@Scripts/build-documentation

soak: deps ## The tests with the lab's full matrix, and a million seeds of the simulation; takes hours
	@LAB_SOAK=1 Scripts/run-tests

embedding: ## Show that a package which embeds a pure library resolves and builds nothing else
	@Scripts/check-embedding

deps: ## Install what building and testing need and this Debian lacks (the only step that may ask for sudo)
	@Scripts/install-dependencies

clean: ## Remove what was built; the lab's cached kernel stays
	@rm -rf .build .build-* Benchmarks/.build

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
