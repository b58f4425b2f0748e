using NerService.Text;

namespace NerService.Cli.Evaluation;

/// <summary>Strict span counts: a predicted span is correct when a gold span has the same words and the same type.</summary>
/// <param name="Gold">Spans of the file.</param>
/// <param name="Predicted">Spans of the model.</param>
/// <param name="Correct">Spans of both.</param>
internal readonly record struct SpanScore(int Gold, int Predicted, int Correct)
{
    /// <summary>Correct among the predicted, in percent; 0 when nothing was predicted.</summary>
    internal double Precision => Predicted == 0 ? 0 : 100.0 * Correct / Predicted;

    /// <summary>Correct among the gold, in percent; 0 when there is none.</summary>
    internal double Recall => Gold == 0 ? 0 : 100.0 * Correct / Gold;

    /// <summary>Harmonic mean of both, in percent.</summary>
    internal double F1 => Gold + Predicted == 0 ? 0 : 200.0 * Correct / (Gold + Predicted);

    /// <summary>Adds counts.</summary>
    public static SpanScore operator +(SpanScore left, SpanScore right) => new(left.Gold + right.Gold, left.Predicted + right.Predicted, left.Correct + right.Correct);
}

/// <summary>Counts by type, for the types that the service knows; spans of any other type, such as MISC, are left out on both sides.</summary>
internal sealed class SpanScores
{
    private readonly SortedDictionary<EntityType, SpanScore> _types = new() { [EntityType.Person] = default, [EntityType.Location] = default, [EntityType.Organization] = default };

    /// <summary>Counts of each type.</summary>
    internal IReadOnlyDictionary<EntityType, SpanScore> Types => _types;

    /// <summary>All types counted together (micro average).</summary>
    internal SpanScore Overall => _types.Values.Aggregate((sum, score) => sum + score);

    /// <summary>Counts one document.</summary>
    /// <param name="gold">Its spans in the file.</param>
    /// <param name="predicted">Its spans by the model, in the same word indices.</param>
    internal void Add(IEnumerable<TaggedSpan> gold, IEnumerable<TaggedSpan> predicted)
    {
        var goldSet = gold.Where(span => EntityTypes.TryParseTag(span.Type, out _)).ToHashSet();
        foreach (var span in goldSet) Count(span, new SpanScore(1, 0, 0));
        foreach (var span in predicted) Count(span, new SpanScore(0, 1, goldSet.Contains(span) ? 1 : 0));
    }

    private void Count(TaggedSpan span, SpanScore count)
    {
        if (EntityTypes.TryParseTag(span.Type, out var type)) _types[type] += count;
    }
}
