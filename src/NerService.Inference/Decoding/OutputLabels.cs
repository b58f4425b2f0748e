namespace NerService.Inference.Decoding;

/// <summary>
/// The labels of one output of a graph in whatever scheme they are, and how its logits become what the rest of the service reads: distributions over
/// the IOB2 labels of the same types, and the most probable valid IOB2 sequence. Labels that stand twice count as one. Immutable.
/// </summary>
internal sealed class OutputLabels
{
    private readonly LabelScheme _scheme;
    private readonly int[] _merged;
    private readonly string[] _names;
    private readonly bool _isIob2AsItIs;

    /// <summary>Reads the labels of an output.</summary>
    /// <exception cref="ArgumentException">There is no O, or a label does not fit the scheme.</exception>
    internal OutputLabels(IReadOnlyList<string> labels, LabelScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count > byte.MaxValue)
            throw new ArgumentException($"There are {labels.Count} labels; at most {byte.MaxValue} can be decoded.", nameof(labels));
        _scheme = scheme;
        Count = labels.Count;
        var written = labels.Select(label => Canonical(label, scheme)).ToArray();
        _names = [.. written.Distinct(StringComparer.Ordinal)];
        _merged = [.. written.Select(label => Array.IndexOf(_names, label))];
        _isIob2AsItIs = scheme == LabelScheme.Iob2 && _names.Length == labels.Count;
        if (Array.IndexOf(_names, "O") < 0)
            throw new ArgumentException($"There is no label O in {string.Join(' ', labels)}.", nameof(labels));
        Labels = new LabelSet(
            scheme == LabelScheme.Iob2
                ? _names
                :
                [
                    "O",
                    .. _names
                        .Where(n => n != "O")
                        .Select(n => n[2..])
                        .Distinct(StringComparer.Ordinal)
                        .SelectMany(type => (string[])["B-" + type, "I-" + type]),
                ]
        );
    }

    /// <summary>Number of labels of the output itself.</summary>
    internal int Count { get; }

    /// <summary>The IOB2 labels that it comes to.</summary>
    internal LabelSet Labels { get; }

    /// <summary>Turns logits into distributions and decodes them.</summary>
    /// <param name="logits">[words, <see cref="Count"/>], row by row; taken over.</param>
    internal (WordPosteriors Posteriors, int[] Path) Decode(float[] logits)
    {
        WordPosteriors.SoftmaxRows(logits, Count);
        var own = _isIob2AsItIs ? logits : Merge(logits);
        if (_scheme == LabelScheme.Iob2)
        {
            var posteriors = WordPosteriors.FromProbabilities(Labels, own);
            return (posteriors, ViterbiDecoder.Decode(posteriors));
        }
        var path = ViterbiDecoder.Decode(own, _names.Length, MayFollow, MayBeFirst, MayBeLast);
        return (WordPosteriors.FromProbabilities(Labels, ToIob2(own)), ToIob2(path));
    }

    private float[] Merge(float[] probabilities)
    {
        var words = probabilities.Length / Count;
        var merged = new float[words * _names.Length];
        for (var word = 0; word < words; word++)
        for (var label = 0; label < Count; label++)
            merged[word * _names.Length + _merged[label]] += probabilities[word * Count + label];
        return merged;
    }

    private bool MayFollow(int previous, int next)
    {
        var (before, after) = (_names[previous], _names[next]);
        if (_scheme == LabelScheme.Iob1)
            return after[0] != 'B' || SameType(before, after);
        return before[0] is 'B' or 'I' ? after[0] is 'I' or 'E' && SameType(before, after) : after[0] is 'O' or 'B' or 'S';
    }

    private static bool SameType(string one, string other) => one != "O" && other != "O" && one.AsSpan(2).SequenceEqual(other.AsSpan(2));

    private bool MayBeFirst(int label) => _names[label][0] is var c && (_scheme == LabelScheme.Iob1 ? c is 'O' or 'I' : c is 'O' or 'B' or 'S');

    private bool MayBeLast(int label) => _scheme == LabelScheme.Iob1 || _names[label][0] is 'O' or 'E' or 'S';

    /// <summary>The same sequence in IOB2.</summary>
    private int[] ToIob2(int[] path)
    {
        var iob2 = new int[path.Length];
        for (var word = 0; word < path.Length; word++)
        {
            var name = _names[path[word]];
            if (name == "O")
            {
                iob2[word] = Labels.Outside;
                continue;
            }
            var continues =
                _scheme == LabelScheme.Iobes ? name[0] is 'I' or 'E' : name[0] == 'I' && word > 0 && SameType(_names[path[word - 1]], name);
            iob2[word] = continues ? Labels.InsideOf(name[2..]) : Labels.BeginOf(name[2..]);
        }
        return iob2;
    }

    /// <summary>
    /// The same probabilities over IOB2 labels. In IOBES, S counts as B and E as I. In IOB1 an I begins an entity as far as the word before is of
    /// another type, the words' labels taken as independent.
    /// </summary>
    private float[] ToIob2(float[] own)
    {
        var (count, words) = (_names.Length, own.Length / _names.Length);
        var iob2 = new float[words * Labels.Count];
        for (var word = 0; word < words; word++)
        {
            var row = iob2.AsSpan(word * Labels.Count, Labels.Count);
            for (var label = 0; label < count; label++)
            {
                var (name, p) = (_names[label], own[word * count + label]);
                if (name == "O")
                {
                    row[Labels.Outside] += p;
                    continue;
                }
                var type = name[2..];
                var inside = name[0] switch
                {
                    'B' or 'S' => 0f,
                    'E' => 1f,
                    _ => _scheme == LabelScheme.Iobes ? 1f
                    : word == 0 ? 0f
                    : OfType(own.AsSpan((word - 1) * count, count), type),
                };
                row[Labels.InsideOf(type)] += p * inside;
                row[Labels.BeginOf(type)] += p * (1 - inside);
            }
        }
        return iob2;
    }

    private float OfType(ReadOnlySpan<float> row, string type)
    {
        var sum = 0f;
        for (var label = 0; label < row.Length; label++)
            if (_names[label].Length > 2 && _names[label].AsSpan(2).SequenceEqual(type))
                sum += row[label];
        return MathF.Min(sum, 1f);
    }

    /// <summary>The label with BILOU's and BMES's letters as IOBES's.</summary>
    private static string Canonical(string label, LabelScheme scheme)
    {
        if (label == "O")
            return label;
        var allowed = scheme == LabelScheme.Iobes ? "BIMELSU" : "BI";
        if (label.Length < 3 || label[1] != '-' || !allowed.Contains(label[0]))
            throw new ArgumentException(
                $"'{label}' does not fit the label scheme {scheme}: labels are O and " + $"{string.Join(", ", allowed.Select(c => $"{c}-X"))}.",
                nameof(label)
            );
        return label[0] switch
        {
            'M' => "I" + label[1..],
            'L' => "E" + label[1..],
            'U' => "S" + label[1..],
            _ => label,
        };
    }
}
