#!/usr/bin/env bash
# A short form of those attacks (tests/attacks) that need neither minutes nor a quiet machine, against the published server (.ci/publish.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/attacks"
npm ci --no-audit --no-fund --loglevel=error
node run.mjs --short queue-bound rush drain descriptors
