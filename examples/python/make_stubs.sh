#!/bin/sh
# Makes the gRPC stubs of the contract in ./stubs. Either of:
#   pip install grpcio-tools
#   apt-get install python3-grpcio protobuf-compiler protobuf-compiler-grpc libprotobuf-dev
set -eu
cd "$(dirname "$0")"
mkdir -p stubs
set -- -I ../../protos -I ../../protos/third_party --python_out=stubs ner/v1/ner.proto ner/v1/errors.proto \
  google/api/annotations.proto google/api/http.proto google/rpc/code.proto google/rpc/status.proto google/rpc/error_details.proto
if python3 -c 'import grpc_tools' 2> /dev/null; then
  python3 -m grpc_tools.protoc --grpc_python_out=stubs "$@"
else
  protoc --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" --grpc_python_out=stubs "$@"
fi
