# Visavis: what to type. `make` alone lists the targets.
#
# Needs Rust, make and a C compiler, and the network once for the libraries; the web client and the
# tests need Node 20.19 or newer, the tests also Python, a C++ compiler and Chromium.
# Every target may be called again at any time, and says what is missing.

TARGET := $(or $(CARGO_TARGET_DIR),target)
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data

# Snapshots that differ fail; they are never rewritten by a test run.
export INSTA_UPDATE ?= no

.DEFAULT_GOAL := help
.PHONY: help run web test check bench release clean toolchain components
.DELETE_ON_ERROR:

help: ## List the targets
	@echo "Visavis. Targets:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "Settings: DATA=./data LISTEN=127.0.0.1:8080, for example: make run LISTEN=127.0.0.1:9000"

run: toolchain ## Build quickly and serve the demonstration on http://localhost:8080
	@if [ -x $(TARGET)/debug/visavis ]; then \
	  echo "Bringing the build up to date: seconds, unless much has changed."; \
	else \
	  echo "Building Visavis for the first time: about three minutes on two idle cores."; \
	  echo "The libraries are fetched and compiled once; the next start takes a second."; \
	fi
	@if $(MAKE) --no-print-directory node 2>/dev/null; then $(MAKE) --no-print-directory web; else \
	  echo "Node 20.19 or newer is missing: the server starts without the web client."; \
	  echo "\`make web\` says how to get it."; \
	fi
	@cargo build -p visavis-server --bin visavis
	@echo "Starting the demonstration on http://$(LISTEN) (open http://localhost:$(lastword $(subst :, ,$(LISTEN)))). Its data is in $(DATA); Ctrl-C stops it."
	@exec $(TARGET)/debug/visavis serve --demo --data $(DATA) --listen $(LISTEN)

# The web client, for the binary to carry inside: npm and Vite run only when what they read has
# changed.
WEB_READS = web/index.html web/vite.config.ts web/vite.shell.ts web/package.json $(wildcard web/scripts/*) \
  $(shell find web/src web/public -type f 2>/dev/null)

web: web/dist/index.html ## Build the web client into web/dist, from where it goes into the binary

web/dist/index.html: $(WEB_READS) web/node_modules/.package-lock.json | node
	@echo "Building the web client: seconds."
	@cd web && npm run --silent build -- --logLevel warn && node scripts/compress.mjs
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json | node
	@echo "Fetching the libraries of the web client: about a minute, and 500 MB of disk."
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test: toolchain components ## Run everything: format, lints, dependencies, documentation, all tests
	@echo "1/11 Format"
	@cargo fmt --all --check
	@echo "2/11 Lints"
	@cargo clippy --locked --workspace --all-targets -- -D warnings
	@echo "3/11 Dependencies"
	@if cargo deny --version >/dev/null 2>&1; then \
	  cargo deny --locked check -A unused-wrapper bans licenses sources; \
	else \
	  echo "cargo-deny is not here: the layers are still held by the test 'house'."; \
	  echo "For licences and bans too: cargo install --locked cargo-deny"; \
	fi
	@echo "4/11 Documentation"
	@RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
	@echo "5/11 The web client"
	@$(MAKE) --no-print-directory test-web
	@echo "6/11 The binary that the tests start"
	@cargo build --locked -p visavis-server --bin visavis
	@echo "7/11 Tests"
	@cargo test --locked --workspace --doc --quiet
	@if cargo nextest --version >/dev/null 2>&1; then \
	  cargo nextest run --locked --workspace --no-fail-fast; \
	else \
	  cargo test --locked --workspace --lib --bins --tests --no-fail-fast; \
	fi
	@echo "8/11 The stock Graph client for JavaScript"
	@$(MAKE) --no-print-directory test-javascript
	@echo "9/11 Every operation as every kind of account"
	@$(MAKE) --no-print-directory test-contract
	@echo "10/11 Every parser with its corpus and a minute of new input, the same each time"
	@rm -rf $(TARGET)/fuzz/fresh
	@FUZZ_LEARNT=$(abspath $(TARGET))/fuzz/fresh $(MAKE) --no-print-directory fuzz FUZZ_SECONDS=4
	@echo "11/11 The web client in a browser"
	@$(MAKE) --no-print-directory test-browser
	@echo "Everything passed."

.PHONY: test-web test-browser bench-web chromium
test-web: web web/codegen/node_modules/.package-lock.json ## Types, lints, texts and unit tests of the web client
	@cd web && npm --prefix codegen run --silent check >/dev/null || { \
	  echo "web/src/api/schema.gen.ts is not of docs/reference/openapi.json: cd web && npm run codegen" >&2; exit 1; }
	@cd web && npm run --silent check && npm test --silent

# What makes the wire types of the client from the description of the API.
web/codegen/node_modules/.package-lock.json: web/codegen/package-lock.json | node
	@cd web/codegen && npm ci --no-audit --no-fund --loglevel=error

# A whole server with the demonstration, and Debian's Chromium. What it looked like is in artefacts/.
CHROMIUM ?= $(or $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser)),/usr/bin/chromium)
BROWSER = cd web && VISAVIS=$(abspath $(TARGET))/debug/visavis CHROMIUM=$(CHROMIUM)
ONLY ?=
# A file of tests takes three minutes at most; one that hangs is ended and named.
BROWSER_TESTS = node --test --test-reporter=spec --test-concurrency=1 --test-timeout=600000 --test-force-exit

test-browser: toolchain web chromium ## The web client in Chromium against a whole server; ONLY=story: one file
	@cargo build --locked --quiet -p visavis-server --bin visavis
	@$(BROWSER) $(BROWSER_TESTS) $(addprefix e2e/,$(addsuffix .test.mjs,$(or $(ONLY),*)))

bench-web: toolchain web chromium ## Measure the web client in Chromium: loading, scrolling, typing
	@cargo build --locked --quiet -p visavis-server --bin visavis
	@$(BROWSER) node e2e/bench.mjs

.PHONY: pictures
pictures: toolchain web chromium ## Make the pictures of the guides anew, ONLY=chat or admin: of one; look before you commit
	@cargo build --locked --quiet -p visavis-server --bin visavis
	@$(BROWSER) node e2e/pictures.mjs

# Programs of others against a fresh demonstration over TLS. Each says what it needs.
STAGE = $(TARGET)/debug/with-demonstration
JAVASCRIPT = tests/sdk/javascript

.PHONY: test-javascript stage
test-javascript: node stage ## Hold a conversation with the stock Graph client for JavaScript
	@cd $(JAVASCRIPT) && npm ci --no-audit --no-fund --loglevel=error
	@$(STAGE) --tls node --test-reporter=spec $(JAVASCRIPT)/conversation.test.mjs
	@$(TARGET)/debug/run-guide --tls docs/guides/javascript.md
	@$(MAKE) --no-print-directory openssl
	@$(TARGET)/debug/run-guide docs/guides/webhook.md

CONTRACT = tests/contract
PYTHON = tests/sdk/python

.PHONY: test-contract
test-contract: stage python ## Hold the API against its description; CONTRACT_EXAMPLES=100 for longer
	@test -x $(TARGET)/contract-python/bin/python || python3 -m venv $(TARGET)/contract-python
	@$(TARGET)/contract-python/bin/pip install --quiet --disable-pip-version-check -r $(CONTRACT)/requirements.txt
	@python3 $(CONTRACT)/every_account.py $(STAGE) $(TARGET)/contract-python/bin/schemathesis

.PHONY: fuzz
FUZZ_SECONDS ?= 300
fuzz: toolchain ## Try every parser with made-up input; FUZZ_SECONDS=300 for each, TARGETS="html path"
	@command -v c++ >/dev/null || { \
	  echo "A C++ compiler (c++) is missing; libFuzzer is compiled from source." >&2; \
	  echo "  Debian, Ubuntu:  sudo apt-get install g++" >&2; \
	  echo "  Fedora:          sudo dnf install gcc-c++" >&2; \
	  echo "  Alpine:          sudo apk add g++" >&2; \
	  echo "  macOS:           xcode-select --install" >&2; exit 1; }
	@fuzz/run $(FUZZ_SECONDS) $(TARGETS)

.PHONY: test-sdk
test-sdk: stage python ## The same with the one for Python, which is large: 470 MiB are installed
	@test -x $(TARGET)/sdk-python/bin/python || python3 -m venv $(TARGET)/sdk-python
	@$(TARGET)/sdk-python/bin/pip install --quiet --disable-pip-version-check -r $(PYTHON)/requirements.txt
	@$(STAGE) --tls $(TARGET)/sdk-python/bin/python $(PYTHON)/conversation.py
	@PATH=$(abspath $(TARGET))/sdk-python/bin:$$PATH $(TARGET)/debug/run-guide docs/guides/python.md

stage: toolchain
	@cargo build --locked --quiet -p visavis-server --bin visavis
	@cargo build --locked --quiet -p visavis-tests --bins

check: toolchain components ## Fast: format, types, lints, unit tests of domain and policy
	@cargo fmt --all --check
	@cargo check --workspace --all-targets
	@cargo clippy --workspace --all-targets -- -D warnings
	@cargo test -p visavis-domain -p visavis-policy --lib --quiet

bench: toolchain ## Measure a release build; docs/performance.md explains the figures
	@echo "Building the release binary and the load generator (about ten minutes the first time)."
	@cargo build --locked --release -p visavis-server --bin visavis
	@cargo run --locked --release -p visavis-bench -- --server $(TARGET)/release/visavis all

release: toolchain web ## Build target/release/visavis, one file that needs nothing beside it
	@echo "Building the release binary (about ten minutes the first time)."
	@cargo build --locked --release -p visavis-server --bin visavis
	@echo "Built $(TARGET)/release/visavis"

clean: ## Remove what was built; the data of the demonstration stays
	@cargo clean

# What must be there before anything can be built.
toolchain:
	@command -v cargo >/dev/null || { \
	  echo "cargo is missing. Install Rust 1.90 or newer: https://rustup.rs" >&2; exit 1; }
	@command -v cc >/dev/null || { \
	  echo "A C compiler (cc) is missing; SQLite is compiled from source." >&2; \
	  echo "  Debian, Ubuntu:  sudo apt-get install gcc libc6-dev" >&2; \
	  echo "  Fedora:          sudo dnf install gcc" >&2; \
	  echo "  Alpine:          sudo apk add build-base" >&2; \
	  echo "  macOS:           xcode-select --install" >&2; exit 1; }

.PHONY: node
node:
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)' 2>/dev/null \
	  && command -v npm >/dev/null || { \
	  echo "Node 20.19 or newer with npm is missing; the web client is built with it." >&2; \
	  echo "  Debian 13, Ubuntu 25.10 and newer:  sudo apt-get install nodejs npm" >&2; \
	  echo "  older ones:      https://github.com/nodesource/distributions#debian-versions" >&2; \
	  echo "  Fedora:          sudo dnf install nodejs" >&2; \
	  echo "  Alpine:          sudo apk add nodejs npm" >&2; \
	  echo "  macOS:           brew install node" >&2; exit 1; }

chromium:
	@if [ ! -x "$(CHROMIUM)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing chromium."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation </dev/null >/dev/null; \
	fi
	@[ -x "$(CHROMIUM)" ] || { \
	  echo "Chromium is missing; the web client is tested in it." >&2; \
	  echo "  Debian:          sudo apt-get install chromium" >&2; \
	  echo "  Fedora:          sudo dnf install chromium" >&2; \
	  echo "  Alpine:          sudo apk add chromium" >&2; \
	  echo "Or say where one is: make $(MAKECMDGOALS) CHROMIUM=/path/to/it" >&2; exit 1; }

.PHONY: openssl
openssl:
	@command -v openssl >/dev/null || { \
	  echo "openssl is missing; the guide to webhooks makes a key with it." >&2; \
	  echo "  Debian, Ubuntu:  sudo apt-get install openssl" >&2; \
	  echo "  Fedora:          sudo dnf install openssl" >&2; \
	  echo "  Alpine:          sudo apk add openssl" >&2; \
	  echo "  macOS:           it is there" >&2; exit 1; }

.PHONY: python
python:
	@python3 -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
	  echo "Python 3.10 or newer with venv is missing." >&2; \
	  echo "  Debian, Ubuntu:  sudo apt-get install python3-venv" >&2; \
	  echo "  Fedora:          sudo dnf install python3" >&2; \
	  echo "  Alpine:          sudo apk add python3" >&2; \
	  echo "  macOS:           brew install python" >&2; exit 1; }

# What the checks need on top: two parts of the Rust distribution.
components:
	@for part in fmt clippy; do \
	  if ! cargo $$part --version >/dev/null 2>&1; then \
	    name=$$part; [ $$part = fmt ] && name=rustfmt; \
	    echo "cargo $$part is missing."; \
	    if command -v rustup >/dev/null; then rustup component add $$name; else \
	      echo "Install your distribution's package of $$name." >&2; exit 1; fi; \
	  fi; \
	done
