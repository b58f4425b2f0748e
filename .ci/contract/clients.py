"""Calls each method with Debian's python3-grpcio; the stubs are those that examples/python/make_stubs.sh made.

    NER_SERVER=host:port python3 clients.py STUBS
"""
import os
import sys

import google

sys.path.insert(0, sys.argv[1])
google.__path__.append(os.path.join(sys.argv[1], "google"))

import grpc  # noqa: E402
from ner.v1 import ner_pb2, ner_pb2_grpc  # noqa: E402

TEXT = "👍🏽 التقى سيرغي لافروف وفدًا من الأمم المتحدة في القاهرة."


def check(result):
    """Offsets count code points where a request does not say."""
    assert all(TEXT[m.span.start:m.span.end] == m.text for m in result.mentions), result
    assert [m.label for m in result.mentions] == ["PER", "ORG", "LOC"], result


with grpc.insecure_channel(os.environ["NER_SERVER"]) as channel:
    service = ner_pb2_grpc.NerServiceStub(channel)
    check(service.ExtractEntities(ner_pb2.ExtractEntitiesRequest(document=ner_pb2.Document(text=TEXT)), timeout=30))
    batch = service.BatchExtractEntities(ner_pb2.BatchExtractEntitiesRequest(documents=[ner_pb2.Document(text=TEXT), ner_pb2.Document(id="2")]), timeout=30)
    check(batch.outcomes[0].result)
    assert batch.outcomes[1].error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    options = ner_pb2.ExtractionOptions(features=[ner_pb2.FEATURE_MENTIONS])
    stream = [ner_pb2.StreamExtractEntitiesRequest(options=options), ner_pb2.StreamExtractEntitiesRequest(document=ner_pb2.Document(id="1", text=TEXT))]
    (answer,) = service.StreamExtractEntities(iter(stream), timeout=30)
    check(answer.outcome.result)
    assert not answer.outcome.result.entities
    assert service.GetServiceInfo(ner_pb2.GetServiceInfoRequest(), timeout=30).model.name == "arabic-news"
print("python3-grpcio: as expected")
