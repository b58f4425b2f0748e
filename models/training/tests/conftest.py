import contextlib
import io
import os
import sys
from types import SimpleNamespace

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE_PARENT = os.path.dirname(HERE)
TEST_DATA = os.path.join(PACKAGE_PARENT, "..", "..", "tests", "data")
GAZETTEER = os.path.join(PACKAGE_PARENT, "..", "gazetteer")
SHIPPED_MODEL = os.path.join(PACKAGE_PARENT, "..", "arabic-news")
sys.path[:0] = [PACKAGE_PARENT, HERE]

# One thread: sums in another order would make "the same weights" a matter of luck.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import tiny  # noqa: E402
from ner_training.__main__ import main  # noqa: E402


def ner_training(*arguments, check=True):
    """Run a command as its user does, but in this process: importing PyTorch takes longer than most commands do."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = main(list(map(str, arguments)))
    if check and status:
        raise AssertionError(f"ner_training {' '.join(map(str, arguments))}\n{output.getvalue()}{errors.getvalue()}")
    return SimpleNamespace(returncode=status, stdout=output.getvalue(), stderr=errors.getvalue())


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
def gazetteer(tmp_path_factory):
    return tiny.make_gazetteer(tmp_path_factory.mktemp("gazetteer"))


@pytest.fixture(scope="session")
def trained(pruned, product_file, gazetteer, tmp_path_factory):
    out = tmp_path_factory.mktemp("work") / "trained"
    ner_training("train", *tiny.train_arguments(pruned, product_file), "--gazetteer", gazetteer, "--epochs", 40, "--dev", f"product={product_file}",
                 "--out", out)
    return str(out)


@pytest.fixture
def corpora():
    folder = os.environ.get("NER_CORPORA")
    if not folder or not os.path.isdir(folder):
        pytest.skip("NER_CORPORA names no folder: the corpora are not part of the repository (README: where they come from)")
    return folder


@pytest.fixture
def shipped_model():
    if not os.path.exists(os.path.join(SHIPPED_MODEL, "model.json")) or not os.path.exists(os.path.join(SHIPPED_MODEL, "model.onnx")):
        pytest.skip(f"{os.path.normpath(SHIPPED_MODEL)} holds no model")
    return SHIPPED_MODEL
