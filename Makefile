# Everything a newcomer needs is `make site` and `make test`. Each target says in one sentence what is wrong when something is missing.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CONFIGURATION ?= release
ARDOISE = .build/$(CONFIGURATION)/ardoise

.PHONY: help site build test check format generate record record-check goldens wasm wasm-size bench clean \
  need-swift need-cmark need-disk

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

site: need-swift need-disk need-cmark ## install what is missing, record, build the course website into public/
	@swift build -c $(CONFIGURATION) --product ardoise
	@$(ARDOISE) build content -o public
	@echo
	@echo "The site is in public/. Open public/index.html in a browser."

build: need-swift need-cmark ## build the command-line tool
	swift build -c $(CONFIGURATION) --product ardoise

test: need-swift need-disk need-cmark ## all tests, the reality suites and the WebAssembly build included
	@scripts/test.sh

check: need-swift ## layout of the code (swift format), nothing is changed
	@swift format lint --strict --recursive Package.swift Sources Tests

format: need-swift ## lay the code out
	@swift format --in-place --recursive Package.swift Sources Tests

generate: need-swift need-cmark ## write generated files: rule registry, rule pages, coverage and conformance tables
	swift run -c $(CONFIGURATION) ardoise-dev generate

record: build ## record the course again
	$(ARDOISE) record content

record-check: build ## fail when a recording differs from what the simulator prints now
	$(ARDOISE) record content --check

goldens: need-swift need-cmark ## rewrite expected files of the golden tests; review the diff like prose
	ARDOISE_UPDATE_GOLDENS=1 swift test

wasm: need-swift ## the simulator core as Embedded WebAssembly, linked, and played in Node against the native build
	@scripts/wasm.sh

wasm-size: need-swift ## the same, optimised for a browser: takes several times as long
	@scripts/wasm.sh size

bench: need-swift ## pods per second, cost per pod, an idle hour
	swift run -c release ardoise-dev bench

clean:
	rm -rf .build .build-* public

need-swift:
	@command -v swift >/dev/null || { \
	  echo "Swift is missing: install Swift 6.2 or newer from https://www.swift.org/install/linux/ and make sure 'swift' is on PATH." >&2; exit 1; }
	@swift --version 2>/dev/null | grep -qE 'Swift version (6\.[2-9]|6\.[1-9][0-9]|[7-9])' || { \
	  echo "Swift is too old: Ardoise needs Swift 6.2 or newer, this is $$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9.]+' || echo unknown)." >&2; exit 1; }

need-disk:
	@free=$$(df -Pk . | awk 'NR == 2 {print $$4}'); \
	if [ "$$free" -lt 3000000 ]; then \
	  echo "Not enough disk: building takes about 3 GB, $$((free / 1024)) MB are free here." >&2; exit 1; fi

need-cmark:
	@scripts/install-packages.sh libcmark-dev pkg-config
