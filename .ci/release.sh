#!/usr/bin/env bash
# Makes what a release consists of, in artifacts/release (or the folder after -o), with the sums of all files in SHA256SUMS:
#   NerService.Contracts, NerService.Client   NuGet packages with their symbols
#   NerService.Tool                           `dotnet tool install`: the command ner with models inside, for every machine with .NET
#   ner-service-VERSION-RID.tar.gz            ner and NerService.Server in one folder with .NET and models: nothing else is needed
# for the runtimes named (default: all that are released). The version is that of Directory.Build.props. Assemblies depend on the commit alone, not on the
# folder or the machine they are built on.
#   .ci/release.sh [-o FOLDER] [RID...]
set -euo pipefail
release=artifacts/release
if [ "${1:-}" = -o ]; then release="$(realpath -m "$2")"; shift 2; fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
runtimes=("$@")
[ "${#runtimes[@]}" -gt 0 ] || runtimes=(linux-x64 linux-arm64 win-x64 osx-arm64)
version="$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)"
# Archives carry the commit's time; a folder that is no clone, that of its newest file.
epoch="$(git log -1 --format=%ct 2> /dev/null || find src models -type f -printf '%T@\n' | sort -n | tail -1 | cut -d. -f1)"
build=(-c Release -p:ContinuousIntegrationBuild=true -v q --nologo)

rm -rf "$release"
mkdir -p "$release"
for project in Contracts Client Cli; do dotnet pack "src/NerService.$project" "${build[@]}" -o "$release"; done

stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
for runtime in "${runtimes[@]}"; do
  name="ner-service-$version-$runtime"
  # One folder, one .NET: the server comes last, since what it shares with the command line must be its own.
  for project in Cli Server; do dotnet publish "src/NerService.$project" "${build[@]}" -r "$runtime" --self-contained -o "$stage/$name"; done
  tar --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -C "$stage" -c "$name" | gzip -n > "$release/$name.tar.gz"
  rm -rf "${stage:?}/$name"
done
(cd "$release" && sha256sum -- * > SHA256SUMS && cat SHA256SUMS)
