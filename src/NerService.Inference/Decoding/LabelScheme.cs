namespace NerService.Inference.Decoding;

/// <summary>How labels mark where an entity begins and ends.</summary>
public enum LabelScheme
{
    /// <summary>B-X begins every entity, I-X continues it (Tjong Kim Sang and Veenstra, 1999).</summary>
    Iob2,

    /// <summary>I-X begins and continues; B-X begins only where an entity of the same type ended just before (Ramshaw and Marcus, 1995). B-X may be
    /// missing.</summary>
    Iob1,

    /// <summary>B-X begins, I-X (or M-X) continues and E-X (or L-X) ends an entity of several words; S-X (or U-X) is an entity of one. Also called
    /// BILOU or BMES.</summary>
    Iobes,
}

/// <summary>Names and rules of the schemes.</summary>
internal static class LabelSchemes
{
    /// <summary>Reads a scheme's name: <c>iob2</c> or <c>bio</c>, <c>iob1</c>, <c>iobes</c>, <c>bioes</c>, <c>bmes</c> or <c>bilou</c>, in any
    /// case.</summary>
    /// <exception cref="ArgumentException">The name is none of them.</exception>
    internal static LabelScheme Parse(string name)
    {
        return name.ToUpperInvariant() switch
        {
            "IOB2" or "BIO" => LabelScheme.Iob2,
            "IOB1" => LabelScheme.Iob1,
            "IOBES" or "BIOES" or "BMES" or "BILOU" => LabelScheme.Iobes,
            _ => throw new ArgumentException($"'{name}' is not a label scheme; known are iob2, iob1 and iobes.", nameof(name)),
        };
    }

    /// <summary>The scheme that labels look like: iobes with any E, L, M, S or U, iob1 when a type has I but no B, else iob2.</summary>
    internal static LabelScheme Guess(IEnumerable<string> labels)
    {
        var all = labels.ToHashSet(StringComparer.Ordinal);
        if (all.Any(l => l.Length > 2 && l[1] == '-' && l[0] is 'E' or 'L' or 'M' or 'S' or 'U'))
            return LabelScheme.Iobes;
        return all.Any(l => l.StartsWith("I-", StringComparison.Ordinal) && !all.Contains("B-" + l[2..])) ? LabelScheme.Iob1 : LabelScheme.Iob2;
    }
}
