#!/usr/bin/env bash
# Tests the recipe with the system's Python and Debian's packages, which it installs where they are missing and it may.
# Last line: N passed, N failed, N skipped. Exits with 1 when a test failed or none ran.
set -euo pipefail
cd "$(dirname "$0")"

packages=()
for module in numpy:python3-numpy torch:python3-torch onnx:python3-onnx sentencepiece:python3-sentencepiece pytest:python3-pytest; do
    /usr/bin/python3 -c "import ${module%%:*}" 2>/dev/null || packages+=("${module##*:}")
done
# Without OpenBLAS, NumPy and PyTorch multiply with the reference BLAS: the tests would take ten times longer.
compgen -G "/usr/lib/*/libopenblas.so.0" >/dev/null || packages+=(libopenblas0-pthread)
if ((${#packages[@]})); then
    if [[ $(id -u) != 0 ]]; then
        echo "missing: install ${packages[*]}" >&2
        exit 1
    fi
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
fi

results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
# -rs: what was skipped, and why, is part of the result.
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest -q -rs -p no:cacheprovider --junit-xml="$results" tests "$@" || status=$?
/usr/bin/python3 - "$results" "$status" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree
suites = tree.parse(sys.argv[1]).getroot().iter("testsuite")
total = failed = skipped = 0
for suite in suites:
    total += int(suite.get("tests"))
    failed += int(suite.get("failures")) + int(suite.get("errors"))
    skipped += int(suite.get("skipped"))
passed = total - failed - skipped
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed or sys.argv[2] != "0" else 0)
PYTHON
