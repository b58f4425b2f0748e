import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE_PARENT = os.path.dirname(HERE)
sys.path[:0] = [PACKAGE_PARENT, HERE]

# One thread: sums in another order would make "the same weights" a matter of luck.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import tiny  # noqa: E402


def ner_training(*arguments, check=True, **settings):
    """Run a command as a user does, in a process of its own."""
    result = subprocess.run([sys.executable, "-m", "ner_training", *map(str, arguments)], cwd=PACKAGE_PARENT, capture_output=True, text=True,
                            encoding="utf-8", **settings)
    if check and result.returncode:
        raise AssertionError(f"ner_training {' '.join(map(str, arguments))}\n{result.stdout}{result.stderr}")
    return result


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """A random encoder with a vocabulary that also knows other scripts."""
    return tiny.make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def pruned(base, tmp_path_factory):
    out = tmp_path_factory.mktemp("work") / "pruned"
    ner_training("prune", "--base", base, "--text", tiny.TRAIN, "--arabic-count", 1, "--out", out)
    return str(out)


@pytest.fixture(scope="session")
def product_file(tmp_path_factory):
    return tiny.product_file(tmp_path_factory.mktemp("data") / "product.conll")


@pytest.fixture(scope="session")
def trained(pruned, product_file, tmp_path_factory):
    out = tmp_path_factory.mktemp("work") / "trained"
    ner_training("train", *tiny.train_arguments(pruned, product_file), "--epochs", 40, "--dev", f"product={product_file}", "--out", out)
    return str(out)


@pytest.fixture
def corpora():
    folder = os.environ.get("NER_CORPORA")
    if not folder or not os.path.isdir(folder):
        pytest.skip("NER_CORPORA names no folder: the corpora are not part of the repository (README: where they come from)")
    return folder


@pytest.fixture
def shipped_model():
    folder = os.path.join(PACKAGE_PARENT, "..", "arabic-news")
    if not os.path.exists(os.path.join(folder, "model.json")) or not os.path.exists(os.path.join(folder, "model.onnx")):
        pytest.skip(f"{os.path.normpath(folder)} holds no model")
    return folder
