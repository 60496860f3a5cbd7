#!/bin/sh
# Formats what was edited; the path comes as JSON on standard input.
set -eu
path=$(jq -r '.tool_input.file_path')
npx --no-install prettier --write -- "$path"
