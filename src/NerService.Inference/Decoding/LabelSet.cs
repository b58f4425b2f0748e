using System.Collections.Immutable;

namespace NerService.Inference.Decoding;

/// <summary>The labels of one model output: O, and B-X and I-X for each type X, in the output's order. Immutable.</summary>
public sealed class LabelSet
{
    private readonly string[] _types;
    private readonly bool[] _isInside;

    /// <summary>Reads IOB2 labels.</summary>
    /// <exception cref="ArgumentException">No label, a repeated label, no O, a label that is neither O nor B-X nor I-X, or an I-X without
    /// B-X.</exception>
    public LabelSet(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count == 0)
            throw new ArgumentException("There is no label.", nameof(labels));
        if (labels.Distinct().Count() != labels.Count)
            throw new ArgumentException($"A label is repeated in {string.Join(' ', labels)}.", nameof(labels));
        Names = [.. labels];
        Outside = Names.IndexOf("O");
        if (Outside < 0)
            throw new ArgumentException($"There is no label O in {string.Join(' ', labels)}.", nameof(labels));
        _types = [.. labels.Select(TypeOf)];
        _isInside = [.. labels.Select(l => l.StartsWith("I-", StringComparison.Ordinal))];
        for (var i = 0; i < Names.Length; i++)
            if (i != Outside && BeginOf(_types[i]) < 0)
                throw new ArgumentException($"{Names[i]} has no B-{_types[i]}.", nameof(labels));
    }

    /// <summary>The labels in the output's order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The types, in the order of their first label.</summary>
    public IEnumerable<string> Types => _types.Where(type => type.Length > 0).Distinct(StringComparer.Ordinal);

    /// <summary>Number of labels.</summary>
    public int Count => Names.Length;

    /// <summary>Index of O.</summary>
    public int Outside { get; }

    /// <summary>The type of a label: PER for B-PER and I-PER, empty for O.</summary>
    public string Type(int label) => _types[label];

    /// <summary>Whether the label continues an entity.</summary>
    public bool IsInside(int label) => _isInside[label];

    /// <summary>Index of B-X of a type, -1 when the set lacks the type.</summary>
    public int BeginOf(string type) => Names.IndexOf("B-" + type);

    /// <summary>Index of I-X of a type, -1 when the set lacks it.</summary>
    public int InsideOf(string type) => Names.IndexOf("I-" + type);

    /// <summary>Whether one label may follow another: I-X only after B-X or I-X.</summary>
    public bool MayFollow(int previous, int next) => !IsInside(next) || previous != Outside && _types[previous] == _types[next];

    private static string TypeOf(string label)
    {
        if (label == "O")
            return "";
        if (label.Length > 2 && (label.StartsWith("B-", StringComparison.Ordinal) || label.StartsWith("I-", StringComparison.Ordinal)))
            return label[2..];
        throw new ArgumentException($"'{label}' is neither O nor B-X nor I-X.", nameof(label));
    }
}
