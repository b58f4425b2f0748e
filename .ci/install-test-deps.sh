#!/usr/bin/env bash
# What the tests start beside the service itself: nats-server (the work queue's engine), a browser with fonts for Arabic and emoji (the page's tests), and gRPC
# for Python (its example), and strace (what leaves the process). Installs only what is missing; the tests that need one of them skip loudly where it is not there.
set -euo pipefail

packages=(nats-server chromium fonts-noto-core fonts-noto-color-emoji python3-grpcio protobuf-compiler protobuf-compiler-grpc libprotobuf-dev strace)
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
