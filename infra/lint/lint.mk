# Included by the Makefile at the root.

.PHONY: lint fmt

lint: ## Formatting, clippy, docs, house rules, and what our dependencies may be
	@infra/lint/lint.sh

fmt: ## Format every Rust file
	cargo fmt --all
