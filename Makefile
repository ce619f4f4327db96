# The two commands of the README, `make up` and `make test`, and their friends.
#
#   PORT=9000 make up            another port than 8080
#   DATABASE_URL=… make up       that server instead of a private one
#   VALINE_POSTGRES=npm make up  only that kind of PostgreSQL (system or npm)
#   make test ARGS='-p content'  arguments for `cargo test`; then the web app is not tested
#   SKIP_JOURNEYS=1 make test    (or rounds) without the journeys of the web app in a browser
#   FUZZ_SEED=1 make fuzz        other questions; FUZZ_REQUESTS=2000 for fewer of them
#   BENCH=quick make bench       a minute instead of five; BENCH_ONLY=B4 for one row, ARGS=--json for machines
#   PROGRAMS=content make lambda only that program's zips; ARCHITECTURES=x86_64 for one kind of processor
#   CARGO_TARGET_DIR=…           is honoured everywhere

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up web test rounds journeys screens bench-web races storm kill fuzz bench lambda cold-starts schemas api templates deploy install clean

# Cargo builds are of the `--workspace`, with one target chosen: a package alone has other features of the same dependencies,
# and would have most of them built again. So has a program without a test beside it: where it need not be optimised,
# it is built as the tests build it.
debug-valine = cargo test --quiet --locked --workspace --no-run --test wiring

# Where cargo builds, asked from cargo itself (environment and configuration), and only by who needs it.
target = $(shell cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

include infra/lint/lint.mk

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ready-up web ## Build and start the whole network on this machine (http://127.0.0.1:8080); Ctrl-C stops it
	@echo "Building valine, optimised (the first time takes minutes)." >&2
	@cargo build --release --locked --workspace --bin valine
	@exec "$(target)/release/valine" up $(ARGS)

# What this machine lacks is said and installed before anything is built.
ready-%:
	@infra/local/install $*

web: web/dist/index.html ## Build the web app, where something of it has changed

web/node_modules/.package-lock.json: web/package-lock.json
	@echo "Installing what the web app is made of, as its lock file says." >&2
	@cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

web/dist/index.html: web/node_modules/.package-lock.json web/package.json web/index.html web/vite.config.ts \
    $(shell find web/src web/public web/reference web/scripts -type f ! -name '*.test.ts')
	@echo "Building the web app." >&2
	@cd web && npm run --silent build -- --logLevel warn
	@touch $@

test: ready-test $(if $(ARGS)$(SKIP_JOURNEYS),,ready-web) $(if $(ARGS),,web/node_modules/.package-lock.json) ## Every test, on private PostgreSQL servers of its own; ARGS go to cargo test
	@infra/local/test $(ARGS)
	@$(if $(ARGS),,cd web && npm test --silent)
	@$(if $(ARGS),,$(if $(SKIP_JOURNEYS),echo "skipped: the journeys of the web app (SKIP_JOURNEYS)" >&2,$(MAKE) --no-print-directory journeys))

rounds: ready-test $(if $(SKIP_JOURNEYS),,ready-web web) web/node_modules/.package-lock.json ## All that `make test` runs, over and over, until something is not green: twenty times (ROUNDS=…)
	@mkdir -p "$(target)"
	@$(if $(SKIP_JOURNEYS),,$(debug-valine))
	@for round in $$(seq "$${ROUNDS:-20}"); do \
	  (infra/local/test && cd web && npm test --silent \
	    $(if $(SKIP_JOURNEYS),,&& npm run --silent journeys -- --valine "$(target)/debug/valine")) >"$(target)/round.log" 2>&1 \
	    || { cat "$(target)/round.log"; exit 1; }; \
	  echo "round $$round: $$(grep -E '[0-9]+ (journeys )?passed, 0 failed' "$(target)/round.log" | paste -s -d ';' -)"; \
	done

journeys: ready-web web ## Walk through the web app in a real browser, against a system of its own: desk, phone, keyboard alone
	@$(debug-valine)
	@cd web && npm run --silent journeys -- --valine "$(target)/debug/valine" $(WALK)

races: ## What may happen once, asked twice at the same moment: a thousand rounds each (RACES=…)
	@infra/local/install test
	@RACES=$${RACES:-1000} SKIP_LOCALSTACK=1 infra/local/test --test it -- races::

storm: ## Fifty people ask everything at random, ten thousand times, and half of their connections break off (STORM=…)
	@infra/local/install test
	@STORM=$${STORM:-10000} SKIP_LOCALSTACK=1 infra/local/test --test walk -- storm:: --nocapture

kill: ## Kill the process twenty times while it is being filled, and the database, and look for anything lost or doubled
	@infra/local/install test
	@cargo test --locked --workspace --no-run --test it --test postgres
	@KILL_ROUNDS=$${KILL_ROUNDS:-20} cargo test --locked --workspace --test it killed -- --nocapture

fuzz: ## Ask the whole HTTP API, as a member and as an admin, all that its description allows and forbids
	@infra/local/install up
	@$(debug-valine)
	@infra/local/fuzz/run "$(target)/debug/valine"

bench: ## Measure the network against the same work without it, in one run; BENCH=quick is quicker
	@infra/local/install bench
	@echo "Building the network and its bench, optimised (the first time takes minutes)." >&2
	@cargo build --release --locked --workspace --bin valine-bench
	@exec "$(target)/release/valine-bench" $(ARGS)

bench-web: ready-web web ## Measure the web app on a slow phone: its JavaScript, paint, shifts and interactions
	@cargo build --release --quiet --locked --workspace --bin valine
	@cd web && npm run --silent bench -- --valine "$(target)/release/valine"

screens: ready-web web ## Take pictures of every page of the web app, in both themes, into docs/screens, and look with axe
	@$(debug-valine)
	@cd web && npm run --silent screens -- --valine "$(target)/debug/valine"

schemas: ## Write the events' JSON Schemas anew, after a change of the catalogue
	@cargo run --quiet --locked --package events --example schemas

api: ## Write the description of the HTTP API (docs/openapi.json) anew, after a change of a route
	@mkdir -p docs
	@$(debug-valine)
	@"$(target)/debug/valine" --root "$(target)/described" openapi > docs/openapi.json

templates: ## Write the templates of the bus and of the HTTP API anew, after a change of what services consume or answer
	@cargo build --quiet --locked --workspace --example templates
	@"$(target)/debug/examples/templates"

lambda: web ## Build the zips of functions on AWS; ARCHITECTURES='arm64 x86_64', PROGRAMS='content edge' for fewer
	@BUILT="$(target)/lambda" infra/aws/zips

cold-starts: ## Measure how soon functions answer that make lambda has built for this machine
	@infra/local/install up
	@cargo build --release --locked --workspace --bin valine-cold-starts
	@exec "$(target)/release/valine-cold-starts" --built "$(target)/lambda/$(subst aarch64,arm64,$(shell uname -m))/.built" $(ARGS)

deploy: web ## Bring this commit to AWS: STAGE=dev, staging or prod (docs/runbooks/deploy.md)
	@BUILT="$(target)/lambda" infra/aws/deploy "$(STAGE)"

install: ## Install what is missing on this machine, after saying what and why
	@infra/local/install up

clean: ## Remove what was built; the data in .valine stays
	@cargo clean
	@rm -rf infra/local/node_modules web/node_modules web/dist
