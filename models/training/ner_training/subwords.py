"""SentencePiece Unigram vocabularies: reading, writing, training, and encoding one folded word at a time."""
import io

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from .errors import RecipeError
from .text import fold

BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3
SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
MAX_SUBWORDS_PER_WORD = 24      # no name is longer; the rest of a longer word is dropped


class SubwordEncoder:
    """Encodes words by themselves, so that a word has the same subwords in every sentence and can be cached."""

    def __init__(self, path):
        self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        found = (self._processor.bos_id(), self._processor.pad_id(), self._processor.eos_id(), self._processor.unk_id())
        if found != (BEGIN, PAD, END, UNKNOWN):
            raise RecipeError(f"{path}: <s>, <pad>, </s>, <unk> have the ids {found}; they must be 0, 1, 2, 3")
        self._cache = {}

    def __len__(self):
        return self._processor.get_piece_size()

    def __call__(self, word):
        ids = self._cache.get(word)
        if ids is None:
            ids = self._cache[word] = self._processor.encode(fold(word))[:MAX_SUBWORDS_PER_WORD] or [UNKNOWN]
        return ids


def read_pieces(path):
    """[(piece, score)] of a model file, in the order of their ids."""
    model = sentencepiece_model_pb2.ModelProto()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
    return [(piece.piece, piece.score) for piece in model.pieces]


def write_unigram(pieces, path):
    """pieces: [(piece, score)], the four special ones first. No normaliser: folding is done before."""
    if tuple(piece for piece, _ in pieces[:4]) != SPECIAL_PIECES:
        raise RecipeError(f"a vocabulary must begin with {' '.join(SPECIAL_PIECES)}, not {[p for p, _ in pieces[:4]]}")
    model = sentencepiece_model_pb2.ModelProto()
    kinds = model.SentencePiece
    for index, (piece, score) in enumerate(pieces):
        kind = kinds.UNKNOWN if index == UNKNOWN else kinds.CONTROL if index < len(SPECIAL_PIECES) else kinds.NORMAL
        model.pieces.add(piece=piece, score=score, type=kind)
    trainer, normalizer = model.trainer_spec, model.normalizer_spec
    trainer.model_type = trainer.UNIGRAM
    trainer.vocab_size = len(pieces)
    trainer.bos_id, trainer.pad_id, trainer.eos_id, trainer.unk_id = BEGIN, PAD, END, UNKNOWN
    trainer.bos_piece, trainer.pad_piece, trainer.eos_piece, trainer.unk_piece = SPECIAL_PIECES
    normalizer.name = "identity"
    normalizer.add_dummy_prefix = normalizer.remove_extra_whitespaces = normalizer.escape_whitespaces = True
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


def train_unigram(sentences, path, size):
    """Learn a vocabulary of at most `size` pieces. One thread: with more, the result depends on timing."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences), model_writer=model, model_type="unigram", vocab_size=size, hard_vocab_limit=False,
        bos_id=BEGIN, pad_id=PAD, eos_id=END, unk_id=UNKNOWN, normalization_rule_name="identity", add_dummy_prefix=True,
        character_coverage=1.0, num_threads=1, minloglevel=2)
    with open(path, "wb") as file:
        file.write(model.getvalue())
