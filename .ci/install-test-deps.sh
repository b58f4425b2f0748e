#!/usr/bin/env bash
# What the tests start beside the service itself: nats-server (the work queue's engine), a browser with fonts for Arabic and emoji (the page's tests), gRPC for
# Python (its example), strace (what leaves the process), and Go with its templates' functions (what Helm renders charts with). Installs only what is missing; the
# tests that need one of them skip loudly where it is not there.
set -euo pipefail

packages=(nats-server chromium fonts-noto-core fonts-noto-color-emoji python3-grpcio protobuf-compiler protobuf-compiler-grpc libprotobuf-dev strace
  golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
