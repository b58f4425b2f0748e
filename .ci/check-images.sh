#!/usr/bin/env bash
# Checks that both images can be built (check-images.mjs). Needs Node and the .NET SDK, no container engine.
set -euo pipefail
node "$(dirname "${BASH_SOURCE[0]}")/check-images.mjs"
