namespace NerService.Gazetteer.Loading;

/// <summary>What a bad line does to a load.</summary>
public enum BadLinePolicy
{
    /// <summary>The load fails at the first.</summary>
    Stop,

    /// <summary>The line is left out, reported, and the load goes on.</summary>
    Skip,
}

/// <summary>How gazetteer files are loaded.</summary>
public sealed record GazetteerLoadOptions
{
    /// <summary>What a bad line does. Default: <see cref="BadLinePolicy.Stop"/>.</summary>
    public BadLinePolicy BadLines { get; init; } = BadLinePolicy.Stop;

    /// <summary>How many skipped lines are listed with their reasons; the rest are only counted. Default: 1,000.</summary>
    public int MaxListedBadLines { get; init; } = 1000;
}

/// <summary>A line that could not be read.</summary>
/// <param name="File">The file, as it was given.</param>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record BadLine(string File, int Line, string Reason)
{
    /// <summary>file:line: reason.</summary>
    public override string ToString() => $"{File}:{Line}: {Reason}";
}

/// <summary>Lines that were left out of what was loaded.</summary>
/// <param name="Count">Number of lines, listed or not.</param>
/// <param name="Listed">The lines, in order, up to <see cref="GazetteerLoadOptions.MaxListedBadLines"/> a load.</param>
public sealed record SkippedLines(int Count, IReadOnlyList<BadLine> Listed)
{
    /// <summary>No lines.</summary>
    public static SkippedLines None { get; } = new(0, []);

    /// <summary>These and those of another load.</summary>
    public SkippedLines And(SkippedLines other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Count == 0 ? this : new SkippedLines(Count + other.Count, [.. Listed, .. other.Listed]);
    }
}

/// <summary>What was loaded.</summary>
/// <typeparam name="T">An index or name parts.</typeparam>
/// <param name="Value">What the good lines make.</param>
/// <param name="Skipped">The bad lines.</param>
public sealed record GazetteerLoadResult<T>(T Value, SkippedLines Skipped);

/// <summary>A gazetteer file has a bad line, and <see cref="BadLinePolicy.Stop"/> was asked for.</summary>
public sealed class GazetteerFormatException : FormatException
{
    /// <summary>Reports a bad line.</summary>
    public GazetteerFormatException(BadLine line)
        : base($"{line}. Mend the line; 'ner gazetteer check FILE' lists all that are bad.") => Line = line;

    /// <summary>The line.</summary>
    public BadLine Line { get; }
}
