#!/bin/bash
# Checks deploy/ (Kubernetes manifests, dashboard). Needs Node; its packages come from the npm registry.
set -euo pipefail
cd "$(dirname "$0")/deploy-check"
npm ci --no-audit --no-fund --loglevel=error
node check.mjs "$@"
