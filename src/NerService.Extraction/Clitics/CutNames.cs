using NerService.Extraction.Candidates;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;
using NerService.Text.Titles;

namespace NerService.Extraction.Clitics;

/// <summary>
/// Names that no list knows and that may begin with a proclitic, read by the model once more with the proclitic apart: ميسي و سواريز. Few documents
/// have one; in those that do, the passages around them are one more small document for the model, never longer than the document itself and a word
/// for each name.
/// </summary>
internal sealed class CutNames
{
    /// <summary>Fewest letters behind a proclitic that are asked for: what is shorter hangs together with the sentence whatever it is.</summary>
    private const int MinNameLength = 5;

    /// <summary>Words on either side that the model sees of the passage.</summary>
    private const int Context = 24;

    private const float Floor = 1e-3f;

    private readonly SourceText _source;
    private readonly List<(WordRange Words, ProcliticCut Cut)> _names = [];
    private readonly List<string> _words = [];

    /// <summary>Where in <see cref="_words"/> the rest of each name stands.</summary>
    private readonly List<int> _places = [];

    private CutNames(SourceText source) => _source = source;

    /// <summary>The names of a document to ask about; null when there is none.</summary>
    /// <param name="text">The folded document.</param>
    /// <param name="names">Its entities in document order.</param>
    /// <param name="evidence">What is known without the model.</param>
    internal static CutNames? Of(FoldedText text, IEnumerable<NamedWords> names, ICliticEvidence evidence)
    {
        CutNames? cutNames = null;
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var cuts = new ProcliticCuts();
        foreach (var (words, type) in names)
        {
            var word = text.Word(words.Start);
            if (word.Length <= MinNameLength || !Proclitics.MayBegin(word))
                continue;
            var listed = cuts[..Proclitics.List(word, cuts)];
            if (!IsAskable(text, words.Start, listed[0]))
                continue;
            _ = CliticSegmenter.Segment(text.Source, words, type, evidence, out var isUnknown);
            if (!isUnknown)
                continue;
            if (asked.Add(word.ToString()))
                (cutNames ??= new CutNames(text.Source))._names.Add((words, listed[0]));
        }
        cutNames?.WritePassages(text);
        return cutNames;
    }

    /// <summary>The passages as a document for the model.</summary>
    internal SourceText Passages => SourceText.FromTokens(_words);

    /// <summary>Tells the evidence of each name how much rather it stands behind a proclitic than begins with its letter.</summary>
    /// <param name="whole">What the model says of the document.</param>
    /// <param name="cut">What it says of <see cref="Passages"/>.</param>
    /// <param name="evidence">Receives the model's preferences.</param>
    internal void Compare(LabelEvidence whole, LabelEvidence cut, GazetteerCliticEvidence evidence)
    {
        for (var i = 0; i < _names.Count; i++)
        {
            // Of whatever type: a name that is not understood (لبرشلونا) is often taken for another thing.
            var asName = LogOdds(BeginOfAny(cut, _places[i])) + LogOdds(cut.Outside(_places[i] - 1));
            evidence.AddPreference(FoldedText.KeyOf(_words[_places[i]]), asName - LogOdds(1 - whole.Outside(_names[i].Words.Start)));
        }
    }

    /// <summary>Whether a name may be what is left: five letters or more, no bare long alef in front unless it is the article's (a foreign name
    /// begins with أ or إ, so that واينستين and لامبورغيني are no و and no ل), and a place in the text to cut.</summary>
    private static bool IsAskable(FoldedText text, int word, ProcliticCut cut)
    {
        var rest = text.Word(word)[cut.Length..];
        if (rest.Length < MinNameLength || !text.TryCut(word, cut.Length, out var span))
            return false;
        return text.Source.Read(span)[0] != 'ا' || rest.StartsWith(Proclitics.Article);
    }

    private void WritePassages(FoldedText text)
    {
        var end = 0;
        for (var i = 0; i < _names.Count; i++)
        {
            var (name, cut) = _names[i];
            for (var word = Math.Max(end, name.Start - Context); word < name.Start; word++)
                Write(word);
            var first = name.Start;
            _ = text.TryCut(first, cut.Length, out var rest);
            _words.Add(_source.Read(new TextSpan(_source.Words[first].Start, rest.Start)).ToString());
            _places.Add(_words.Count);
            _words.Add(_source.Read(rest).ToString());
            end = Math.Min(_source.WordCount, name.End + Context);
            var next = i + 1 < _names.Count ? _names[i + 1].Words.Start : _source.WordCount;
            end = Math.Min(end, next);
            for (var word = first + 1; word < end; word++)
                Write(word);
        }
    }

    private void Write(int word) => _words.Add(_source.Word(word).ToString());

    private static float BeginOfAny(LabelEvidence labels, int word)
    {
        var sum = 0f;
        for (var type = 0; type < LabelEvidence.Types; type++)
            sum += labels.Begin(word, (EntityType)type);
        return sum;
    }

    private static double LogOdds(float probability)
    {
        var p = Math.Clamp(probability, Floor, 1 - Floor);
        return Math.Log(p / (1 - p));
    }
}
