using NerService.Extraction.Candidates;
using NerService.Text.Clitics;
using NerService.Text.Documents;
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
    /// <summary>Minimum letters after a proclitic for the model to be asked: it takes anything shorter for a word of the sentence.</summary>
    private const int MinNameLength = 5;

    /// <summary>Words on either side that the model sees of the passage.</summary>
    private const int Context = 24;

    private const float Floor = 1e-3f;

    /// <summary>The words of each name in the document, and where in <see cref="Passages"/> the rest of its first word stands.</summary>
    private readonly List<(WordRange Words, int Place)> _names = [];

    private CutNames(SourceText source, List<(WordRange Words, ProcliticCut Cut)> names)
    {
        var passages = new List<string>();
        var end = 0;
        for (var i = 0; i < names.Count; i++)
        {
            var (name, cut) = names[i];
            Write(Math.Max(end, name.Start - Context), name.Start);
            _ = source.Keys.TryCut(name.Start, cut.Length, out var rest);
            passages.Add(source.Read(new TextSpan(source.Words[name.Start].Start, rest.Start)).ToString());
            _names.Add((name, passages.Count));
            passages.Add(source.Read(rest).ToString());
            var next = i + 1 < names.Count ? names[i + 1].Words.Start : source.WordCount;
            end = Math.Min(name.End + Context, next);
            Write(name.Start + 1, end);
        }
        Passages = SourceText.FromTokens(passages);

        void Write(int from, int to)
        {
            for (var word = from; word < to; word++)
                passages.Add(source.Word(word).ToString());
        }
    }

    /// <summary>Those among a document's entities, which come in its order, that the model is to be asked about; null when there is none.</summary>
    internal static CutNames? Of(SourceText source, IEnumerable<NamedWords> names, ICliticEvidence evidence)
    {
        var unknown = new List<(WordRange, ProcliticCut)>();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var cuts = new ProcliticCuts();
        foreach (var (words, type) in names)
        {
            var word = source.Keys.Word(words.Start);
            if (word.Length <= MinNameLength || !Proclitics.MayBegin(word))
                continue;
            var listed = cuts[..Proclitics.List(word, cuts)];
            if (!IsAskable(source, words.Start, listed[0]))
                continue;
            if (CliticSegmenter.Segment(source, words, type, evidence).IsUnknown && asked.Add(word.ToString()))
                unknown.Add((words, listed[0]));
        }
        return unknown.Count == 0 ? null : new CutNames(source, unknown);
    }

    /// <summary>The passages as a document for the model.</summary>
    internal SourceText Passages { get; }

    /// <summary>Adds to the evidence how much more likely each name stands after a proclitic than begins with that letter.</summary>
    /// <param name="whole">What the model says of the document.</param>
    /// <param name="cut">What it says of <see cref="Passages"/>.</param>
    /// <param name="evidence">Receives the model's preferences.</param>
    internal void Compare(LabelEvidence whole, LabelEvidence cut, GazetteerCliticEvidence evidence)
    {
        foreach (var (words, place) in _names)
        {
            // Of whatever type: a name that is not understood (لبرشلونا) is often taken for another thing.
            var asName = LogOdds(BeginOfAny(cut, place)) + LogOdds(cut.Outside(place - 1));
            evidence.AddPreference(Passages.Keys.Word(place).ToString(), asName - LogOdds(1 - whole.Outside(words.Start)));
        }
    }

    /// <summary>Whether a name may be what is left: five letters or more, no bare long alef in front unless it is the article's (a foreign name
    /// begins with أ or إ, so that واينستين and لامبورغيني are cut as neither و nor ل), and a place in the text to cut.</summary>
    private static bool IsAskable(SourceText source, int word, ProcliticCut cut)
    {
        var rest = source.Keys.Word(word)[cut.Length..];
        if (rest.Length < MinNameLength || !source.Keys.TryCut(word, cut.Length, out var span))
            return false;
        return source.Read(span)[0] != 'ا' || rest.StartsWith(Proclitics.Article);
    }

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
