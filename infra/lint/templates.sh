#!/usr/bin/env bash
# Judges the templates of infra/aws by cfn-lint, the SAM command line and checkov, without an account and without a network.
#
#   infra/lint/templates.sh             installs what is missing, after saying so, and judges
#   infra/lint/templates.sh install     only installs
#
# What checkov is told to pass over, and why, stands in infra/lint/checkov.yaml and beside the resources themselves.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

tools=${VALINE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/valine/tools}
say() { printf '%s\n' "$*" >&2; }
fail() { say "$1"; exit 1; }

# pinned NAME WHAT : a virtual environment with exactly what NAME.txt says.
pinned() {
  local name=$1 what=$2 list=infra/lint/$1.txt home=$tools/$1
  [ "$(cat "$home/.complete" 2>/dev/null)" = "$(cksum <"$list")" ] && return
  command -v python3 >/dev/null || fail "The templates are judged by tools in Python: python3, 3.11 or newer, is missing."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "The templates are judged by tools that need Python 3.11 or newer; this is $(python3 --version)."
  python3 -c 'import venv, ensurepip' 2>/dev/null || fail "This python3 cannot make virtual environments; on Debian: apt-get install python3-venv."
  say "Installing $what into $home: they judge the templates of infra/aws. Nothing outside of that folder is changed."
  mkdir -p "$tools"
  # Without its mark of completion it counts for nothing, so a killed installation is done anew.
  rm -rf "$home"
  python3 -m venv "$home" || exit
  "$home/bin/python" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --requirement "$list" >&2 ||
    fail "$list cannot be installed (see above)."
  cksum <"$list" >"$home/.complete"
}

pinned cfn-lint "cfn-lint and the SAM command line (350 MB)"
pinned checkov "checkov (300 MB)"
[ "${1:-}" != install ] || exit 0

# They judge what is written, so any region will do; and nobody is told that they ran.
export AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1 AWS_EC2_METADATA_DISABLED=true SAM_CLI_TELEMETRY=0
templates=(infra/aws/*.yaml)
code=0

say "cfn-lint: ${#templates[@]} templates"
"$tools/cfn-lint/bin/cfn-lint" --regions "$AWS_REGION" --format parseable -- "${templates[@]}" || code=1

of_sam=()
while IFS= read -r template; do of_sam+=("$template"); done < <(grep -l '^Transform: AWS::Serverless' "${templates[@]}")
say "sam validate --lint: ${#of_sam[@]} templates, those in SAM's language"
for template in "${of_sam[@]}"; do
  # What it finds is worth saying; that it found nothing it says in a line each.
  if ! out=$("$tools/cfn-lint/bin/sam" validate --lint --region "$AWS_REGION" --template "$template" 2>&1); then
    printf '%s\n' "$out" >&2
    code=1
  fi
done

say "checkov: ${#templates[@]} templates"
"$tools/checkov/bin/checkov" --config-file infra/lint/checkov.yaml --directory infra/aws >&2 || code=1
[ "$code" = 0 ] || say "Next: mend the template; where the tool is wrong for us, say so and why beside the resource or in infra/lint/checkov.yaml."
exit "$code"
