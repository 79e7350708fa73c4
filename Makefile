# Every command of the project; `make help` lists them. The work itself is in tools/, so that each step also runs alone.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SECONDS ?= 60
MINUTES ?= 30
JOBS ?= $(shell nproc)
CONFIG ?=

# -s strips at link time: the file is what gets copied to a server, and no later step has to touch it.
RELEASE := swift build -c release --product patchbay --static-swift-stdlib -Xlinker -s --jobs $(JOBS)

.PHONY: help build run test check lint bench instructions fuzz sanitize soak clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|'

build: ## install what is missing from Debian and leave .build/release/patchbay
	@tools/install-debian build
	@$(RELEASE)

run: build ## build, then start the gateway with its embedded database and the Kanban demo
	@tools/serve $(CONFIG)

test: build ## everything: Swift tests, real clients of others, a real browser
	@tools/install-debian test
	@tools/test/run

check: lint test instructions ## what CI holds: format, no warnings, tests, arrows, instructions per request

lint: ## formatting, held by the toolchain's own formatter
	@swift format lint --strict --recursive $$(ls -d Sources Tests Fuzz/Sources Package.swift 2>/dev/null)

bench: build ## measure Patchbay beside nginx, judge the budgets, redraw docs/bench.svg
	@tools/install-debian bench
	@tools/bench/run

instructions: build ## instructions per request against the baseline
	@tools/install-debian bench
	@tools/bench/instructions --check

fuzz: ## every fuzz target for SECONDS seconds (default 60)
	@tools/fuzz $(SECONDS)

sanitize: ## the tests under the thread sanitizer and the address sanitizer
	@tools/install-debian build test
	@tools/sanitize

soak: build ## mixed load for MINUTES minutes (default 30): nothing may grow, nothing may fail
	@tools/install-debian bench
	@tools/bench/soak --minutes $(MINUTES)

clean: ## remove everything that was built
	@rm -rf .build
