using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>How a candidate arose; the first that applies counts.</summary>
public enum CandidateOrigin
{
    /// <summary>The model's own span and type.</summary>
    Model,

    /// <summary>The gazetteer's match, which the model did not return as it stands.</summary>
    Gazetteer,

    /// <summary>The model's span with another type.</summary>
    RunnerUpType,

    /// <summary>The model's span a word longer or shorter.</summary>
    RunnerUpBoundary,

    /// <summary>A part of a model's span that runs over a coordinating و.</summary>
    CoordinatedPart,

    /// <summary>A stretch where the model wavered and decided for nothing.</summary>
    Wavering,
}

/// <summary>What became of a candidate.</summary>
public enum CandidateOutcome
{
    /// <summary>Its probability sufficed, and no better span overlaps.</summary>
    Kept,

    /// <summary>Kept, and no arbiter was asked.</summary>
    KeptUnjudged,

    /// <summary>The request's deny list holds it.</summary>
    Denied,

    /// <summary>Its probability is below what its type asks for.</summary>
    Unlikely,

    /// <summary>Better spans overlap.</summary>
    Outweighed,
}

/// <summary>A typed span that may become an entity.</summary>
/// <param name="Words">Its words.</param>
/// <param name="Label">What it would name, as the model calls it.</param>
/// <param name="Origin">How it arose.</param>
/// <param name="Match">The gazetteer's match on exactly these words of this kind; null for none.</param>
internal readonly record struct Candidate(WordRange Words, EntityLabel Label, CandidateOrigin Origin, TypedMatch? Match)
{
    /// <summary>Its type. What is of <see cref="EntityType.Other"/> the arbiter does not judge.</summary>
    internal EntityType Type => Label.Type;
}
