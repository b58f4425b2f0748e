"""Finds the entities of the texts on the command line, over HTTP and JSON, with Python's own library alone.

    python3 extract.py "وصل سيرغي لافروف إلى القاهرة."

NER_SERVER is the server's address, http://localhost:5051 by default. extract_grpc.py does the same over gRPC.
"""
import json
import os
import sys
import urllib.error
import urllib.request

SERVER = os.environ.get("NER_SERVER", "http://localhost:5051")


def extract(text):
    """The answer for a text; offsets count code points, as Python's strings do."""
    body = json.dumps({"document": {"text": text}, "options": {"offsetUnit": "OFFSET_UNIT_UNICODE_CODE_POINT"}}).encode()
    request = urllib.request.Request(SERVER + "/v1/entities:extract", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def main():
    try:
        for text in sys.argv[1:]:
            for mention in extract(text)["mentions"]:
                span = mention["span"]
                assert text[span["start"]:span["end"]] == mention["text"]
                print(mention["label"], mention["text"], f"{mention['confidence']:.2f}", mention["source"], sep="\t")
    except urllib.error.HTTPError as error:
        # application/problem+json: what was wrong, and for each field why.
        problem = json.load(error)
        sys.exit(f"{problem.get('code', error.code)}: {problem.get('detail', problem['title'])}")


if __name__ == "__main__":
    main()
