# Visavis: what to type. `make` alone lists the targets.
#
# Needs Rust, make and a C compiler, and the network once for the libraries; the tests need Node too.
# Every target may be called again at any time, and says what is missing.

TARGET := $(or $(CARGO_TARGET_DIR),target)
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data

# Snapshots that differ fail; they are never rewritten by a test run.
export INSTA_UPDATE ?= no

.DEFAULT_GOAL := help
.PHONY: help run test check bench release clean toolchain components

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
	@cargo build -p visavis-server --bin visavis
	@echo "Starting the demonstration on http://$(LISTEN) (open http://localhost:$(lastword $(subst :, ,$(LISTEN)))). Its data is in $(DATA); Ctrl-C stops it."
	@exec $(TARGET)/debug/visavis serve --demo --data $(DATA) --listen $(LISTEN)

test: toolchain components ## Run everything: format, lints, dependencies, documentation, all tests
	@echo "1/7 Format"
	@cargo fmt --all --check
	@echo "2/7 Lints"
	@cargo clippy --locked --workspace --all-targets -- -D warnings
	@echo "3/7 Dependencies"
	@if cargo deny --version >/dev/null 2>&1; then \
	  cargo deny --locked check -A unused-wrapper bans licenses sources; \
	else \
	  echo "cargo-deny is not here: the layers are still held by the test 'house'."; \
	  echo "For licences and bans too: cargo install --locked cargo-deny"; \
	fi
	@echo "4/7 Documentation"
	@RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
	@echo "5/7 The binary that the tests start"
	@cargo build --locked -p visavis-server --bin visavis
	@echo "6/7 Tests"
	@cargo test --locked --workspace --doc --quiet
	@if cargo nextest --version >/dev/null 2>&1; then \
	  cargo nextest run --locked --workspace --no-fail-fast; \
	else \
	  cargo test --locked --workspace --lib --bins --tests --no-fail-fast; \
	fi
	@echo "7/7 The stock Graph client for JavaScript"
	@$(MAKE) --no-print-directory test-javascript
	@echo "Everything passed."

# Programs of others against a fresh demonstration over TLS. Each says what it needs.
STAGE = $(TARGET)/debug/with-demonstration
JAVASCRIPT = tests/sdk/javascript

.PHONY: test-javascript stage
test-javascript: stage node ## Hold a conversation with the stock Graph client for JavaScript
	@cd $(JAVASCRIPT) && npm ci --no-audit --no-fund --loglevel=error
	@$(STAGE) --tls node --test-reporter=spec $(JAVASCRIPT)/conversation.test.mjs

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

release: toolchain ## Build target/release/visavis, one file that needs nothing beside it
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
	@node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null \
	  && command -v npm >/dev/null || { \
	  echo "Node 18 or newer with npm is missing; the stock Graph client runs on it." >&2; \
	  echo "  Debian, Ubuntu:  sudo apt-get install nodejs npm" >&2; \
	  echo "  Fedora:          sudo dnf install nodejs" >&2; \
	  echo "  Alpine:          sudo apk add nodejs npm" >&2; \
	  echo "  macOS:           brew install node" >&2; exit 1; }

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
