import json
import os
import shutil
import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import make_tiny_model
import tiny
from conftest import HERE, ner_training
from ner_training import agreement, checkpoint, export, graph, verify
from ner_training.gazetteer import FEATURES
from ner_training.labels import Decoder
from ner_training.session import ModelFolder

WARM_UP = "وصل سامي الخطيب إلى تونس صباح اليوم."
OUTPUTS = ["--output", "logits=product", "--output", "logits_mine=mine"]
STORAGE = [["--bits", "32"], ["--bits", "8"]]


def exported(trained, out, *arguments):
    ner_training("export", "--checkpoint", trained, "--out", out, "--warm-up", WARM_UP, *OUTPUTS, *arguments)
    return str(out)


@pytest.fixture(scope="module")
def model(trained, gazetteer, tmp_path_factory):
    """With all three graphs."""
    return exported(trained, tmp_path_factory.mktemp("models") / "tiny", "--name", "tiny", "--gazetteer", gazetteer,
                    "--int8", "--weight-bits", 8, 7, "--calibration", tiny.TRAIN)


@pytest.fixture
def copy(model, tmp_path):
    return str(shutil.copytree(model, tmp_path / "copy"))


def edit(folder, change):
    path = os.path.join(folder, "model.json")
    with open(path, encoding="utf-8") as file:
        manifest = json.load(file)
    change(manifest)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(manifest, file)


@pytest.mark.parametrize("storage", STORAGE, ids=" ".join)
def test_every_way_of_storing_verifies_against_its_checkpoint(trained, tmp_path, storage):
    folder = exported(trained, tmp_path / "m", *storage)
    result = ner_training("verify", folder, "--checkpoint", trained, "--sentences", tiny.TRAIN)
    assert "FAILED" not in result.stdout and result.stdout.count("ok:") == 7


def test_all_graphs_of_a_folder_verify_told_of_the_gazetteer(trained, model, gazetteer, product_file):
    result = ner_training("verify", model, "--checkpoint", trained, "--sentences", tiny.TRAIN, "--gazetteer", gazetteer, "--dev", product_file)
    assert "FAILED" not in result.stdout and result.stdout.count("ok:") == 15
    for graph_name in ("int8", "int8-7-bit-weights"):
        assert f"ok: {graph_name}: labels of fp32" in result.stdout and f"ok: {graph_name}: F1 of fp32" in result.stdout


def test_eight_bits_and_thirty_two_give_the_same_labels(trained, model, tmp_path):
    exact = ModelFolder(exported(trained, tmp_path / "exact", "--bits", "32"))
    stored = ModelFolder(model)
    decoder = Decoder(exact.manifest["outputs"]["logits"])
    steady = [s.words for s in tiny.example_sentences() if make_tiny_model.is_steady(exact.word_logits(s.words), decoder)]
    assert len(steady) > 20 and all(stored.label(words) == exact.label(words) for words in steady)
    assert os.path.getsize(os.path.join(model, "model.onnx")) < 0.7 * os.path.getsize(os.path.join(exact.folder, "model.onnx"))


def test_the_manifest_names_what_loading_needs(model):
    with open(os.path.join(model, "model.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    assert manifest["schemaVersion"] == 1 and manifest["name"] == "tiny" and manifest["folding"] == "model"
    files = ("model.int8.onnx", "model.int8-7.onnx", "model.onnx", "sentencepiece.model", "seen-names.tsv")
    assert manifest["files"] == {name: {"sha256": export.sha256(os.path.join(model, name))} for name in files}
    assert manifest["onnx"] == {
        "graphs": [{"name": "int8", "file": "model.int8.onnx", "needs": "int8-dot-product"},
                   {"name": "int8-7-bit-weights", "file": "model.int8-7.onnx"}, {"name": "fp32", "file": "model.onnx"}],
        "inputs": {"inputIds": "input_ids", "attentionMask": "attention_mask", "gazetteerFeatures": "gazetteer_features"}, "maxPositions": 512}
    assert manifest["gazetteerFeatures"] == {"bits": list(FEATURES), "seenNames": "seen-names.tsv"}
    assert manifest["outputs"]["logits"] == ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]
    assert list(manifest["outputs"]) == ["logits", "logits_mine"] and manifest["defaultOutput"] == "logits"
    assert manifest["tokenizer"] == {"kind": "sentencepiece-unigram", "file": "sentencepiece.model", "beginId": 0, "padId": 1, "endId": 2,
                                     "unknownId": 3, "maxSubwordsPerWord": 24}
    assert manifest["window"] == {"size": 200, "overlap": 60}
    assert {"text": "سامي الخطيب", "type": "PER"} in manifest["warmUp"]["expect"]


@pytest.mark.parametrize("storage", STORAGE, ids=" ".join)
def test_weights_read_back_from_a_model_folder_are_the_graphs_own(trained, tmp_path, storage):
    folder = exported(trained, tmp_path / "m", *storage)
    before, after = checkpoint.load(trained), checkpoint.load(folder)
    assert after.shape == before.shape and after.heads == before.heads and after.weights.keys() == before.weights.keys()
    steps = {"32": 0, "8": 1 / 127}[storage[1]]
    for name, array in before.weights.items():
        assert np.abs(after.weights[name] - array).max() <= 0.51 * steps * np.abs(array).max() + 1e-6, name


def test_what_training_adds_to_stored_weights_survives_being_stored_again(trained, tmp_path):
    """On the grid of their 8 bits, weights that move by a fifth of a step would all be rounded back to where they were."""
    folder = exported(trained, tmp_path / "m")
    added = 0.2 * np.abs(checkpoint.load(folder).weights["encoder.layers.0.feed_out.weight"]).max() / 127

    def mean_after_storing(dither):
        source = checkpoint.load(folder, dither)
        before = source.weights["encoder.layers.0.feed_out.weight"].mean()
        source.weights["encoder.layers.0.feed_out.weight"] += added
        _, after = graph.read_weights(graph.build(source.shape, source.weights, {"logits": ("product", 7)}, bits=8))
        return (after["encoder.layers.0.feed_out.weight"].mean() - before) / added

    assert abs(mean_after_storing(None)) < 0.5 and 0.7 < mean_after_storing(np.random.default_rng(1)) < 1.3


def test_training_goes_on_from_a_model_folder(model, product_file, tmp_path):
    ner_training("train", "--base", model, "--data", f"product={product_file}", "--epochs", "0.2", "--threads", "1", "--out", tmp_path / "out")
    assert list(checkpoint.load(tmp_path / "out").heads) == ["product"]


def test_a_file_that_changed_is_found(copy):
    with open(os.path.join(copy, "sentencepiece.model"), "ab") as file:
        file.write(b"\0")
    result = ner_training("verify", copy, check=False)
    assert result.returncode == 1 and "FAILED: sums: sentencepiece.model has the sum" in result.stdout


@pytest.mark.parametrize("change, complaint", [
    (lambda m: m["outputs"]["logits"].pop(), "output logits has 7 scores a word for 6 labels"),
    (lambda m: m["gazetteerFeatures"]["bits"].pop(), "gazetteer_features has 13 numbers for 12 bits"),
    (lambda m: m["files"].pop("seen-names.tsv"), "seen-names.tsv has no sum"),
    (lambda m: m["outputs"].update(other=["O"]), "output other has None scores"),
    (lambda m: m["onnx"]["inputs"].update(tokenTypeIds="token_type_ids"), "inputs are"),
    (lambda m: m.update(defaultOutput="none"), "default output none"),
    (lambda m: m["window"].update(size=511), "does not fit the encoder's positions"),
    (lambda m: m["tokenizer"].update(padId=0), "states the ids"),
    (lambda m: m["warmUp"]["expect"].append({"text": "باريس", "type": "LOC"}), "warm-up sentence: finds"),
    (lambda m: m["files"].pop("sentencepiece.model"), "has no sum"),
])
def test_a_manifest_that_does_not_fit_is_found(copy, change, complaint):
    edit(copy, change)
    result = ner_training("verify", copy, check=False)
    assert result.returncode == 1 and complaint in result.stdout and "Traceback" not in result.stderr


def test_another_checkpoint_is_found(model, pruned, product_file, tmp_path):
    arguments = tiny.train_arguments(pruned, product_file)
    ner_training("train", *arguments, "--epochs", "5", "--seed", "2", "--out", tmp_path / "other")
    with open(tmp_path / "sentences.txt", "w", encoding="utf-8") as file:
        file.writelines(" ".join(sentence.words) + "\n" for sentence in tiny.example_sentences())
    texts = verify.read_texts(str(tmp_path / "sentences.txt"))
    loaded = ModelFolder(model)
    other = checkpoint.load(tmp_path / "other")
    problem, _ = agreement.torch_and_graph(loaded, other, texts, 2e-3)
    assert "logits differ" in problem


@pytest.mark.parametrize("key, change, complaint", [
    ("logits", lambda rows: [[value + 0.5 for value in row] for row in rows], "FAILED: fp32: golden vectors"),
    ("logits_int8", lambda rows: [[value + 0.5 for value in row] for row in rows], "FAILED: int8: golden vectors"),
    ("features", lambda rows: [[12] for _ in rows], "line 1: gazetteer features"),
    ("folded", lambda rows: ["x" for _ in rows], "line 1: folding"),
    ("ids", lambda rows: [[4] for _ in rows], "line 1: subwords"),
])
def test_golden_vectors_are_written_and_checked(model, gazetteer, tmp_path, key, change, complaint):
    path = tmp_path / "golden.jsonl"
    ner_training("verify", model, "--gazetteer", gazetteer, "--sentences", tiny.DEV, "--write-golden", path)
    result = ner_training("verify", model, "--gazetteer", gazetteer, "--golden", path)
    assert "ok: fp32: golden vectors (6 lines" in result.stdout and "ok: int8: golden vectors (6 lines" in result.stdout
    lines = path.read_text(encoding="utf-8").splitlines()
    golden = json.loads(lines[0])
    golden[key] = change(golden[key])
    path.write_text("\n".join([json.dumps(golden), *lines[1:]]), encoding="utf-8")
    result = ner_training("verify", model, "--gazetteer", gazetteer, "--golden", path, check=False)
    assert result.returncode == 1 and complaint in result.stdout


def test_scores_are_recorded_once(copy, gazetteer):
    for _ in range(2):
        ner_training("score", copy, tiny.TRAIN, "--gazetteer", gazetteer, "--output", "logits_mine", "--types", "PER", "LOC", "ORG", "EVENT", "--record")
    [entry] = ModelFolder(copy).manifest["scores"]
    assert entry["file"] == "examples/train" and entry["graph"] == "fp32" and entry["gazetteer"] and entry["output"] == "logits_mine" and entry["f1"] > 80 and set(entry["byType"]) >= {"EVENT"}


def test_a_word_without_a_judgement_is_no_mistake(model, tmp_path):
    from ner_training import score
    loaded = ModelFolder(model)
    words = tiny.example_sentences()[0].words
    found = loaded.label(words)
    assert any(label != "O" for label in found)
    (tmp_path / "x.conll").write_text("".join(f"{word}\t_\n" for word in words), encoding="utf-8")
    gold, predicted = score.labels_of_file(loaded, tmp_path / "x.conll", "logits")
    assert gold == predicted == [["O"] * len(words)]


def test_entities_are_cut_from_the_text_as_it_was_written(model):
    found = ModelFolder(model).entities("وَصَلَ ســامي الخَطيب إلى تُونِس صباحَ اليوم.")
    assert ("ســامي الخَطيب", "PER") in found


@pytest.mark.parametrize("arguments, complaint", [
    (["--int8"], "--int8 needs --calibration"),
    (["--window", "600"], "602 of the encoder's 512 positions"),
    (["--output", "logits=none"], "no head called none"),
    (["--warm-up", "نعم"], "finds no name in the warm-up"),
])
def test_what_cannot_be_exported_is_refused_in_words(trained, tmp_path, arguments, complaint):
    result = ner_training("export", "--checkpoint", trained, "--out", tmp_path / "m", "--warm-up", WARM_UP, *arguments, check=False)
    assert result.returncode == 1 and complaint in result.stderr and "Traceback" not in result.stderr
    assert not (tmp_path / "m" / "model.json").exists()


def test_the_first_layout_of_checkpoints_is_read(trained, tmp_path):
    """The layout of the checkpoint of arabic-news: the same logits must come out."""
    source = checkpoint.load(trained)
    names = {ours: theirs for theirs, ours in checkpoint._FIRST_NAMES.items()}
    rng = np.random.default_rng(1)
    segment = rng.normal(size=source.shape["width"]).astype(np.float32)
    arrays = {"enc.segment": segment, "heads.aner.weight": rng.normal(size=(9, 32)), "heads.aner.bias": np.zeros(9),
              "heads.product.weight": np.concatenate([source.weights["heads.product.weight"], np.zeros((2, 32))]),
              "heads.product.bias": np.concatenate([source.weights["heads.product.bias"], np.zeros(2)])}
    for name, array in source.weights.items():
        family, *parts = name.split(".")
        if name == "encoder.gazetteer":
            arrays["gaz"] = array
        elif family == "encoder":
            arrays["enc." + ".".join(names.get(part, part) for part in parts)] = array
    arrays["enc.pos.weight"] = np.concatenate([arrays.pop("enc.positions.weight") - segment, np.zeros((2, 32))])
    np.savez(tmp_path / "weights.npz", **arrays)
    shutil.copy(source.tokenizer, tmp_path / "sentencepiece.model")
    shape = source.shape
    (tmp_path / "config.json").write_text(json.dumps({
        "schemes": ["aner", "product"], "labels": ["O", *(f"{p}-{t}" for t in ("PER", "LOC", "ORG", "MISC") for p in "BI")],
        "vocab": shape["vocabulary"], "d": 32, "layers": shape["layers"], "heads": shape["attention_heads"], "ff": shape["feed_forward"],
        "max_pos": 512, "pos_offset": 0, "features": list(FEATURES)}), encoding="utf-8")
    loaded = checkpoint.load(tmp_path)
    assert loaded.features == list(FEATURES) and loaded.shape == shape and loaded.heads["product"] == source.heads["product"] and len(loaded.heads["anercorp"]) == 9
    for name in source.weights:
        if not name.startswith("heads.mine"):
            assert np.allclose(loaded.weights[name], source.weights[name], atol=1e-6), name


def test_a_graph_in_integers_keeps_its_scales_whatever_the_batch(model):
    """Each product's input has one constant scale and zero point: nothing of another text can reach an answer."""
    loaded = onnx.load(os.path.join(model, "model.int8.onnx"))
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in loaded.graph.initializer}
    products = [node for node in loaded.graph.node if node.op_type == "MatMulIntegerToFloat"]
    assert len(products) == 4 * 2                           # qkv, o, f1, f2 of two layers
    for node in products:
        stored, scale, zero = (constants[node.input[index]] for index in (1, 2, 4))
        assert stored.dtype == np.int8 and zero.dtype == np.uint8 and scale.size == zero.size == 1
    kinds = {node.op_type for node in loaded.graph.node}
    assert {"ReduceMean", "ReduceL2", "QuantizeLinear"} <= kinds
    assert not kinds & {"LayerNormalization", "SkipLayerNormalization", "DynamicQuantizeLinear"}


def test_seven_bits_leave_room_for_the_sum_of_two_products(model):
    """255 times 64 twice is the most that 16 bits hold: the kernel for AVX2 adds two products there."""
    loaded = onnx.load(os.path.join(model, "model.int8-7.onnx"))
    stored = [numpy_helper.to_array(tensor) for tensor in loaded.graph.initializer if tensor.name.startswith("l") and tensor.name.endswith(".q")]
    assert stored and max(np.abs(array.astype(int)).max() for array in stored) == 63 and 2 * 255 * 63 < 2 ** 15


def test_outliers_are_moved_into_the_weights(trained):
    """A channel a hundred times larger than the others must not leave these without steps."""
    import torch
    from ner_training import int8
    source = checkpoint.load(trained)
    source.weights["encoder.layers.0.attention_norm.weight"][3] *= 100
    ids = torch.arange(4, 44).reshape(2, 20)
    ready = int8.prepare(source, [(ids, torch.ones_like(ids), None)], weight_bits=8)
    divisor = ready.inputs["l0.f1"].divisor
    assert divisor[3] > 10 * np.median(divisor) and ready.inputs["l0.o"].divisor is None and ready.inputs["l0.qkv"].divisor is None
    before, after = source.weights["encoder.layers.0.feed_in.weight"], ready.weights["encoder.layers.0.feed_in.weight"]
    assert np.allclose(after / divisor, before, atol=1e-6)
    # What the values are divided by, the next product's weights hold.
    values, out = (ready.weights[f"encoder.layers.0.{name}.weight"] for name in ("value", "attention_out"))
    assert np.allclose(out @ values, source.weights["encoder.layers.0.attention_out.weight"] @ source.weights["encoder.layers.0.value.weight"], atol=1e-4)


def test_a_model_with_many_labels_of_its_own_is_made_whole(tmp_path):
    make_tiny_model.main(str(tmp_path / "many"), many_labels=True)
    model = ModelFolder(tmp_path / "many")
    assert {label[2:] for label in model.manifest["outputs"]["logits"] if label != "O"} == set(tiny.MANY_TYPES) and len(tiny.MANY_TYPES) == 21
    lines = [json.loads(line) for line in (tmp_path / "many/expected.jsonl").read_text(encoding="utf-8").splitlines()]
    found = {label[2:] for line in lines for label in line["labels"] if label != "O"}
    assert len(lines) > 50 and found == set(tiny.MANY_TYPES)


def test_onnx_runtime_of_node_agrees_with_the_reference(model, gazetteer):
    """The real kernels, where they are: both graphs, padded and alone to the last bit."""
    from ner_training import node_session
    if node_session.VARIABLE not in os.environ:
        pytest.skip(f"{node_session.VARIABLE} names no folder with onnxruntime-node")
    from ner_training.reference import ReferenceSession
    for name in ("fp32", "int8"):
        loaded = ModelFolder(model, gazetteer, name)
        assert "of Node" in loaded.engine
        reference = ModelFolder(model, gazetteer, name)
        reference._session = ReferenceSession(onnx.load(os.path.join(model, loaded.graph["file"])))
        texts = [sentence.words for sentence in tiny.example_sentences()]
        assert agreement.alone_and_padded(loaded, texts)[0] == ""
        assert max(np.abs(loaded.word_logits(words) - reference.word_logits(words)).max() for words in texts) < (1e-4 if name == "fp32" else 0.1)


def test_a_graph_of_another_maker_is_not_read():
    with pytest.raises(Exception, match="not written by this recipe"):
        graph.read_weights(onnx.helper.make_model(onnx.helper.make_graph([], "x", [], [])))


def test_the_tiny_model_is_made_whole_and_the_same_each_time(tmp_path):
    make_tiny_model.main(str(tmp_path / "one"))
    # Another process has another order of sets: nothing may depend on it.
    subprocess.run([sys.executable, os.path.join(HERE, "make_tiny_model.py"), str(tmp_path / "two")], check=True, capture_output=True,
                   env={**os.environ, "PYTHONHASHSEED": "5"})
    files = sorted(os.listdir(tmp_path / "one"))
    assert files == ["expected.jsonl", "gazetteer", "model.int8.onnx", "model.json", "model.onnx", "seen-names.tsv", "sentencepiece.model"]
    files.remove("gazetteer")
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files if f != "model.json")
    lines = [json.loads(line) for line in (tmp_path / "one/expected.jsonl").read_text(encoding="utf-8").splitlines()]
    model = ModelFolder(tmp_path / "one", tmp_path / "one" / "gazetteer")
    assert len(lines) >= 30 and sum(len(line["words"]) > 30 for line in lines) >= 3      # of several windows
    for line in lines:
        assert model.label(line["words"]) == line["labels"] and np.abs(model.word_logits(line["words"]) - line["logits"]).max() < 1e-3


def test_the_shipped_model_passes_its_checks(shipped_model):
    """Sums, shapes, tokenizer, warm-up, padding and PyTorch on the graph's weights; on two short sentences, as the reference is slow."""
    model = ModelFolder(shipped_model)
    texts = verify.read_texts(None)[2:]
    assert verify.check_sums(shipped_model) == "" and verify.check_graphs(shipped_model) == ""
    assert verify.check_tokenizer(model) == "" and verify.check_warm_up(model) == ""
    assert agreement.alone_and_padded(model, texts)[0] == ""
    assert agreement.torch_and_graph(model, checkpoint.load(shipped_model), texts, 2e-3)[0] == ""


def test_the_shipped_graph_is_what_export_writes(shipped_model):
    """Its own weights, exported again, give the same graph, node for node, and the same stored numbers."""
    shipped = onnx.load(os.path.join(shipped_model, "model.onnx"))
    source = checkpoint.load(shipped_model)
    outputs = {output: (checkpoint.scheme_of_output(ModelFolder(shipped_model).manifest, output), value.type.tensor_type.shape.dim[-1].dim_value)
               for value in shipped.graph.output for output in [value.name]}
    again = graph.build(source.shape, source.weights, outputs, bits=8)
    assert [node.SerializeToString() for node in again.graph.node] == [node.SerializeToString() for node in shipped.graph.node]
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in shipped.graph.initializer}
    for tensor in again.graph.initializer:
        array = numpy_helper.to_array(tensor)
        assert array.shape == stored[tensor.name].shape and np.allclose(array, stored[tensor.name], rtol=1e-5, atol=1e-6), tensor.name
