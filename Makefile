# Gradus: what one types. `make help` lists it.
#
# TRAITS=portable builds without oneDNN and OpenMP, in a folder of its own.
# FILTER=NAME     limits `make test` to the tests whose names match.
# WORKLOADS=NAMES limits `make bench`.
# GRADUS_TEST_DATA=PATH is a folder of data for tests that need some; ../shared/data where that is there.
# PYTHON=PATH     is a Python that has PyTorch, for `make compare`; COMPARE adds options to it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: setup demo test verify bench compare lint docs help

ifeq ($(TRAITS),portable)
  build_flags := --disable-default-traits --scratch-path .build-portable
else ifneq ($(TRAITS),)
  $(error TRAITS is '$(TRAITS)'; the only choice besides none is 'portable')
endif
export TRAITS

# Data that the repository does not hold, where they stand beside it.
ifeq ($(GRADUS_TEST_DATA),)
  GRADUS_TEST_DATA := $(realpath ../shared/data/.)
endif
ifneq ($(GRADUS_TEST_DATA),)
  export GRADUS_TEST_DATA
endif

# A release build serves the program and the tests alike, provided that no test asks for
# @testable: then nothing is compiled twice.
build := swift build -c release $(build_flags)
test := swift test -c release --disable-testable-imports --no-parallel $(build_flags)

setup: ## look for the system libraries, install what is missing
	@Scripts/setup

demo: setup ## train LeNet-5 on real digits five times, evaluate it, recognise an image
	@$(build) --product gradus
	@Scripts/demo "$$($(build) --show-bin-path)/gradus"

test: setup ## run the tests
	$(test) $(if $(FILTER),--filter '$(FILTER)')

# The tests named Verify run here alone; those named Fuzz or Mutation try 100,000 inputs a format here
# and few in `make test`.
verify: setup ## run the slow tests (data from GRADUS_TEST_DATA; one takes an hour), then the sanitizers
	GRADUS_VERIFY=1 $(test) --filter 'Verify|Fuzz|Mutation'
	Scripts/outsider
	$(if $(TRAITS),,Scripts/sanitize)

bench: setup ## measure the workloads, a JSON line each
	@$(build) --product gradus >&2
	@"$$($(build) --show-bin-path)/gradus" bench --json $(WORKLOADS)

compare: setup ## measure the workloads beside PyTorch, write Benchmarks/RESULTS.md
	@$(build) --product gradus >&2
	@Benchmarks/compare --gradus "$$($(build) --show-bin-path)/gradus" \
	  $(if $(PYTHON),--python '$(PYTHON)') $(COMPARE)

lint: ## check the formatting
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Examples

docs: setup ## write reference, conventions and tutorial to .build/docs; fails for any warning
	@Scripts/docs .build/docs

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile
