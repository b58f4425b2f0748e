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
from ner_training import checkpoint, export, graph, verify
from ner_training.labels import Decoder
from ner_training.session import ModelFolder

WARM_UP = "وصل سامي الخطيب إلى تونس صباح اليوم."
OUTPUTS = ["--output", "logits=product", "--output", "logits_mine=mine"]
STORAGE = [["--bits", "32"], ["--bits", "8"], ["--bits", "8", "--integer-kernels"], ["--bits", "4", "--integer-kernels"]]


def exported(trained, out, *arguments):
    ner_training("export", "--checkpoint", trained, "--out", out, "--warm-up", WARM_UP, *OUTPUTS, *arguments)
    return str(out)


@pytest.fixture(scope="module")
def model(trained, tmp_path_factory):
    return exported(trained, tmp_path_factory.mktemp("models") / "tiny", "--name", "tiny")


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
    assert manifest["files"] == {name: {"sha256": export.sha256(os.path.join(model, name))} for name in ("model.onnx", "sentencepiece.model")}
    assert manifest["onnx"] == {"file": "model.onnx", "maxPositions": 512,
                                "inputs": {"inputIds": "input_ids", "attentionMask": "attention_mask", "tokenTypeIds": None}}
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
    steps = {"32": 0, "8": 1 / 127, "4": 1 / 7}[storage[1]]
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
    problem, _ = verify.check_torch(loaded, checkpoint.load(tmp_path / "other"), texts, 2e-3)
    assert "logits differ" in problem


def test_golden_vectors_are_written_and_checked(model, tmp_path):
    path = tmp_path / "golden.jsonl"
    ner_training("verify", model, "--sentences", tiny.DEV, "--write-golden", path)
    assert "ok: golden vectors (6 lines" in ner_training("verify", model, "--golden", path).stdout
    lines = path.read_text(encoding="utf-8").splitlines()
    golden = json.loads(lines[0])
    golden["logits"][0][0] += 0.5
    path.write_text("\n".join([json.dumps(golden), *lines[1:]]), encoding="utf-8")
    result = ner_training("verify", model, "--golden", path, check=False)
    assert result.returncode == 1 and "logits differ by 0.5" in result.stdout


def test_scores_are_recorded_once(copy):
    for _ in range(2):
        ner_training("score", copy, tiny.TRAIN, "--output", "logits_mine", "--types", "PER", "LOC", "ORG", "EVENT", "--record")
    [entry] = ModelFolder(copy).manifest["scores"]
    assert entry["file"] == "examples/train" and entry["output"] == "logits_mine" and entry["f1"] > 80 and set(entry["byType"]) >= {"EVENT"}


def test_entities_are_cut_from_the_text_as_it_was_written(model):
    found = ModelFolder(model).entities("وَصَلَ ســامي الخَطيب إلى تُونِس صباحَ اليوم.")
    assert ("ســامي الخَطيب", "PER") in found


@pytest.mark.parametrize("arguments, complaint", [
    (["--bits", "4"], "with integer kernels 8 or 4"),
    (["--window", "600"], "602 of the encoder's 512 positions"),
    (["--output", "logits=none"], "no head called none"),
    (["--warm-up", "نعم"], "finds no PER, LOC, ORG in the warm-up"),
])
def test_what_cannot_be_exported_is_refused_in_words(trained, tmp_path, arguments, complaint):
    result = ner_training("export", "--checkpoint", trained, "--out", tmp_path / "m", "--warm-up", WARM_UP, *arguments, check=False)
    assert result.returncode == 1 and complaint in result.stderr and "Traceback" not in result.stderr
    assert not (tmp_path / "m" / "model.json").exists()


def test_the_first_layout_of_checkpoints_is_read(trained, tmp_path):
    """The layout of the checkpoint of arabic-news 1.0.0: the same logits must come out."""
    source = checkpoint.load(trained)
    names = {ours: theirs for theirs, ours in checkpoint._FIRST_NAMES.items()}
    rng = np.random.default_rng(1)
    segment = rng.normal(size=source.shape["width"]).astype(np.float32)
    arrays = {"enc.segment": segment, "heads.aner.weight": rng.normal(size=(9, 32)), "heads.aner.bias": np.zeros(9),
              "heads.product.weight": np.concatenate([source.weights["heads.product.weight"], np.zeros((2, 32))]),
              "heads.product.bias": np.concatenate([source.weights["heads.product.bias"], np.zeros(2)])}
    for name, array in source.weights.items():
        family, *parts = name.split(".")
        if family == "encoder":
            arrays["enc." + ".".join(names.get(part, part) for part in parts)] = array
    arrays["enc.pos.weight"] = np.concatenate([arrays.pop("enc.positions.weight") - segment, np.zeros((2, 32))])
    np.savez(tmp_path / "weights.npz", **arrays)
    shutil.copy(source.tokenizer, tmp_path / "sentencepiece.model")
    shape = source.shape
    (tmp_path / "config.json").write_text(json.dumps({
        "schemes": ["aner", "product"], "labels": ["O", *(f"{p}-{t}" for t in ("PER", "LOC", "ORG", "MISC") for p in "BI")],
        "vocab": shape["vocabulary"], "d": 32, "layers": shape["layers"], "heads": shape["attention_heads"], "ff": shape["feed_forward"],
        "max_pos": 512, "pos_offset": 0}), encoding="utf-8")
    loaded = checkpoint.load(tmp_path)
    assert loaded.shape == shape and loaded.heads["product"] == source.heads["product"] and len(loaded.heads["anercorp"]) == 9
    for name in source.weights:
        if not name.startswith("heads.mine"):
            assert np.allclose(loaded.weights[name], source.weights[name], atol=1e-6), name


def test_blocks_of_four_bits_are_packed_low_half_first():
    numbers = np.arange(64, dtype=np.uint8).reshape(2, 1, 32) % 16
    stored = numbers[..., 0::2] | numbers[..., 1::2] << 4
    assert np.array_equal(graph.unpack_blocks(stored, np.ones(2, np.float32), 4), numbers.astype(np.float32) - 8)


def test_a_graph_of_another_maker_is_not_read():
    with pytest.raises(Exception, match="not written by this recipe"):
        graph.read_weights(onnx.helper.make_model(onnx.helper.make_graph([], "x", [], [])))


def test_the_tiny_model_is_made_whole_and_the_same_each_time(tmp_path):
    make_tiny_model.main(str(tmp_path / "one"))
    # Another process has another order of sets: nothing may depend on it.
    subprocess.run([sys.executable, os.path.join(HERE, "make_tiny_model.py"), str(tmp_path / "two")], check=True, capture_output=True,
                   env={**os.environ, "PYTHONHASHSEED": "5"})
    files = sorted(os.listdir(tmp_path / "one"))
    assert files == ["expected.jsonl", "model.json", "model.onnx", "sentencepiece.model"]
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files if f != "model.json")
    lines = [json.loads(line) for line in (tmp_path / "one/expected.jsonl").read_text(encoding="utf-8").splitlines()]
    model = ModelFolder(tmp_path / "one")
    assert len(lines) >= 30 and sum(len(line["words"]) > 30 for line in lines) >= 3      # of several windows
    for line in lines:
        assert model.label(line["words"]) == line["labels"] and np.abs(model.word_logits(line["words"]) - line["logits"]).max() < 1e-3


def test_the_shipped_model_passes_its_checks(shipped_model):
    """Sums, shapes, tokenizer, warm-up, padding and PyTorch on the graph's weights; on two short sentences, as the reference is slow."""
    model = ModelFolder(shipped_model)
    texts = verify.read_texts(None)[2:]
    assert verify.check_sums(shipped_model) == "" and verify.check_graph(shipped_model) == ""
    assert verify.check_tokenizer(model) == "" and verify.check_warm_up(model) == ""
    assert verify.check_padding(model, texts)[0] == ""
    assert verify.check_torch(model, checkpoint.load(shipped_model), texts, 2e-3)[0] == ""


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
