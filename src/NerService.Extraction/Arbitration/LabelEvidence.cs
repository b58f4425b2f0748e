using NerService.Inference;
using NerService.Inference.Decoding;
using NerService.Text;

namespace NerService.Extraction.Arbitration;

/// <summary>What the model says of a document, arranged by entity type for quick look-ups.</summary>
internal sealed class LabelEvidence
{
    /// <summary>Number of entity types.</summary>
    internal const int Types = 3;

    private readonly WordPosteriors _posteriors;
    private readonly int[] _begin = new int[Types];
    private readonly int[] _inside = new int[Types];
    private readonly float[] _entropy;
    private readonly int[] _modelSpanOfWord;

    internal LabelEvidence(Classification classification)
    {
        _posteriors = classification.Posteriors;
        var labels = _posteriors.Labels;
        for (var t = 0; t < Types; t++)
        {
            var tag = ((EntityType)t).ToTag();
            (_begin[t], _inside[t]) = (labels.BeginOf(tag), labels.InsideOf(tag));
        }
        _entropy = new float[WordCount];
        for (var word = 0; word < WordCount; word++) _entropy[word] = EntropyOf(_posteriors[word]);
        _modelSpanOfWord = new int[WordCount];
        Array.Fill(_modelSpanOfWord, -1);
        ModelSpans = [];
        foreach (var (words, tag) in LabelSpans.Read(labels, classification.Path))
        {
            if (!EntityTypes.TryParseTag(tag, out var type)) continue;
            for (var word = words.Start; word < words.End; word++) _modelSpanOfWord[word] = ModelSpans.Count;
            ModelSpans.Add((words, type));
        }
    }

    internal int WordCount => _posteriors.WordCount;

    /// <summary>The model's own entities, in document order.</summary>
    internal List<(WordRange Words, EntityType Type)> ModelSpans { get; }

    /// <summary>Index of the model's entity over a word, -1 for none.</summary>
    internal int ModelSpanAt(int word) => _modelSpanOfWord[word];

    /// <summary>Probability that the word begins an entity of the type.</summary>
    internal float Begin(int word, EntityType type) => Probability(word, _begin[(int)type]);

    /// <summary>Probability that the word continues an entity of the type.</summary>
    internal float Inside(int word, EntityType type) => Probability(word, _inside[(int)type]);

    /// <summary>Probability that the word belongs to an entity of the type.</summary>
    internal float OfType(int word, EntityType type) => Begin(word, type) + Inside(word, type);

    /// <summary>Probability that the word belongs to no entity.</summary>
    internal float Outside(int word) => _posteriors[word][_posteriors.Labels.Outside];

    /// <summary>Entropy of the word's labels in nats.</summary>
    internal float Entropy(int word) => _entropy[word];

    private float Probability(int word, int label) => label < 0 ? 0 : _posteriors[word][label];

    private static float EntropyOf(ReadOnlySpan<float> row)
    {
        var sum = 0f;
        foreach (var p in row)
            if (p > 0) sum -= p * MathF.Log(p);
        return sum;
    }
}
