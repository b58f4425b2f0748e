#!/bin/bash
# Publishes the server as the Dockerfile does, to artifacts/publish (or the folder given). PublishTests then start exactly this output:
#   .ci/publish.sh && NER_PUBLISHED=$PWD/artifacts/publish dotnet test tests/NerService.FunctionalTests
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf "${1:-artifacts/publish}"
dotnet publish src/NerService.Server -c Release --os linux --self-contained false -o "${1:-artifacts/publish}" -v q --nologo
