"""Times what a user would run instead of the service, on the same weights and the same documents, beside `ner bench`. README.md says how.

Peers get their documents encoded, in batches that are ready: only the model's own run is timed, neither words nor subwords nor names. `ner bench`
is timed from text to entities.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(ROOT, "models", "training"))

import numpy as np  # noqa: E402

from ner_training import checkpoint, windows  # noqa: E402
from ner_training.graph import ATTENTION_MASK, GAZETTEER_FEATURES, INPUT_IDS  # noqa: E402
from ner_training.session import read_manifest  # noqa: E402
from ner_training.subwords import PAD, SubwordEncoder  # noqa: E402
from ner_training.text import split_words  # noqa: E402

_BATCHES = (1, 8, 32)           # documents; 1 is also the latency of a single caller
_SINGLE = 100                   # documents that are sent one by one


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=os.path.join(ROOT, "models", "arabic-news"), help="model folder")
    parser.add_argument("--text", default=os.path.join(ROOT, "tests", "data", "news.txt"), help="running text that the documents are cut from")
    parser.add_argument("--documents", type=int, default=256)
    parser.add_argument("--words", type=int, default=30, help="words of a document")
    parser.add_argument("--rounds", type=int, default=5, help="medians of these are reported")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--node", metavar="FOLDER", help="where `npm install onnxruntime-node` was run")
    parser.add_argument("--ner", metavar="COMMAND", help="the command line program, to be measured in the same run: dotnet path/to/ner.dll")
    options = parser.parse_args()

    documents = cut_documents(options.text, options.documents, options.words)
    graphs = {graph["name"]: os.path.join(options.model, graph["file"]) for graph in read_manifest(options.model)["onnx"]["graphs"]}
    print("| what | documents/s | one document alone, ms |\n|---|--:|--:|")
    for name in graphs if options.ner else ():
        report(f"ner bench, {name}, text to entities", *measure_ner(options, name))
    encode = SubwordEncoder(os.path.join(options.model, "sentencepiece.model"))
    encoded = [windows.flatten([encode(word) for word in words])[0] for words in documents]
    for title, run in [*torch_peers(options), *onnxruntime_peers(options, graphs)]:
        for size, batches in all_batches(encoded):
            report(f"{title}, batches of {size}", *measure(run, batches, options.rounds))
    for name, path in graphs.items() if options.node else ():
        for size, batches in all_batches(encoded):
            report(f"onnxruntime-node, {name}, batches of {size}", *measure_node(options, path, batches))


def cut_documents(path, count, words):
    """As `ner bench` cuts them: each begins where the last one ended."""
    with open(path, encoding="utf-8") as lines:
        running = [line[start:end] for line in lines for start, end in split_words(line)]
    return [[running[(number * words + word) % len(running)] for word in range(words)] for number in range(count)]


def all_batches(encoded):
    """(documents of a batch, [(ids, mask)]), as a user batches: in the order of the documents, padded to the longest of the batch."""
    for size in _BATCHES:
        yield size, [padded(encoded[start:start + size]) for start in range(0, len(encoded), size)]


def padded(rows):
    longest = max(map(len, rows))
    ids = np.array([row + [PAD] * (longest - len(row)) for row in rows], np.int64)
    mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in rows], np.int64)
    return ids, mask


def measure(run, batches, rounds):
    """(documents a second, milliseconds of one document or None)."""
    for ids, mask in batches[:4]:
        run(ids, mask)                          # warm-up
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        for ids, mask in batches:
            run(ids, mask)
        seconds.append(time.perf_counter() - started)
    documents = sum(len(ids) for ids, _ in batches)
    return documents / statistics.median(seconds), _single(run, batches) if len(batches[0][0]) == 1 else None


def _single(run, batches):
    milliseconds = []
    for ids, mask in batches[:_SINGLE]:
        started = time.perf_counter()
        run(ids, mask)
        milliseconds.append(1000 * (time.perf_counter() - started))
    return statistics.median(milliseconds)


def torch_peers(options):
    try:
        import torch
    except ImportError:
        return
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    source = checkpoint.load(options.model)
    from ner_training.encoder import Tagger
    tagger = Tagger.of(source)
    yield f"PyTorch {torch.__version__}", lambda ids, mask: tagger(torch.from_numpy(ids), torch.from_numpy(mask), None, "product").numpy()
    try:
        import transformers
    except ImportError:
        return
    bert = transformers_model(transformers, torch, source)
    yield f"transformers {transformers.__version__}", lambda ids, mask: bert(torch.from_numpy(ids), torch.from_numpy(mask)).logits.numpy()


def transformers_model(transformers, torch, source):
    """The same weights in the library's own class; it has no input for the gazetteer."""
    shape, weights = source.shape, source.weights
    config = transformers.BertConfig(
        vocab_size=shape["vocabulary"], hidden_size=shape["width"], num_hidden_layers=shape["layers"], num_attention_heads=shape["attention_heads"],
        intermediate_size=shape["feed_forward"], max_position_embeddings=shape["max_positions"], type_vocab_size=1, layer_norm_eps=1e-12,
        hidden_act="gelu", num_labels=len(source.heads["product"]))
    model = transformers.BertForTokenClassification(config)
    names = {"encoder.words": "bert.embeddings.word_embeddings", "encoder.positions": "bert.embeddings.position_embeddings",
             "encoder.norm": "bert.embeddings.LayerNorm", "heads.product": "classifier"}
    parts = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
             "attention_out": "attention.output.dense", "attention_norm": "attention.output.LayerNorm",
             "feed_in": "intermediate.dense", "feed_out": "output.dense", "feed_norm": "output.LayerNorm"}
    names.update({f"encoder.layers.{layer}.{ours}": f"bert.encoder.layer.{layer}.{theirs}"
                  for layer in range(shape["layers"]) for ours, theirs in parts.items()})
    state = {f"{theirs}.{kind}": torch.from_numpy(weights[f"{ours}.{kind}"])
             for ours, theirs in names.items() for kind in ("weight", "bias") if f"{ours}.{kind}" in weights}
    state["bert.embeddings.token_type_embeddings.weight"] = torch.zeros(1, shape["width"])      # part of the positions here
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or [name for name in missing if not name.endswith("position_ids")]:
        sys.exit(f"transformers names its weights in another way: missing {missing}, unexpected {unexpected}")
    return model.eval()


def onnxruntime_peers(options, graphs):
    try:
        import onnxruntime
    except ImportError:
        return
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    for name, path in graphs.items():
        session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        count = next(value.shape[2] for value in session.get_inputs() if value.name == GAZETTEER_FEATURES)
        yield f"onnxruntime {onnxruntime.__version__} in Python, {name}", lambda ids, mask, session=session, count=count: session.run(
            ["logits"], {INPUT_IDS: ids, ATTENTION_MASK: mask, GAZETTEER_FEATURES: np.zeros((*ids.shape, count), np.float32)})


def measure_node(options, path, batches):
    work = {"model": path, "threads": options.threads, "rounds": options.rounds, "single": _SINGLE if len(batches[0][0]) == 1 else 0,
            "batches": [{"rows": len(ids), "ids": ids.ravel().tolist(), "mask": mask.ravel().tolist()} for ids, mask in batches]}
    answer = subprocess.run(["node", os.path.join(HERE, "peer.mjs"), os.path.abspath(options.node)], input=json.dumps(work), capture_output=True,
                            text=True, check=True)
    measured = json.loads(answer.stdout)
    documents = sum(len(ids) for ids, _ in batches)
    return documents / statistics.median(measured["seconds"]), statistics.median(measured["single"]) if measured["single"] else None


def measure_ner(options, graph):
    numbers = {"--documents": options.documents, "--words": options.words, "--rounds": options.rounds, "--threads": options.threads}
    command = [*options.ner.split(), "bench", "--json", "--model", options.model, "--graph", graph, "--text", options.text,
               *(str(part) for pair in numbers.items() for part in pair)]
    measured = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return measured["extractorWordsPerSecond"] / measured["words"] * measured["documents"], measured["singleSentenceMs"]


def report(title, rate, milliseconds):
    print(f"| {title} | {rate:,.1f} | {'' if milliseconds is None else f'{milliseconds:.1f}'} |", flush=True)


if __name__ == "__main__":
    main()
