"""The README's way to train on one's own labels, command by command as it stands there."""

import os
import re
import subprocess
import sys

from conftest import PACKAGE_PARENT

MARK = "run-by:models/training/tests/test_readme.py"


def blocks():
    """Language and text of each block that this test runs, in the order of README.md."""
    with open(os.path.join(PACKAGE_PARENT, "README.md"), encoding="utf-8") as readme:
        found = re.findall(rf"^( *)```(\w+) {re.escape(MARK)}\n(.*?)^ *```$", readme.read(), re.DOTALL | re.MULTILINE)
    return [(language, "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))) for indent, language, text in found]


def test_the_commands_of_the_readme_train_a_model_that_tags_what_it_says(tmp_path):
    # The folders as the commands know them; what they write beside the model stays here.
    os.makedirs(tmp_path / "training")
    for name in ("training/ner_training", "training/examples", "arabic-news", "gazetteer"):
        os.symlink(os.path.join(PACKAGE_PARENT, "..", name), tmp_path / name)
    os.makedirs(tmp_path / "bin")
    os.symlink(sys.executable, tmp_path / "bin" / "python3")
    environment = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}

    printed = None
    for language, text in blocks():
        if language == "text":
            assert printed.strip() == text.strip()
            continue
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=tmp_path / "training", env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, f"{text}\n{ran.stdout}{ran.stderr}"
        printed = ran.stdout
    assert (tmp_path / "mine" / "model.json").exists()
