using System.Collections.Immutable;
using NerService.Text.Documents;

namespace NerService.Text.Clitics;

/// <summary>An entity's name without what is written on to it.</summary>
/// <param name="Core">The name, a verbatim slice of the document; the whole entity when nothing was cut.</param>
/// <param name="Clitics">What was cut, in reading order: و ف ب ل ك س ال. Empty when nothing was.</param>
/// <param name="NormalizedName">The name as a dictionary would print it: no clitics, tashkeel, tatweel or direction marks; the article that
/// follows ل restored (للقاهرة: القاهرة); words joined by one space where the document has a gap. Hamza and ta marbuta stay as written.</param>
public readonly record struct CliticSegmentation(TextSpan Core, ImmutableArray<string> Clitics, string NormalizedName)
{
    /// <summary>Whether the name was left whole for want of evidence: it can be cut, and neither it nor what a cut leaves is known.</summary>
    public bool IsUnknown { get; init; }
}
