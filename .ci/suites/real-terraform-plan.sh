#!/usr/bin/env bash
# A plan made by a real Terraform says the same as the configuration it was made of, both read by the product's own
# collector. Only Terraform's built-in provider is used. The binary: `terraform` on the path, or one built earlier from the Go
# module proxy. Building takes several minutes on two cores, so it is done only when asked for: DEMARC_BUILD_TERRAFORM=1.
set -euo pipefail
version=1.5.7
kept="${XDG_CACHE_HOME:-$HOME/.cache}/demarc-ci/terraform-$version"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1

# The newest version whose module can be installed: later ones replace parts of themselves, which `go install` refuses.
build() {
  mkdir -p "$scratch/bin" "$(dirname "$kept")"
  GOBIN="$scratch/bin" CGO_ENABLED=0 go install "github.com/hashicorp/terraform@v$version" 2>/dev/null &&
    mv "$scratch/bin/terraform" "$kept"
}

if command -v terraform >/dev/null; then terraform=$(command -v terraform)
elif [ -x "$kept" ]; then terraform=$kept
elif [ "${DEMARC_BUILD_TERRAFORM:-}" != 1 ]; then
  echo 'skipped: there is no terraform on the path; DEMARC_BUILD_TERRAFORM=1 builds one from the Go module proxy in several minutes'
  exit 0
elif build; then terraform=$kept
else
  echo "skipped: Terraform $version could not be built from the Go module proxy"
  exit 0
fi

cp -r test/real/terraform-plan/. "$scratch/configuration"
(
  cd "$scratch/configuration"
  "$terraform" version >version.txt
  head -n 1 version.txt
  "$terraform" init -input=false >/dev/null
  "$terraform" plan -input=false -out=plan.bin >/dev/null
  "$terraform" show -json plan.bin >plan.json
)
npx tsx test/real/terraform-plan/compare.ts "$scratch/configuration"
