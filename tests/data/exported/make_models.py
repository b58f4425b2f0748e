"""Makes the small exported models that the tests of bring-your-own-model load, the same each time.

    /usr/bin/python3 tests/data/exported/make_models.py          (Debian: python3-onnx python3-sentencepiece)
    node tests/data/exported/make_golden.mjs                     (npm: @huggingface/tokenizers)

Every model is a table from a subword to its label scores, so that it knows the words of one sentence and nothing else; what is tested is how the folders
are read. The WordPiece vocabulary is trained on tests/data/news.txt: whole words that are frequent, beginnings and endings of the others, single letters.
"""
import collections
import json
import os
import re
import unicodedata

import numpy
import onnx
import sentencepiece
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
WORDS = "التقى سيرغي لافروف سامح شكري في القاهرة قبل زيارة الأمم المتحدة".split()
LABELS = {
    "iob2": "O B-PERS I-PERS B-PERS I-PERS O B-LOC O O B-ORG I-ORG".split(),
    # In IOB1 only an entity that follows one of its own type begins with B.
    "iob1": "O I-PER I-PER B-PER I-PER O I-LOC O O I-ORG I-ORG".split(),
    "iobes": "O B-PER E-PER B-PER E-PER O S-LOC O O B-ORG E-ORG".split(),
}
SETS = {
    "iob2": "O B-PERS I-PERS B-LOC I-LOC B-ORG I-ORG B-MISC I-MISC".split(),
    "iob1": "I-LOC B-ORG O B-PER I-PER B-LOC I-ORG".split(),
    "iobes": ["O"] + [f"{p}-{t}" for t in ("PER", "LOC", "ORG") for p in "BIES"],
}


def strip(word):
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn")


def vocabulary(fold):
    with open(os.path.join(HERE, "..", "news.txt"), encoding="utf-8") as news:
        counts = collections.Counter(fold(word) for word in re.findall(r"\w+", news.read()))
    begins, ends = collections.Counter(), collections.Counter()
    for word, count in counts.items():
        for cut in range(1, len(word)):
            if cut <= 5:
                begins[word[:cut]] += count
            if len(word) - cut <= 4:
                ends["##" + word[cut:]] += count
    letters = sorted({c for word in counts for c in word} | set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") | {chr(c) for c in range(0x621, 0x64B)} - {"ـ"})
    letters = sorted({fold(c) or c for c in letters})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list("!\"#$%&'()*+,-./:;<=>?@[]_،؛؟«»…") + letters + ["##" + c for c in letters]
    best = lambda counter, number: [piece for piece, _ in sorted(counter.items(), key=lambda p: (-p[1], p[0]))[:number]]
    return list(dict.fromkeys(pieces + [fold(word) for word in WORDS] + best(counts, 900) + best(begins, 700) + best(ends, 500)))


def wordpiece(word, vocabulary):
    ids, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in vocabulary:
                break
        else:
            return [vocabulary["[UNK]"]]
        ids.append(vocabulary[piece])
        start = end
    return ids


def model(folder, scheme, size, first_ids, types):
    labels = SETS[scheme]
    table = numpy.zeros((size, len(labels)), numpy.float32)
    table[:, labels.index("O")] = 4
    named = [first for first, label in zip(first_ids, LABELS[scheme]) if label != "O"]
    assert len(set(named)) == len(named), "each word of a name needs a first subword of its own"
    for first, label in zip(first_ids, LABELS[scheme]):
        table[first] = 0
        table[first, labels.index(label)] = 6
    # Rows that are all alike make the file small: the table is put together from them by an index.
    rows, index = numpy.unique(table, axis=0, return_inverse=True)
    inputs = ["input_ids", "attention_mask"] + (["token_type_ids"] if types else [])
    nodes = [
        helper.make_node("Gather", ["index", "input_ids"], ["row"]),
        helper.make_node("Gather", ["rows", "row"], ["scores"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "axis"], ["mask3"]),
        helper.make_node("Mul", ["scores", "mask3"], ["masked" if types else "logits"]),
    ]
    constants = {"rows": rows, "index": index.reshape(-1).astype(numpy.int32), "axis": numpy.array([2], numpy.int64)}
    if types:
        nodes += [helper.make_node("Gather", ["segments", "token_type_ids"], ["segment"]), helper.make_node("Add", ["masked", "segment"], ["logits"])]
        constants["segments"] = numpy.array([[0.0] * len(labels), [-9.0] * len(labels)], numpy.float32)
    graph = helper.make_graph(
        nodes, "tagger",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "sequence", len(labels)])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    made.ir_version = 8
    onnx.checker.check_model(made)
    onnx.save(made, os.path.join(folder, "model.onnx"))


def variants(source, folder):
    """The graph of a folder with its batch or its length fixed, with scores that are no numbers, and with its weights in a file of its own."""
    shapes = {"batch-1": (1, "sequence"), "batch-4": (4, "sequence"), "length-32": ("batch", 32), "batch-1-length-32": (1, 32)}
    for name, shape in shapes.items():
        made = onnx.load(os.path.join(source, "model.onnx"))
        for value in list(made.graph.input) + list(made.graph.output):
            for dimension, size in zip(value.type.tensor_type.shape.dim, shape):
                dimension.Clear()
                setattr(dimension, "dim_value" if isinstance(size, int) else "dim_param", size)
        onnx.save(made, os.path.join(folder, name + ".onnx"))
    made = onnx.load(os.path.join(source, "model.onnx"))
    rows = next(tensor for tensor in made.graph.initializer if tensor.name == "rows")
    rows.CopyFrom(numpy_helper.from_array(numpy.full_like(numpy_helper.to_array(rows), numpy.nan), "rows"))
    onnx.save(made, os.path.join(folder, "no-numbers.onnx"))
    # A dynamic range over the whole batch, as dynamic quantization takes it: the larger number in a batch moves every score.
    made = onnx.load(os.path.join(source, "model.onnx"))
    last = next(node for node in made.graph.node if "logits" in node.output)
    last.output[0] = "exact"
    made.graph.node.extend([
        helper.make_node("Cast", ["input_ids"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["numbers"], ["range"], keepdims=0),
        helper.make_node("Add", ["exact", "range"], ["logits"]),
    ])
    onnx.save(made, os.path.join(folder, "depends-on-batch.onnx"))
    # As dynamic quantization leaves a graph: scores in steps of a 255th of the range that the whole batch has, with a bias that falls between the steps.
    made = onnx.load(os.path.join(source, "model.onnx"))
    last = next(node for node in made.graph.node if "logits" in node.output)
    labels = made.graph.output[0].type.tensor_type.shape.dim[2].dim_value
    made.graph.initializer.append(numpy_helper.from_array(numpy.linspace(0, 0.1, labels, dtype=numpy.float32), "bias"))
    last.output[0] = "unbiased"
    made.graph.node.extend([
        helper.make_node("Add", ["unbiased", "bias"], ["exact"]),
        helper.make_node("DynamicQuantizeLinear", ["exact"], ["steps", "scale", "zero"]),
        helper.make_node("DequantizeLinear", ["steps", "scale", "zero"], ["logits"]),
    ])
    onnx.save(made, os.path.join(folder, "dynamic-int8.onnx"))
    made = onnx.load(os.path.join(source, "model.onnx"))
    onnx.save_model(made, os.path.join(folder, "external.onnx"), save_as_external_data=True, all_tensors_to_one_file=True, location="model.onnx_data", size_threshold=64)


def write(folder, name, content):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.write("\n")


def config(folder, scheme, kind, positions, plain=False):
    labels = [f"LABEL_{i}" for i in range(len(SETS[scheme]))] if plain else SETS[scheme]
    write(folder, "config.json", {"architectures": ["ForTokenClassification"], "model_type": kind, "max_position_embeddings": positions, "id2label": {str(i): label for i, label in enumerate(labels)}})


def folder_of(name):
    path = os.path.join(HERE, name)
    os.makedirs(path, exist_ok=True)
    return path


def main():
    # As AraBERT is exported: vocab.txt, letters as they are, token_type_ids.
    folder = folder_of("wordpiece-iob2")
    pieces = vocabulary(lambda word: word)
    with open(os.path.join(folder, "vocab.txt"), "w", encoding="utf-8") as file:
        file.write("".join(piece + "\n" for piece in pieces))
    write(folder, "tokenizer_config.json", {"do_lower_case": False, "strip_accents": None, "model_max_length": 512, "tokenizer_class": "BertTokenizer"})
    config(folder, "iob2", "bert", 512)
    ids = {piece: i for i, piece in enumerate(pieces)}
    model(folder, "iob2", len(pieces), [wordpiece(word, ids)[0] for word in WORDS], True)

    # As CAMeLBERT is exported by newer tools: tokenizer.json only, small letters, accents dropped, no token_type_ids.
    folder = folder_of("wordpiece-iobes")
    pieces = vocabulary(strip)
    ids = {piece: i for i, piece in enumerate(pieces)}
    write(folder, "tokenizer.json", {
        "version": "1.0",
        "added_tokens": [{"id": i, "content": piece, "special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False} for i, piece in enumerate(pieces[:5])],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids},
    })
    config(folder, "iobes", "bert", 40)
    model(folder, "iobes", len(pieces), [wordpiece(strip(word), ids)[0] for word in WORDS], False)

    # As XLM-R is exported: sentencepiece.bpe.model, numbered with an offset of 1.
    folder = folder_of("xlmr-iob1")
    prefix = os.path.join(folder, "sentencepiece.bpe")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(open(os.path.join(HERE, "..", "news.txt"), encoding="utf-8").read().splitlines() * 2 + [word for word in WORDS for _ in range(400)]), model_prefix=prefix, vocab_size=600,
        model_type="unigram", normalization_rule_name="identity", hard_vocab_limit=False, character_coverage=1.0, num_threads=1, minloglevel=2)
    os.remove(prefix + ".vocab")
    reader = sentencepiece.SentencePieceProcessor(model_file=prefix + ".model")
    config(folder, "iob1", "xlm-roberta", 66)
    write(folder, "labels.json", {"scheme": "iob1"})
    model(folder, "iob1", reader.get_piece_size() + 2, [reader.encode(word)[0] + 1 for word in WORDS], False)

    # The same pieces as tokenizer.json writes them, and labels that mean nothing without a file that says what they are.
    other = folder_of("unigram-labels")
    size = reader.get_piece_size()
    vocab = [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0]] + [[reader.id_to_piece(i), round(reader.get_score(i), 6)] for i in range(3, size)]
    write(other, "tokenizer.json", {
        "version": "1.0",
        "added_tokens": [{"id": i, "content": piece, "special": True} for i, (piece, _) in enumerate(vocab[:4])],
        "normalizer": None,
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
        "post_processor": None,
        "decoder": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocab},
    })
    config(other, "iob2", "xlm-roberta", 130, plain=True)
    write(other, "labels.json", {"scheme": "iob2", "labels": {f"LABEL_{i}": label for i, label in enumerate(SETS["iob2"])}})
    model(other, "iob2", size + 2, [reader.encode(word)[0] + 1 for word in WORDS], False)

    variants(folder_of("wordpiece-iob2"), folder_of("graphs"))

    hard = ("مُحَمَّد أَحْمَد إبراهيم آمال مؤتمر مسؤول رئيس القـاهرة غَزّة ۱۲۳ ١٢٣ ٪٥٠ 3.5% BBC بي.بي.سي Ünïted café naïve ŞAHİN résumé user@example.com https://example.com/a?b=1 "
            "#القدس @user «بيروت» (لبنان) لا؟ نعم، قال؛ 東京 北京大学 한국 😀 👍🏽 🇪🇬 a_b a-b $5 1+1=2 <b> ^ ` | ~ … — ﷺ ﻻ \u200fعربي\u200e نص\u0000خفي x\u00adx").split(" ")
    with open(os.path.join(HERE, "..", "news.txt"), encoding="utf-8") as news:
        # Two flags side by side are two words for this service and one for the reference.
        lines = [line.replace("🇲🇦🇪🇸", "🇲🇦 🇪🇸") for line in news.read().splitlines() if line][:40]
    words = hard + WORDS + list(dict.fromkeys(word for line in lines for word in line.split()))[:500] + ["طويل" * 30]
    write(HERE, "golden-texts.json", {"words": words, "lines": lines})


main()
