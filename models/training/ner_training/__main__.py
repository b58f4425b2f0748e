"""`python3 -m ner_training <command>`: one command a step, in the order in which the steps are run."""
import argparse
import importlib
import sys

from .errors import RecipeError

# Name and purpose of each step. Modules are imported when their step runs, so that `score` does not need PyTorch.
COMMANDS = {
    "base": "unpack the pretrained encoder that everything starts from",
    "prune": "cut the vocabulary and the embedding to what Arabic text uses",
    "pretrain": "continue masked-language pretraining on raw text",
    "train": "fine-tune one encoder with a head for each annotation scheme",
    "selftrain": "label raw text with a trained model and train on it",
    "export": "write the model folder: ONNX graph, tokenizer, model.json",
    "verify": "check a model folder: sums, shapes, padding, PyTorch against ONNX, golden vectors",
    "score": "strict span scores of a model folder on CoNLL files",
    "tag": "print what a model folder finds in lines of text",
}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="ner_training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, purpose in COMMANDS.items():
        commands.add_parser(name, help=purpose, add_help=False)
    # Only the first word is parsed here: the rest belongs to the command, whose module is not imported before it is asked for.
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    chosen = parser.parse_args(arguments[:1]).command

    try:
        module = importlib.import_module(f".{chosen}", __package__)
    except ModuleNotFoundError as missing:
        print(f"ner_training {chosen}: {sys.executable} has no package {missing.name!r}: see requirements.txt", file=sys.stderr)
        return 1
    options = argparse.ArgumentParser(prog=f"ner_training {chosen}", description=module.__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    module.add_options(options)
    try:
        return module.run(options.parse_args(arguments[1:])) or 0
    except RecipeError as problem:
        print(f"ner_training {chosen}: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
