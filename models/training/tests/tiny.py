"""A tiny encoder and vocabulary, random and the same on every run, made of the example sentences."""
import os

import numpy as np
import torch

from ner_training import checkpoint, conll, subwords
from ner_training.encoder import Encoder, EncoderShape
from ner_training.labels import span_tags, spans

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "examples")
TRAIN, DEV = os.path.join(EXAMPLES, "train.conll"), os.path.join(EXAMPLES, "dev.conll")

# What a multilingual vocabulary also holds, and Arabic text has no use for.
FOREIGN_SENTENCES = ["the weather is fine today", "погода сегодня хорошая", "今日は天気がいい"]


def example_sentences(path=TRAIN):
    return [sentence for document in conll.read_documents(path) for sentence in document]


def product_file(path, source=TRAIN):
    """The examples with only the product's types, in two columns: each sentence alone, and all of them as one long document."""
    sentences = example_sentences(source)
    for sentence in sentences:
        sentence.tags = ["O" if tag.endswith("EVENT") else tag for tag in sentence.tags]
    conll.write_documents(path, [[sentence] for sentence in sentences] + [sentences])
    return str(path)


def make_gazetteer(folder):
    """Lists of every second name of the examples, so that the others are seen names, and some of other texts."""
    os.makedirs(folder, exist_ok=True)
    names = {(" ".join(s.words[start:end]), kind) for s in example_sentences() for start, end, kind in spans(s.tags) if kind != "EVENT"}
    listed = sorted(names)[::2] + [("صفاقس", "LOC"), ("نبيل الزين", "PER"), ("بنك الساحل", "ORG")]
    with open(os.path.join(folder, "names.tsv"), "w", encoding="utf-8") as out:
        for number, (surface, kind) in enumerate(listed):
            out.write(f"{surface}\t{kind}\ttiny:{number}\t{10 ** (number % 7)}\t{surface}\n")
    with open(os.path.join(folder, "name-parts.tsv"), "w", encoding="utf-8") as out:
        out.write("سامي\tgiven\nليلى\tgiven\nحداد\tfamily\nالعلمي\tfamily\n")
    return str(folder)


# A name of each of Wojood's types, and a sentence to stand in.
MANY_TYPES = {
    "PERS": ("وصل {} صباح اليوم .", ["سامي الخطيب", "ليلى حداد", "كريم"]),
    "NORP": ("احتج {} على القرار .", ["الفلسطينيون", "الأمازيغ", "اليساريون"]),
    "OCC": ("قال {} ذلك أمس .", ["وزير الخارجية", "رئيس البلدية", "المدير العام"]),
    "ORG": ("أعلنت {} النتائج .", ["جامعة وهران", "بنك الشرق", "صحيفة الغد"]),
    "GPE": ("سافر الوفد إلى {} مساء .", ["تونس", "الأردن", "مستغانم"]),
    "LOC": ("تطل القرية على {} .", ["البحر الأحمر", "نهر النيل", "جبل الشيخ"]),
    "FAC": ("التقوا في {} ظهرا .", ["مطار قرطاج", "مستشفى السلام", "جسر النصر"]),
    "EVENT": ("افتتح {} رسميا .", ["مهرجان جرش", "مؤتمر المناخ", "كأس العالم"]),
    "DATE": ("عقد الاجتماع {} .", ["يوم الأحد", "في أيار", "عام 1998"]),
    "TIME": ("بدأ الحفل {} .", ["الساعة الثامنة", "منتصف الليل", "عند الظهر"]),
    "CARDINAL": ("حضر {} ضيفا .", ["عشرون", "ثلاثون", "مئة"]),
    "ORDINAL": ("حل {} في السباق .", ["الأول", "الثاني", "الخامس"]),
    "PERCENT": ("ارتفع السعر {} هذا الشهر .", ["5 %", "عشرة بالمئة", "7 %"]),
    "LANGUAGE": ("كتب الرسالة باللغة {} .", ["العربية", "الفرنسية", "التركية"]),
    "QUANTITY": ("اشترى {} من القمح .", ["ثلاثة أطنان", "كيلوغرامين", "طنا"]),
    "WEBSITE": ("نشر الخبر على {} .", ["www.example.com", "www.example.org", "example.net"]),
    "UNIT": ("يقاس الطول بوحدة {} .", ["المتر", "الميل", "القدم"]),
    "LAW": ("صدر {} قبل سنوات .", ["قانون العمل", "قانون الأسرة", "دستور البلاد"]),
    "MONEY": ("دفع {} للبائع .", ["ألف دينار", "مئة درهم", "خمسين ليرة"]),
    "PRODUCT": ("باع المتجر {} سريعا .", ["هاتف آيفون", "سيارة تويوتا", "حاسوب ماك"]),
    "CURR": ("انخفضت قيمة {} كثيرا .", ["الدينار", "الليرة", "الدرهم"]),
}


def many_label_sentences(path):
    """Writes sentences with a name of each type, and returns their words."""
    sentences = []
    for kind, (frame, names) in MANY_TYPES.items():
        before, after = frame.split("{}")
        for name in names:
            words, rest = before.split() + name.split(), after.split()
            length = len(name.split())
            sentences.append(conll.Sentence(words + rest, ["O"] * (len(words) - length) + span_tags(length, kind) + ["O"] * len(rest)))
    # Two names in a sentence, so that each label is read beside another.
    pairs = [conll.Sentence(one.words[:-1] + ["و"] + two.words, one.tags[:-1] + ["O"] + two.tags) for one, two in zip(sentences, sentences[3:])]
    sentences.append(conll.Sentence("وصل سامي الخطيب إلى تونس يوم الأحد .".split(), "O B-PERS I-PERS O B-GPE B-DATE I-DATE O".split()))
    conll.write_documents(path, [[sentence] for sentence in sentences + pairs])
    return [sentence.words for sentence in sentences + pairs]


def make_base(folder, width=32, layers=2, seed=7, texts=None):
    """A checkpoint without heads: what a pretrained encoder is to the real recipe."""
    os.makedirs(folder, exist_ok=True)
    tokenizer = os.path.join(folder, "full.model")
    texts = texts or [" ".join(sentence.words) for sentence in example_sentences()]
    subwords.train_unigram(texts * 4 + FOREIGN_SENTENCES * 4, tokenizer, size=700)
    shape = EncoderShape(vocabulary=len(subwords.read_pieces(tokenizer)), width=width, layers=layers, attention_heads=4,
                         feed_forward=2 * width, max_positions=512)
    torch.manual_seed(seed)
    encoder = Encoder(shape)
    weights = {f"encoder.{name}": value.detach().numpy() for name, value in encoder.state_dict().items()}
    # Drawn by NumPy, whose generators give the same numbers in every version; PyTorch's promise is weaker.
    rng = np.random.default_rng(seed)
    for name, value in weights.items():
        if value.ndim == 2:
            weights[name] = rng.normal(0, 0.3 if "words" in name else 1 / np.sqrt(value.shape[1]), value.shape).astype(np.float32)
    weights["encoder.positions.weight"] *= np.float32(0.1)
    checkpoint.save(folder, checkpoint.Checkpoint(shape.as_dict(), {}, weights, tokenizer))
    return str(folder)


def train_arguments(base, product_path):
    """Options under which the tiny encoder learns the examples by heart in seconds, with every feature of training in use."""
    return [*tiny_options(base), "--data", f"product={product_path}", "--data", f"mine={TRAIN}", "--swap", "0.1", "--careless", "0.1",
            "--word-dropout", "0.02"]


def tiny_options(base):
    return ["--base", base, "--learning-rate", "2e-3", "--head-learning-rate", "5e-3", "--batch-tokens", "256", "--window", "112",
            "--warm-up-steps", "60", "--evaluate-epochs", "1000", "--threads", "1", "--precision", "fp32"]
