"""Label raw text with a trained model, then train on it together with the corpora.

Text files hold a document a line, optionally after its title and a tab. A word counts only where the teacher is sure; elsewhere its tag is `_`, and
a mention with an unsure word is hidden whole. Titles whose type is known (--titles: name, tab, type) are trusted over the teacher.

Takes the options of `train`: the labels go to OUT/silver.conll, and are added to its --data under the product's guideline.
"""
import os
import random

import numpy as np

from . import checkpoint, conll, train
from .device import Device
from .encoder import Tagger
from .errors import RecipeError
from .labels import NO_SIGNAL, OUTSIDE, PRODUCT, log_softmax, span_tags
from .proclitics import likely_readings
from .subwords import SubwordEncoder
from .text import spelling_key, split_words

_SILVER = "silver.conll"
_CERTAINLY_OUTSIDE = 0.7        # below it, an unsure word after a mention may be its next word
_TITLE_REACH = 6                # a title of one word is trusted anywhere only where the teacher sees a name too, and in these first words


def add_options(parser):
    train.add_options(parser)
    parser.add_argument("--teacher", required=True, help="checkpoint or model folder with a head for the product")
    parser.add_argument("--text", nargs="+", required=True)
    parser.add_argument("--titles", help="file of names with a known type: name, tab, PER LOC or ORG (further columns are ignored)")
    parser.add_argument("--share", type=float, default=1.0, help="the part of the labelled text that an epoch sees")
    parser.add_argument("--sure", type=float, default=0.85, help="probability from which the teacher's label counts")
    parser.add_argument("--words", type=int, default=70, help="words of a document that are used: its opening names most")
    parser.add_argument("--limit", type=int, default=100_000, help="documents that are used")
    parser.add_argument("--only-label", action="store_true", help="write OUT/silver.conll and stop")


def run(options):
    path = os.path.join(options.out, _SILVER)
    if not os.path.exists(path):                    # a run that was killed in training does not label again
        os.makedirs(options.out, exist_ok=True)
        conll.write_documents(path + ".new", label(options))
        os.replace(path + ".new", path)
    if options.only_label:
        return 0
    options.data = options.data + [f"{PRODUCT}={path}*{options.share}"]
    return train.run(options)


def label(options):
    """Documents of one sentence each."""
    device = Device(options)
    teacher = checkpoint.load(options.teacher)
    if PRODUCT not in teacher.heads:
        raise RecipeError(f"{options.teacher} has no head for the product; it has {', '.join(teacher.heads) or 'none'}")
    model = Tagger.of(teacher).to(device.name)
    encode, gazetteer = SubwordEncoder(teacher.tokenizer), train.read_gazetteer(options.gazetteer, teacher)
    titles = _read_titles(options.titles) if options.titles else {}
    documents = _read_texts(options, encode, min(options.window * 2, teacher.shape["max_positions"] - 2))

    result, hidden = [None] * len(documents), 0
    texts = [words for _, words in documents]
    for numbers, firsts, logits in train.window_logits(model, device, PRODUCT, texts, encode, gazetteer):
        for row, number in enumerate(numbers):
            title, words = documents[number]
            tags = sure_tags(np.exp(log_softmax(logits[row, firsts[row]])), teacher.heads[PRODUCT], options.sure)
            if title in titles:
                trust_title(words, tags, title, titles[title])
            hidden += tags.count(NO_SIGNAL)
            result[number] = [conll.Sentence(words, tags)]
    total = sum(map(len, texts))
    print(f"labelled {len(result)} documents, {total} words; {100 * hidden / max(total, 1):.1f} % hidden as unsure", flush=True)
    return result


def sure_tags(probabilities, labels, sure):
    """The most likely tags, `_` where the best is not likely enough, and mentions that touch such a word hidden whole."""
    tags = [labels[index] for index in probabilities.argmax(-1)]
    previous = OUTSIDE
    for index, tag in enumerate(tags):
        if tag.startswith("I-") and previous[2:] != tag[2:]:
            tags[index] = "B-" + tag[2:]
        previous = tags[index]
    tags = [tag if best > sure else NO_SIGNAL for tag, best in zip(tags, probabilities.max(-1))]
    for index in range(1, len(tags)):
        if tags[index].startswith("I-") and tags[index - 1] == NO_SIGNAL:
            tags[index] = NO_SIGNAL
    for index in range(len(tags) - 2, -1, -1):
        follower_may_belong = tags[index + 1] == NO_SIGNAL and probabilities[index + 1, labels.index(OUTSIDE)] < _CERTAINLY_OUTSIDE
        if tags[index] not in (OUTSIDE, NO_SIGNAL) and follower_may_belong:
            tags[index] = NO_SIGNAL
    return tags


def trust_title(words, tags, title, kind):
    """Tag each occurrence of a document's title, in place. Its first word may carry a proclitic."""
    key = [spelling_key(title[start:end]) for start, end in split_words(title)]
    folded = [spelling_key(word) for word in words]
    for start in range(len(words) - len(key) + 1 if key else 0):
        end = start + len(key)
        if folded[start + 1:end] != key[1:] or key[0] not in likely_readings(words[start]) or tags[start].startswith("I-"):
            continue
        if len(key) == 1 and start >= _TITLE_REACH and tags[start] == OUTSIDE:
            continue
        tags[start:end] = span_tags(len(key), kind)
        while end < len(tags) and tags[end].startswith("I-"):       # what the teacher had go on past the title is in doubt
            tags[end] = NO_SIGNAL
            end += 1


def _read_titles(path):
    titles = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                name, kind, *_ = line.rstrip("\n").split("\t")
                titles[name] = kind
    return titles


def _read_texts(options, encode, limit):
    """[(title or "", words)], shuffled."""
    documents = []
    for path in options.text:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                title, tab, text = line.rstrip("\n").partition("\t")
                if not tab:
                    title, text = "", title
                words = [text[start:end] for start, end in split_words(text)][:options.words]
                used, kept = 0, []
                for word in words:
                    used += len(encode(word))
                    if used > limit:
                        break
                    kept.append(word)
                if kept:
                    documents.append((title.strip(), kept))
    random.Random(options.seed).shuffle(documents)
    return documents[:options.limit]
