"""Words and their folded forms, exactly as the model is fed. The service repeats these rules in NerService.Text."""
import re
import unicodedata

# Tashkeel, Quranic marks, tatweel, bidi controls, zero-width characters and the byte order mark: they change the look, never the word.
_DROPPED = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufeff]")
# Letters that Arabic does not write, behind the one that a writer of Arabic means by them: NerService.Text/LookAlikeLetters.cs says why.
_LOOK_ALIKES = str.maketrans({letter: group[0] for group in """
    ءٴ اٱ أٲٵ إٳ بپٮٻڀ تٹټٺ ثٿٽ جچڄڃڇڿ حځڂ خڅ دڈډڊڋڍڐۮ ذڌڎڏ رڑړڔڕڒږۯ زژڗڙ سښڛ شڜۺ صڝ ضڞۻ طڟ عڠ غۼ
    فڤڡڢڣڥڦ قڨٯڧ كکڪػؼگڭڬڮګڰڱڲڳڴ لڵڶڷڸ نںڻڼڽڹ هھہەۿ ةۃۀۂ وۆۇۋۈۉۊۅۄۏ ؤٶٷ يیےێېۍۑؠؽؾؿ ئٸۓ
    ٠۰ ١۱ ٢۲ ٣۳ ٤۴ ٥۵ ٦۶ ٧۷ ٨۸ ٩۹
""".split() for letter in group[1:]})

# Addresses stay whole; a word keeps its marks, tatweel and joiners; any other visible character is a word of its own.
_LETTER = "[\\w\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200c\u200d]"
_WORD = re.compile(rf"https?://\S+|@\w+|#_*[^\W_]{_LETTER}*|{_LETTER}+(?:[.@]\w+)*|[^\w\s]")
# The # and _ of a hashtag part its words and are none themselves.
_HASHTAG_WORD = re.compile("[^#_]+")

# What keys of names leave aside too: how a careless writer spells, which digits are used, what may stand unseen inside a word.
_SPELLING = str.maketrans("أإآىةؤئ٠١٢٣٤٥٦٧٨٩", "ااايهوي0123456789", "\u061c\u00ad\u2060")
_spelling_keys = {}


def split_words(text):
    """[(start, end)] of the words of a text, in code points."""
    words = []
    for match in _WORD.finditer(text):
        if match.group().startswith("#") and len(match.group()) > 1:
            words += [part.span() for part in _HASHTAG_WORD.finditer(text, *match.span())]
        else:
            words.append(match.span())
    return words


def fold(word):
    """A word as the model reads it. Hamza and ta marbuta stay; a word of which nothing is left becomes a full stop."""
    word = _PRESENTATION_FORMS.sub(lambda match: unicodedata.normalize("NFKC", match.group()), word)
    return _DROPPED.sub("", word).translate(_LOOK_ALIKES) or "."


def spelling_key(word):
    """A word without the differences that careless spelling makes: what lists are searched by. Cached, as a corpus has few words, many times."""
    key = _spelling_keys.get(word)
    if key is None:
        key = _spelling_keys[word] = fold(word).translate(_SPELLING).lower()
    return key
