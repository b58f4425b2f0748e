"""Print what a model folder finds in lines of text, read from a file or from standard input."""
import sys

from . import session


def add_options(parser):
    session.add_options(parser)
    parser.add_argument("file", nargs="?", help="a text a line (default: standard input)")
    parser.add_argument("--output", help="output of the graph (default: the model's)")


def run(options):
    model = session.ModelFolder(options.model, options.gazetteer, options.graph)
    lines = open(options.file, encoding="utf-8") if options.file else sys.stdin
    with lines:
        for line in lines:
            text = line.strip()
            if text:
                print(text)
                for surface, kind in model.entities(text, options.output):
                    print(f"    {kind}\t{surface}")
