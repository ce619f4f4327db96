#!/usr/bin/env bash
# Every lint of the workspace, each timed; all of them run even when one fails, so that one round shows everything.
#
#   infra/lint/lint.sh                 all steps
#   infra/lint/lint.sh format clippy   only these
#
# LINT_ADVISORIES=required makes it a failure when the advisory database cannot be reached.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

say() { printf '%s\n' "$*" >&2; }

step_format() { # Formatting
  cargo fmt --all --check || { say "Next: make fmt"; return 1; }
}

step_clippy() { # Clippy, with the house rules of clippy.toml
  cargo clippy --workspace --all-targets --locked --quiet -- --deny warnings
}

step_docs() { # Documentation without a broken link, private items too
  RUSTDOCFLAGS="${RUSTDOCFLAGS:-} --deny warnings" \
    cargo doc --workspace --no-deps --document-private-items --locked --quiet
}

step_rules() { # House rules: arrows between crates, rooms, words, secrets
  cargo test --package house-rules --locked --quiet
}

step_web() { # The web app: types, React's rules, accessibility of the markup
  make --silent web/node_modules/.package-lock.json && (cd web && npm run --silent lint)
}

step_templates() { # The templates for AWS: cfn-lint, sam validate, checkov; without an account
  infra/lint/templates.sh
}

step_dependencies() { # Licences, bans and sources of dependencies
  local out
  infra/lint/cargo-deny.sh --version >/dev/null || return 1 # installs it, and says so, before anything is captured
  if out=$(infra/lint/cargo-deny.sh --locked check --hide-inclusion-graph licenses bans sources 2>&1); then
    local twice
    twice=$(sed -n "s/^warning\[duplicate\].* for crate '\(.*\)'$/\1/p" <<<"$out" | paste -sd, - | sed 's/,/, /g')
    [ -z "$twice" ] || say "In more than one version (allowed, worth a look now and then): $twice"
    tail -1 <<<"$out" >&2
  else
    infra/lint/cargo-deny.sh --locked --log-level error check licenses bans sources
    say "Next: choose another crate, or add an exception with its reason and its end to deny.toml."
    return 1
  fi
}

step_advisories() { # Known vulnerabilities of dependencies
  local out limit=()
  infra/lint/cargo-deny.sh --version >/dev/null || return 1
  # Behind a firewall that answers nothing, git would wait for minutes.
  ! command -v timeout >/dev/null || limit=(timeout 120)
  if ! out=$(GIT_TERMINAL_PROMPT=0 "${limit[@]}" infra/lint/cargo-deny.sh --locked fetch db 2>&1); then
    case $out in
      *"failed to fetch advisory database"* | "") ;;
      *) printf '%s\n' "$out" >&2; return 1 ;;
    esac
    say "advisories: not run, the database cannot be reached"
    sed -n 's/^fatal: /  /p' <<<"$out" >&2
    [ "${LINT_ADVISORIES:-}" != required ] || { say "Next: let this machine reach it, for LINT_ADVISORIES=required is set."; return 1; }
    skipped+=(advisories)
    return 0
  fi
  infra/lint/cargo-deny.sh --locked check advisories || {
    say "Next: cargo update -p CRATE; where no repaired version exists, add an ignore with its reason and its end to deny.toml."
    return 1
  }
}

all=(format clippy docs rules web templates dependencies advisories)
chosen=("${@:-${all[@]}}")
failed=() skipped=() table=
for step in "${chosen[@]}"; do
  if ! declare -F "step_$step" >/dev/null; then
    say "There is no lint step \"$step\"; there are: ${all[*]}"
    exit 2
  fi
done
if ! out=$(cargo metadata --locked --format-version 1 2>&1 >/dev/null); then
  printf '%s\n' "$out" >&2
  say "Next: cargo check, and commit Cargo.lock together with the manifests."
  exit 1
fi
for step in "${chosen[@]}"; do
  say "── $step"
  begin=$SECONDS
  if "step_$step"; then verdict=ok; else verdict=FAILED; failed+=("$step"); fi
  case " ${skipped[*]-} " in *" $step "*) verdict="not run" ;; esac
  table+=$(printf '%-14s %-8s %4d s' "$step" "$verdict" $((SECONDS - begin)))$'\n'
done
say ""
printf '%s' "$table"
if [ ${#failed[@]} -gt 0 ]; then
  say "Failed: ${failed[*]}. One step alone: infra/lint/lint.sh ${failed[0]}"
  exit 1
fi
