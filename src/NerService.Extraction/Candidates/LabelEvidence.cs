using NerService.Inference;
using NerService.Inference.Decoding;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>
/// What the model says of a document, arranged by kind of entity for quick look-ups. Labels of one type (LOC, GPE) count together; each other label
/// is by itself.
/// </summary>
internal sealed class LabelEvidence
{
    /// <summary>Number of types that the arbiter judges.</summary>
    internal const int Types = 3;

    private readonly WordPosteriors _posteriors;
    private readonly EntityLabel[][] _labelsOfType = new EntityLabel[Types][];
    private readonly int[][] _begin = new int[Types][];
    private readonly int[][] _inside = new int[Types][];
    private readonly float[] _entropy;
    private readonly int[] _modelSpanOfWord;

    internal LabelEvidence(Classification classification)
    {
        _posteriors = classification.Posteriors;
        var labels = _posteriors.Labels;
        for (var t = 0; t < Types; t++)
        {
            _labelsOfType[t] = [.. labels.Types.Select(EntityLabel.Of).Where(label => label.Type == (EntityType)t)];
            _begin[t] = [.. _labelsOfType[t].Select(label => labels.BeginOf(label.Name))];
            _inside[t] = [.. _labelsOfType[t].Select(label => labels.InsideOf(label.Name)).Where(i => i >= 0)];
        }
        _entropy = new float[WordCount];
        for (var word = 0; word < WordCount; word++)
            _entropy[word] = EntropyOf(_posteriors[word]);
        _modelSpanOfWord = new int[WordCount];
        Array.Fill(_modelSpanOfWord, -1);
        ModelSpans = [];
        foreach (var (words, name) in LabelSpans.Read(labels, classification.Path))
        {
            for (var word = words.Start; word < words.End; word++)
                _modelSpanOfWord[word] = ModelSpans.Count;
            ModelSpans.Add((words, EntityLabel.Of(name)));
        }
    }

    internal int WordCount => _posteriors.WordCount;

    /// <summary>The model's own entities, in document order.</summary>
    internal List<(WordRange Words, EntityLabel Label)> ModelSpans { get; }

    /// <summary>Index of the model's entity over a word, -1 for none.</summary>
    internal int ModelSpanAt(int word) => _modelSpanOfWord[word];

    /// <summary>Probability that the word begins an entity of the type.</summary>
    internal float Begin(int word, EntityType type) => Probability(word, _begin[(int)type]);

    /// <summary>Probability that the word continues an entity of the type.</summary>
    internal float Inside(int word, EntityType type) => Probability(word, _inside[(int)type]);

    /// <summary>Probability that the word begins an entity of the label, alone.</summary>
    internal float Begin(int word, EntityLabel label) => Probability(word, _posteriors.Labels.BeginOf(label.Name));

    /// <summary>Probability that the word continues an entity of the label, alone.</summary>
    internal float Inside(int word, EntityLabel label) => Probability(word, _posteriors.Labels.InsideOf(label.Name));

    /// <summary>Probability that the word belongs to an entity of the type.</summary>
    internal float OfType(int word, EntityType type) => Begin(word, type) + Inside(word, type);

    /// <summary>Probability that the word belongs to an entity of the label's type, or of the label where it is of none that is judged.</summary>
    internal float OfKind(int word, EntityLabel label) =>
        label.Type == EntityType.Other ? Begin(word, label) + Inside(word, label) : OfType(word, label.Type);

    /// <summary>Probability that the word belongs to no entity.</summary>
    internal float Outside(int word) => _posteriors[word][_posteriors.Labels.Outside];

    /// <summary>Entropy of the word's labels in nats.</summary>
    internal float Entropy(int word) => _entropy[word];

    /// <summary>
    /// What the model calls a kind of entity here: of several labels of one type the likeliest; the service's own name where the model has none.
    /// </summary>
    internal EntityLabel LabelOf(WordRange words, EntityLabel kind)
    {
        if (kind.Type == EntityType.Other || _labelsOfType[(int)kind.Type] is not [var first, .. var others])
            return kind;
        return others.Length == 0 ? first : _labelsOfType[(int)kind.Type].MaxBy(label => Mean(words, label));
    }

    /// <summary>The model's own, uncalibrated confidence: the mean probability of the labels that spell out an entity.</summary>
    internal float Mean(WordRange words, EntityLabel label)
    {
        var sum = Begin(words.Start, label);
        for (var word = words.Start + 1; word < words.End; word++)
            sum += Inside(word, label);
        return sum / words.Length;
    }

    private float Probability(int word, int label) => label < 0 ? 0 : _posteriors[word][label];

    private float Probability(int word, int[] labels)
    {
        var sum = 0f;
        foreach (var label in labels)
            sum += _posteriors[word][label];
        return sum;
    }

    private static float EntropyOf(ReadOnlySpan<float> row)
    {
        var sum = 0f;
        foreach (var p in row)
            if (p > 0)
                sum -= p * MathF.Log(p);
        return sum;
    }
}
