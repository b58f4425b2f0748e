#!/usr/bin/env bash
# Makes a release for this machine's runtime, and uses it as somebody would who has nothing else: the tool installed from its package by the very lines of
# README.md, and the archive without .NET, each from an empty folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
runtime="$(dotnet --info | sed -n 's/^ *RID: *//p')"
version="$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)"
# The N-th block of README.md that says that this script runs it.
block() { awk -v n="$1" '/^```/ { inside = /run-by:.ci\/check-release.sh/; found += inside; next } inside && found == n' README.md; }

# As README.md has it, but for this machine's runtime alone.
bash -euo pipefail -c "$(block 1 | sed "s|^\.ci/release\.sh\>|& $runtime|")"
release="$PWD/artifacts/release"
(cd "$release" && sha256sum --check --quiet SHA256SUMS)
for package in Contracts Client; do
  [ -f "$release/NerService.$package.$version.snupkg" ] || { echo "NerService.$package has no symbols"; exit 1; }
done

expect() {
  local found
  found="$(cat)"
  for name in لافروف القاهرة; do grep -q "$name" <<< "$found" || { printf '%s did not find %s:\n%s\n' "$1" "$name" "$found"; exit 1; }; done
  printf '%s: as expected\n' "$1"
}
ask() { echo "وصل لافروف إلى القاهرة." | "$@" tag --format json; }

install="$(block 2)"
[ -n "$install" ] || { echo "README.md has no lines that install the tool"; exit 1; }
mkdir -p "$work/clone/artifacts"
ln -s "$release" "$work/clone/artifacts/release"
(cd "$work/clone" && bash -euo pipefail -c "$install") | expect "README.md's lines"
mkdir "$work/empty"
cd "$work/empty"
ask "$work/clone/tools/ner" | expect "the installed tool, from an empty folder"

tar -xzf "$release/ner-service-$version-$runtime.tar.gz" -C "$work"
archive="$work/ner-service-$version-$runtime"
# No .NET but its own: nothing on the path, and no folder where one would be looked for.
ask env -i HOME="$work" DOTNET_ROOT="$work/none" "$archive/ner" | expect "the archive's command line"
found="$(env -i HOME="$work" DOTNET_ROOT="$work/none" "$archive/NerService.Server" --version)"
[ "$found" = "$version" ] || { printf 'The server of the archive says "%s" instead of %s\n' "$found" "$version"; exit 1; }
echo "the archive's server: version $found"
