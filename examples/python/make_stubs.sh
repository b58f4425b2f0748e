#!/bin/sh
# Makes the gRPC stubs of the contract in ./stubs. Either of:
#   pip install grpcio-tools googleapis-common-protos
#   apt-get install python3-grpcio protobuf-compiler protobuf-compiler-grpc libprotobuf-dev, and GOOGLE_PROTOS set to a folder that holds google/api and google/rpc
set -eu
cd "$(dirname "$0")"
mkdir -p stubs
if [ -n "${GOOGLE_PROTOS:-}" ]; then
  protoc -I ../../protos -I "$GOOGLE_PROTOS" --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" --python_out=stubs --grpc_python_out=stubs ner/v1/ner.proto
  protoc -I "$GOOGLE_PROTOS" --python_out=stubs google/api/annotations.proto google/api/http.proto google/rpc/status.proto google/rpc/error_details.proto
else
  google="$(python3 -c 'import google.rpc.status_pb2 as s, os; print(os.path.dirname(os.path.dirname(os.path.dirname(s.__file__))))')"
  python3 -m grpc_tools.protoc -I ../../protos -I "$google" --python_out=stubs --grpc_python_out=stubs ner/v1/ner.proto
fi
