#!/usr/bin/env bash
# The contract by itself: buf's rules, no break against the last release, and every file compiles with protoc as it lies in the folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
(cd .ci/contract && npm ci --no-audit --no-fund --loglevel=error)
buf=.ci/contract/node_modules/.bin/buf
"$buf" lint
release="$(git describe --tags --match 'v*' --abbrev=0 2> /dev/null || true)"
if [ -n "$release" ]; then "$buf" breaking --against ".git#tag=$release"; else echo "There is no release yet (a tag v*) that the contract could break."; fi
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
mapfile -t files < <(cd protos && find ner -name '*.proto')
protoc -I protos -I protos/third_party --python_out="$out" --cpp_out="$out" --java_out="$out" "${files[@]}"
echo "buf and protoc: as expected"
