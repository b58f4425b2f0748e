"""Training as a user meets it: processes of their own, one of which is really killed."""
import filecmp
import glob
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch

import tiny
from conftest import PACKAGE_PARENT, ner_training
from ner_training import checkpoint, windows
from ner_training.augment import Names
from ner_training.batches import IGNORED, Changes, Source, TrainingData
from ner_training.errors import RecipeError
from ner_training.gazetteer import FEATURES, Gazetteer
from ner_training.resume import python_random
from ner_training.subwords import UNKNOWN, SubwordEncoder


def log_of(folder):
    with open(os.path.join(folder, "log.jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def weights_of(folder):
    return checkpoint.load(folder).weights


def assert_same_weights(one, other):
    one, other = weights_of(one), weights_of(other)
    assert one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_the_loss_falls_and_dev_scores_are_logged(trained):
    losses = [entry["loss"] for entry in log_of(trained) if "loss" in entry]
    assert losses[-1] < losses[0] / 2
    scores = [entry for entry in log_of(trained) if "f1" in entry]
    assert [entry["at"] for entry in scores] == ["last", "average"] and scores[-1]["f1"] > 80
    with open(os.path.join(trained, "scores.json"), encoding="utf-8") as file:
        assert json.load(file)[0]["f1"] == scores[-1]["f1"]


def test_a_killed_run_continues_to_the_same_weights(pruned, product_file, gazetteer, tmp_path):
    arguments = ["train", *tiny.train_arguments(pruned, product_file), "--gazetteer", gazetteer, "--epochs", "8", "--save-steps", "7", "--evaluate-epochs", "1",
                 "--dev", f"product={product_file}"]
    ner_training(*arguments, "--out", tmp_path / "whole")

    killed = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-u", "-m", "ner_training", *arguments, "--out", str(killed)], cwd=PACKAGE_PARENT,
                               stdout=subprocess.PIPE, text=True, encoding="utf-8")
    for line in process.stdout:                     # the scores of the second epoch: well past a save, and not at one
        if line.startswith("epoch 2"):
            process.send_signal(signal.SIGKILL)
            break
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    assert not (killed / checkpoint.WEIGHTS).exists() and (killed / "state.pt").exists()

    continued = ner_training(*arguments, "--out", killed)
    assert "continuing after step" in continued.stdout
    assert_same_weights(tmp_path / "whole", killed)
    assert not (killed / "state.pt").exists()


def test_a_kill_while_averaging_continues_to_the_same_weights(pruned, product_file, tmp_path, monkeypatch):
    """The process dies at its last save, when an average exists: the exception stands for the kill, at a place that is hard to hit."""
    from ner_training import __main__, resume
    arguments = ["train", *tiny.train_arguments(pruned, product_file), "--epochs", "3", "--save-steps", "6"]
    ner_training(*arguments, "--out", tmp_path / "whole")

    class Killed(Exception):
        pass

    really_save = resume.save

    def save_and_die(folder, state, settings):
        really_save(folder, state, settings)
        if state["averaged"]:
            raise Killed

    monkeypatch.setattr(resume, "save", save_and_die)
    with pytest.raises(Killed):
        __main__.main([*map(str, arguments), "--out", str(tmp_path / "killed")])
    monkeypatch.undo()
    ner_training(*arguments, "--out", tmp_path / "killed")
    assert_same_weights(tmp_path / "whole", tmp_path / "killed")


def test_a_half_written_state_does_not_hide_the_last_whole_one(tmp_path, monkeypatch):
    from ner_training import resume
    resume.save(tmp_path, {"step": 1}, {"seed": 1})

    def die(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(resume.os, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        resume.save(tmp_path, {"step": 2}, {"seed": 1})
    assert resume.load(tmp_path, {"seed": 1}, "cpu")["step"] == 1


def test_a_run_is_not_continued_with_other_settings(tmp_path):
    from ner_training import resume
    resume.save(tmp_path, {"step": 1}, {"seed": 1, "epochs": 8})
    with pytest.raises(RecipeError, match=r"other settings \(epochs\)"):
        resume.load(tmp_path, {"seed": 1, "epochs": 9}, "cpu")


def test_a_finished_checkpoint_is_not_trained_over(trained, pruned, product_file):
    result = ner_training("train", *tiny.train_arguments(pruned, product_file), "--out", trained, check=False)
    assert result.returncode == 1 and "already holds a finished checkpoint" in result.stderr


def test_half_precision_trains_too(pruned, product_file, tmp_path):
    arguments = tiny.train_arguments(pruned, product_file)
    arguments[arguments.index("fp32")] = "bf16"
    result = ner_training("train", *arguments, "--epochs", "6", "--out", tmp_path / "out")
    assert "cpu, bf16" in result.stdout
    losses = [entry["loss"] for entry in log_of(tmp_path / "out") if "loss" in entry]
    assert losses[-1] < losses[0] and all(np.isfinite(array).all() for array in weights_of(tmp_path / "out").values())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch sees no GPU here")
def test_a_gpu_trains_too(pruned, product_file, tmp_path):
    arguments = tiny.train_arguments(pruned, product_file)
    result = ner_training("train", *arguments, "--device", "cuda", "--epochs", "6", "--out", tmp_path / "out")
    losses = [entry["loss"] for entry in log_of(tmp_path / "out") if "loss" in entry]
    assert "cuda" in result.stdout and losses[-1] < losses[0]


def test_a_time_limit_ends_the_run_early(pruned, product_file, tmp_path):
    ner_training("train", *tiny.train_arguments(pruned, product_file), "--epochs", "100000", "--minutes", "0.02", "--out", tmp_path / "out")
    assert (tmp_path / "out" / checkpoint.WEIGHTS).exists()


def test_training_on_from_a_checkpoint_keeps_the_heads_that_have_data(trained, product_file, tmp_path):
    result = ner_training("train", "--base", trained, "--data", f"product={product_file}", "--epochs", "0.1", "--learning-rate", "0",
                          "--head-learning-rate", "0", "--threads", "1", "--precision", "fp32", "--out", tmp_path / "out")
    assert "dropped" in result.stdout and "mine" in result.stdout
    before, after = weights_of(trained), weights_of(tmp_path / "out")
    assert np.array_equal(before["heads.product.weight"], after["heads.product.weight"]) and "heads.mine.weight" not in after


def test_a_new_head_begins_with_what_the_products_head_knows(trained, tmp_path):
    ner_training("train", "--base", trained, "--data", f"other={tiny.TRAIN}", "--epochs", "0.1", "--learning-rate", "0",
                 "--head-learning-rate", "0", "--threads", "1", "--precision", "fp32", "--out", tmp_path / "out")
    before, after = weights_of(trained), weights_of(tmp_path / "out")
    known = len(checkpoint.load(trained).heads["product"])
    assert np.array_equal(after["heads.other.weight"][:known], before["heads.product.weight"])
    assert len(after["heads.other.weight"]) == known + 2 and np.abs(after["heads.other.weight"][known:]).max() < 1     # EVENT: random


def test_each_part_of_the_network_learns_at_its_own_rate(trained):
    from types import SimpleNamespace
    from ner_training.encoder import Tagger
    from ner_training.train import Trainer
    model = Tagger.of(checkpoint.load(trained))
    options = SimpleNamespace(learning_rate=1.0, layer_decay=0.5, head_learning_rate=7.0, feature_learning_rate=9.0, out="")
    rates = Trainer(model, None, None, options, None)._rate
    assert [rates(f"encoder.layers.{layer}.query.weight") for layer in (1, 0)] == [1.0, 0.5]
    assert rates("encoder.words.weight") == rates("encoder.norm.bias") == 0.25
    assert rates("encoder.gazetteer") == 9.0 and rates("heads.product.bias") == 7.0


def test_the_gazetteer_changes_what_a_trained_model_thinks_of_a_name(trained, gazetteer):
    """The same sentence, told of a name that no training text had, and told nothing."""
    from ner_training import train
    source = checkpoint.load(trained)
    assert tuple(source.features) == FEATURES and np.abs(source.weights["encoder.gazetteer"]).max() > 0
    lists = train.read_gazetteer(gazetteer, source)
    words = ["زار", "صفاقس", "أمس", "."]
    assert lists.features(words)[1].any()
    from ner_training.encoder import Tagger
    model, encode = Tagger.of(source), SubwordEncoder(source.tokenizer)
    place = source.heads["product"].index("B-LOC")

    def score_of_place(told):
        return windows.word_logits(words, encode, lambda ids, mask, features: model(
            torch.tensor(ids), torch.tensor(mask), None if features is None else torch.tensor(features), "product").detach().numpy(), features=told)[1, place]

    assert score_of_place(lists.features(words)) > score_of_place(None) + 0.5


def test_seen_names_go_with_the_checkpoint(trained):
    with open(os.path.join(trained, "seen-names.tsv"), encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    assert len(rows) > 10 and all(kind in ("PER", "LOC", "ORG") and int(passages) >= 2 for _, kind, passages in rows)
    assert "صفاقس" not in {surface for surface, *_ in rows}


def test_a_second_round_keeps_the_seen_names_that_the_first_learnt_from(trained, product_file, gazetteer, tmp_path):
    ner_training("train", *tiny.train_arguments(trained, product_file), "--gazetteer", gazetteer, "--epochs", "0.2", "--out", tmp_path / "out")
    before, after = checkpoint.load(trained), checkpoint.load(tmp_path / "out")
    assert filecmp.cmp(before.seen_names, after.seen_names, shallow=False)
    assert after.features == before.features and after.weights["encoder.gazetteer"].any()


def test_a_base_without_features_begins_to_read_them_as_it_was(base, pruned, product_file, gazetteer, tmp_path):
    ner_training("train", "--base", pruned, "--data", f"product={product_file}", "--gazetteer", gazetteer, "--epochs", "0.1", "--learning-rate", "0",
                 "--head-learning-rate", "0", "--feature-learning-rate", "0", "--threads", "1", "--precision", "fp32", "--out", tmp_path / "out")
    assert not checkpoint.load(tmp_path / "out").weights["encoder.gazetteer"].any()


def data_of(tmp_path, pruned, text, scheme="mine"):
    path = tmp_path / "data.conll"
    path.write_text(text, encoding="utf-8")
    encode = SubwordEncoder(checkpoint.load(pruned).tokenizer)
    return TrainingData([Source.parse(f"{scheme}={path}")], encode, Names(), 64, 512), encode


def test_a_word_without_a_judgement_teaches_nothing(tmp_path, pruned):
    data, encode = data_of(tmp_path, pruned, "تونس\tB-LOC\nوزارة\t_\nأمس\tO\n", scheme="product")
    [batch] = data.epoch(python_random(1))
    second = 1 + len(encode("تونس"))
    third = second + len(encode("وزارة"))
    assert batch.scheme == "product" and batch.targets[0, 1] == data.heads["product"].index("B-LOC")
    assert batch.targets[0, second] == IGNORED and batch.targets[0, third] == 0
    assert (batch.targets != IGNORED).sum() == 2            # a word's label is at its first subword only


def test_a_scheme_teaches_its_own_head_alone(tmp_path, pruned):
    data, _ = data_of(tmp_path, pruned, "تونس\tB-CITY\n")
    assert data.heads == {"mine": ["O", "B-CITY", "I-CITY"]}
    assert [batch.scheme for batch in data.epoch(python_random(1))] == ["mine"]


def test_a_words_first_subword_carries_its_features(tmp_path, pruned):
    data, encode = data_of(tmp_path, pruned, "مستغانم\tB-LOC\nجميلة\tO\n")
    data.gazetteer = Gazetteer()
    data.gazetteer.add("مستغانم", "LOC", 5e5)
    [batch] = data.epoch(python_random(1))
    assert len(encode("مستغانم")) > 1 and batch.features.shape == (*batch.ids.shape, len(FEATURES))
    assert batch.features[0, 1, FEATURES.index("LOC-B")] == 1 and batch.features[0].sum() == batch.features[0, 1].sum()
    [hidden] = data.epoch(python_random(1), Changes(match_dropout=1.0))
    [untold] = data.epoch(python_random(1), Changes(no_features=1.0))
    assert not hidden.features.any() and not untold.features.any()


def test_a_window_is_not_told_of_its_own_rare_name(tmp_path, pruned):
    data, _ = data_of(tmp_path, pruned, "صحيفة\tB-ORG\nالغد\tI-ORG\n", scheme="product")
    data.gazetteer = Gazetteer()
    data.gazetteer.add_seen("صحيفة الغد", "ORG", 2)
    assert not data.epoch(python_random(1))[0].features.any()


def test_labels_that_the_product_lacks_need_a_scheme_of_their_own(tmp_path, pruned):
    with pytest.raises(RecipeError, match="no CITY.*--data mine"):
        data_of(tmp_path, pruned, "تونس\tB-CITY\n", scheme="product")


def test_an_epoch_depends_on_its_seed_alone(tmp_path, pruned):
    with open(tiny.TRAIN, encoding="utf-8") as file:
        data, _ = data_of(tmp_path, pruned, file.read())
    make = lambda seed: torch.cat([batch.ids.flatten() for batch in data.epoch(python_random(seed, 0), Changes(0.5, 0.5, 0.5))])
    assert torch.equal(make(1), make(1)) and not (make(1).shape == make(2).shape and torch.equal(make(1), make(2)))
    assert (make(1) == UNKNOWN).any()


def test_padding_changes_no_ones_logits(trained):
    from ner_training.encoder import Tagger
    model = Tagger.of(checkpoint.load(trained))
    ids = torch.tensor([[0, 5, 6, 7, 2]])
    longer, mask = torch.tensor([[0, 5, 6, 7, 2, 1, 1, 1]]), torch.tensor([[1, 1, 1, 1, 1, 0, 0, 0]])
    with torch.no_grad():
        alone = model(ids, torch.ones_like(ids), None, "product")
        padded = model(longer, mask, None, "product")[:, :5]
    assert torch.allclose(alone, padded, atol=1e-5)


def test_pretraining_lowers_its_loss_and_survives_a_kill(pruned, tmp_path):
    text = tmp_path / "raw.txt"
    text.write_text("".join(" ".join(sentence.words) + "\n" for sentence in tiny.example_sentences()), encoding="utf-8")
    arguments = ["pretrain", "--base", pruned, "--text", text, "--steps", "150", "--rows", "8", "--length", "24", "--learning-rate", "3e-3",
                 "--save-steps", "70", "--threads", "1", "--precision", "fp32"]
    whole = ner_training(*arguments, "--out", tmp_path / "whole")
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in whole.stdout.splitlines() if "loss" in line]
    assert losses[-1] < 0.9 * losses[0]

    killed = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-u", "-m", "ner_training", *map(str, arguments), "--out", str(killed)], cwd=PACKAGE_PARENT,
                               stdout=subprocess.PIPE, text=True, encoding="utf-8")
    for line in process.stdout:
        if line.startswith("step 100:"):
            process.send_signal(signal.SIGKILL)
            break
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    assert "continuing after step 70" in ner_training(*arguments, "--out", killed).stdout
    assert_same_weights(tmp_path / "whole", killed)
    result = checkpoint.load(killed)
    assert result.weights["encoder.words.weight"].shape[0] == result.shape["vocabulary"]        # the row of <mask> is gone again


def test_the_corpora_train(corpora, pruned, gazetteer, tmp_path):
    """A batch or two of the real files, as the README's command names them."""
    train = os.path.join(corpora, "train")
    aqmar = ",".join(sorted(glob.glob(os.path.join(train, "aqmar", "*.conll"))))
    sources = {"product": f"{train}/modern.conll", "anercorp": f"{train}/anercorp.conll", "newsfane": f"{train}/newsfane.conll", "aqmar": aqmar,
               "caraner": f"{train}/caraner.conll", "wojood": f"{train}/wojood-sample.conll"}
    data = [part for scheme, paths in sources.items() for part in ("--data", f"{scheme}={paths}*0.002")]
    result = ner_training("train", "--base", pruned, *data, "--gazetteer", gazetteer, "--epochs", "0.5", "--threads", "1", "--out", tmp_path / "out")
    assert "anercorp 9" in result.stdout and "product 7" in result.stdout
    assert (tmp_path / "out" / "seen-names.tsv").stat().st_size > 10_000
