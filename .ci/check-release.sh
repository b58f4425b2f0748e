#!/usr/bin/env bash
# Makes a release for this machine's runtime, and uses it as somebody would who has nothing else: the tool installed from its package, and the archive without
# .NET, each from an empty folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
runtime="$(dotnet --info | sed -n 's/^ *RID: *//p')"
version="$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)"
.ci/release.sh -o "$work/release" "$runtime"
(cd "$work/release" && sha256sum --check --quiet SHA256SUMS)
for package in Contracts Client; do
  [ -f "$work/release/NerService.$package.$version.snupkg" ] || { echo "NerService.$package has no symbols"; exit 1; }
done

mkdir "$work/empty"
cd "$work/empty"
cat > nuget.config <<CONFIG
<configuration><packageSources><clear /><add key="release" value="$work/release" /></packageSources></configuration>
CONFIG
expect() {
  local found
  found="$(cat)"
  for name in لافروف القاهرة; do grep -q "$name" <<< "$found" || { printf '%s did not find %s:\n%s\n' "$1" "$name" "$found"; exit 1; }; done
  printf '%s: as expected\n' "$1"
}
ask() { echo "وصل لافروف إلى القاهرة." | "$@" tag --format json; }

dotnet tool install NerService.Tool --version "$version" --tool-path "$work/tools" > /dev/null
ask "$work/tools/ner" | expect "the installed tool"

tar -xzf "$work/release/ner-service-$version-$runtime.tar.gz" -C "$work"
archive="$work/ner-service-$version-$runtime"
# No .NET but its own: nothing on the path, and no folder where one would be looked for.
ask env -i HOME="$work" DOTNET_ROOT="$work/none" "$archive/ner" | expect "the archive's command line"
found="$(env -i HOME="$work" DOTNET_ROOT="$work/none" "$archive/NerService.Server" --version)"
[ "$found" = "$version" ] || { printf 'The server of the archive says "%s" instead of %s\n' "$found" "$version"; exit 1; }
echo "the archive's server: version $found"
