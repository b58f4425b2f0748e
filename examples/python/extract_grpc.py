"""Finds the entities of the texts on the command line, over gRPC: one stream, answers in order. Run make_stubs.sh first.

    python3 extract_grpc.py "وصل سيرغي لافروف إلى القاهرة." "زار الوفد غزة وباريس."

NER_SERVER is the server's address, host:port.
"""
import os
import sys

import google

STUBS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stubs")
sys.path.insert(0, STUBS)
# Where the stubs of google.rpc stand beside ours instead of in a package of their own.
google.__path__.append(os.path.join(STUBS, "google"))

import grpc  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402
from ner.v1 import ner_pb2, ner_pb2_grpc  # noqa: E402


def refused(error):
    """What a server that refuses says, field by field."""
    lines = [f"{error.code().name}: {error.details()}"]
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            bad = error_details_pb2.BadRequest()
            if detail.Unpack(bad):
                lines += [f"  {violation.field}: {violation.description}" for violation in bad.field_violations]
    return "\n".join(lines)


def main():
    texts = sys.argv[1:]
    with grpc.insecure_channel(os.environ.get("NER_SERVER", "localhost:5051")) as channel:
        service = ner_pb2_grpc.NerServiceStub(channel)
        requests = (ner_pb2.StreamExtractEntitiesRequest(document=ner_pb2.Document(id=str(i), text=text)) for i, text in enumerate(texts))
        try:
            for text, answer in zip(texts, service.StreamExtractEntities(requests, timeout=30)):
                outcome = answer.outcome
                if outcome.WhichOneof("outcome") == "error":
                    print(f"{outcome.document_id}: {outcome.error.message}", file=sys.stderr)
                    continue
                for mention in outcome.result.mentions:
                    # Offsets count code points, as Python's strings do, where a request does not say.
                    assert text[mention.span.start:mention.span.end] == mention.text
                    print(mention.label, mention.text, f"{mention.confidence:.2f}", ner_pb2.Source.Name(mention.source), sep="\t")
        except grpc.RpcError as error:
            sys.exit(refused(error))


if __name__ == "__main__":
    main()
