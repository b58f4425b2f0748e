#!/usr/bin/env bash
# Packs the client, and runs every example against the published server (.ci/publish.sh): the .NET one as a fresh project outside the repository that knows
# nothing but the package, Python over HTTP and over gRPC, TypeScript over gRPC. Needs python3-grpcio, protobuf-compiler-grpc and Node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root="$PWD"
work="$(mktemp -d)"
version="1.0.0-check.$(date +%s)"
packages="$root/artifacts/packages"
server=0
finish() {
  [ "$server" -eq 0 ] || kill "$server"
  rm -rf "$work" "${NUGET_PACKAGES:-$HOME/.nuget/packages}"/nerservice.{client,contracts}/"$version"
}
trap finish EXIT

rm -rf "$packages"
for project in Contracts Client; do dotnet pack "src/NerService.$project" -o "$packages" -p:Version="$version" -v q --nologo; done

# The server says on which free port it listens.
dotnet artifacts/publish/NerService.Server.dll --Ner:Endpoints:Address=127.0.0.1 --Ner:Endpoints:Port=0 --Ner:Endpoints:AdminPort=0 > "$work/log" 2>&1 &
server=$!
for _ in $(seq 600); do
  url="$(sed -n 's/.*Listening: \(http:[^ ]*\) for callers.*/\1/p' "$work/log" | head -1)"
  [ -n "$url" ] && curl -sf -o "$work/info" "$url/v1/info" && break
  kill -0 "$server" || { cat "$work/log"; exit 1; }
  sleep 0.2
done
export NER_SERVER="$url"
text="👍🏽 التقى سيرغي لافروف سامح شكري في القاهرة، ثم سافر إلى بيروت وباريس."

# Each must find the same names, and slice the text by the offsets of its own language.
expect() {
  local name="$1" found
  found="$(cat)"
  for word in لافروف شكري القاهرة بيروت باريس; do
    grep -q "$word" <<< "$found" || { printf '%s did not find %s:\n%s\n' "$name" "$word" "$found"; exit 1; }
  done
  printf '%s: as expected\n' "$name"
}

cp -r examples/dotnet "$work/dotnet"
cat > "$work/dotnet/nuget.config" <<CONFIG
<configuration>
  <packageSources>
    <add key="packed" value="$packages" />
  </packageSources>
</configuration>
CONFIG
dotnet run --project "$work/dotnet" -p:NerClientVersion="$version" -v q -- "$text" | expect "examples/dotnet"
# Two addresses: the balanced channel.
NER_SERVER="$url,$url" dotnet run --no-build --project "$work/dotnet" -p:NerClientVersion="$version" -- "$text" | expect "examples/dotnet, two addresses"

/usr/bin/python3 examples/python/extract.py "$text" | expect "examples/python/extract.py"
examples/python/make_stubs.sh
NER_SERVER="${url#http://}" /usr/bin/python3 examples/python/extract_grpc.py "$text" | expect "examples/python/extract_grpc.py"

cd examples/typescript
npm ci --no-audit --no-fund --loglevel=error
npx tsc --noEmit
NER_SERVER="${url#http://}" npm start --silent -- "$text" | expect "examples/typescript"
cd "$root"

# Clients that others wrote call each method.
npm ci --prefix .ci/contract --no-audit --no-fund --loglevel=error
NER_SERVER="${url#http://}" node .ci/contract/clients.mjs
NER_SERVER="${url#http://}" /usr/bin/python3 .ci/contract/clients.py examples/python/stubs
document='{"text": "وصل لافروف إلى القاهرة."}'
curl -sf "$url/v1/entities:extract" -H 'content-type: application/json' -d "{\"document\": $document}" | grep -q '"label":"PER"'
curl -sf "$url/v1/entities:batchExtract" -H 'content-type: application/json' -d "{\"documents\": [$document, $document]}" | grep -q '"outcomes":\[{.*"label":"PER".*"label":"PER"'
curl -sf "$url/v1/info" | grep -q '"entityLabels":\[{"label":"PER","type":"ENTITY_TYPE_PERSON"}'
printf 'curl: as expected\n'
