using NerService.Gazetteer.Index;
using NerService.Text.Labels;

namespace NerService.Gazetteer;

/// <summary>What a gazetteer entry must satisfy. One place for files, requests and indexes.</summary>
public static class GazetteerRules
{
    /// <summary>Maximum UTF-16 code units of a surface.</summary>
    public const int MaxSurfaceLength = 256;

    /// <summary>Maximum words of a surface.</summary>
    public const int MaxSurfaceWords = 16;

    /// <summary>Checks an entry that a caller made.</summary>
    /// <returns>What is wrong, with the value found and the limit; null when nothing is.</returns>
    public static string? Problem(GazetteerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return HeadProblem(entry) ?? new KeyReader().Read(entry.Surface);
    }

    /// <summary>What is wrong with anything but the surface's words.</summary>
    internal static string? HeadProblem(GazetteerEntry entry)
    {
        if (entry.Surface is null)
            return "the surface is missing";
        if (!Enum.IsDefined(entry.Label.Type))
            return $"type {(int)entry.Label.Type} is not an entity type";
        if (!EntityLabel.IsName(entry.Label.Name))
            return $"'{entry.Label.Name}' cannot be a label: allowed are 1 to 64 letters, digits, _ and -, a letter first";
        if (entry.Id is null)
            return "the id is missing";
        return IsWeight(entry.Weight) ? null : FormattableString.Invariant($"weight {entry.Weight} is not a finite number of at least 0");
    }

    internal static bool IsWeight(double weight) => double.IsFinite(weight) && weight >= 0;
}
