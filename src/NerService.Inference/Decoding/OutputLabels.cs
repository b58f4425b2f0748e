namespace NerService.Inference.Decoding;

/// <summary>
/// The labels of one output of a graph in whatever scheme they are, and how its logits become what the rest of the service reads: distributions over
/// the IOB2 labels of the same types, and the most probable valid IOB2 sequence. Labels that appear twice count as one. Immutable.
/// </summary>
internal sealed class OutputLabels
{
    private static readonly OwnLabel Outside = new('O', "");

    private readonly LabelScheme _scheme;
    private readonly OwnLabel[] _own;
    private readonly int[] _merged;

    /// <summary>Reads the labels of an output.</summary>
    /// <exception cref="ArgumentException">There is no O, or a label does not fit the scheme.</exception>
    internal OutputLabels(IReadOnlyList<string> labels, LabelScheme scheme)
    {
        if (labels.Count > byte.MaxValue)
            throw new ArgumentException($"There are {labels.Count} labels; at most {byte.MaxValue} can be decoded.", nameof(labels));
        (_scheme, Count) = (scheme, labels.Count);
        var written = labels.Select(label => Read(label, scheme)).ToArray();
        _own = [.. written.Distinct()];
        _merged = [.. written.Select(label => Array.IndexOf(_own, label))];
        if (!_own.Contains(Outside))
            throw new ArgumentException($"There is no label O in {string.Join(' ', labels)}.", nameof(labels));
        var types = _own.Where(label => label != Outside).Select(label => label.Type).Distinct();
        Labels = new LabelSet(
            scheme == LabelScheme.Iob2
                ? [.. _own.Select(label => label == Outside ? "O" : $"{label.Position}-{label.Type}")]
                : ["O", .. types.SelectMany(type => (string[])["B-" + type, "I-" + type])]
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
        var own = _own.Length == Count ? logits : Merge(logits);
        if (_scheme == LabelScheme.Iob2)
        {
            var posteriors = WordPosteriors.FromProbabilities(Labels, own);
            return (posteriors, ViterbiDecoder.Decode(posteriors));
        }
        var path = ViterbiDecoder.Decode(own, _own.Length, MayFollow, MayBeFirst, MayBeLast);
        return (WordPosteriors.FromProbabilities(Labels, ToIob2(own)), ToIob2(path));
    }

    private float[] Merge(float[] probabilities)
    {
        var words = probabilities.Length / Count;
        var merged = new float[words * _own.Length];
        for (var word = 0; word < words; word++)
        for (var label = 0; label < Count; label++)
            merged[word * _own.Length + _merged[label]] += probabilities[word * Count + label];
        return merged;
    }

    private bool MayFollow(int previous, int next)
    {
        var (before, after, isSameType) = (_own[previous].Position, _own[next].Position, _own[previous].Type == _own[next].Type);
        if (_scheme == LabelScheme.Iob1)
            return after != 'B' || isSameType;
        return before is 'B' or 'I' ? after is 'I' or 'E' && isSameType : after is 'O' or 'B' or 'S';
    }

    private bool MayBeFirst(int label) =>
        _scheme == LabelScheme.Iob1 ? _own[label].Position is 'O' or 'I' : _own[label].Position is 'O' or 'B' or 'S';

    private bool MayBeLast(int label) => _scheme == LabelScheme.Iob1 || _own[label].Position is 'O' or 'E' or 'S';

    /// <summary>The same sequence in IOB2.</summary>
    private int[] ToIob2(int[] path)
    {
        var iob2 = new int[path.Length];
        for (var word = 0; word < path.Length; word++)
        {
            var (position, type) = _own[path[word]];
            var continues = _scheme == LabelScheme.Iobes ? position is 'I' or 'E' : position == 'I' && word > 0 && _own[path[word - 1]].Type == type;
            iob2[word] =
                position == 'O' ? Labels.Outside
                : continues ? Labels.InsideOf(type)
                : Labels.BeginOf(type);
        }
        return iob2;
    }

    /// <summary>
    /// The same probabilities over IOB2 labels. In IOBES, S counts as B and E as I. In IOB1 an I begins an entity as far as the word before is of
    /// another type, the words' labels taken as independent.
    /// </summary>
    private float[] ToIob2(float[] own)
    {
        var (count, words) = (_own.Length, own.Length / _own.Length);
        var iob2 = new float[words * Labels.Count];
        for (var word = 0; word < words; word++)
        {
            var row = iob2.AsSpan(word * Labels.Count, Labels.Count);
            for (var label = 0; label < count; label++)
            {
                var ((position, type), p) = (_own[label], own[word * count + label]);
                if (position == 'O')
                {
                    row[Labels.Outside] += p;
                    continue;
                }
                var inside = position switch
                {
                    'B' or 'S' => 0f,
                    'I' when _scheme == LabelScheme.Iob1 => word == 0 ? 0f : OfType(own.AsSpan((word - 1) * count, count), type),
                    _ => 1f,
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
            if (_own[label].Type == type)
                sum += row[label];
        return MathF.Min(sum, 1f);
    }

    /// <summary>Reads a label, BILOU's and BMES's letters as IOBES's.</summary>
    private static OwnLabel Read(string label, LabelScheme scheme)
    {
        if (label == "O")
            return Outside;
        var allowed = scheme == LabelScheme.Iobes ? "BIMELSU" : "BI";
        if (label.Length < 3 || label[1] != '-' || !allowed.Contains(label[0]))
            throw new ArgumentException(
                $"'{label}' does not fit the label scheme {scheme}: labels are O and {string.Join(", ", allowed.Select(c => $"{c}-X"))}.",
                nameof(label)
            );
        var position = label[0] switch
        {
            'M' => 'I',
            'L' => 'E',
            'U' => 'S',
            var same => same,
        };
        return new OwnLabel(position, label[2..]);
    }

    /// <summary>A label of the output.</summary>
    /// <param name="Position">O, B, I, E or S.</param>
    /// <param name="Type">What follows; empty for O.</param>
    private readonly record struct OwnLabel(char Position, string Type);
}
