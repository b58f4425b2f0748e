using System.Collections.Immutable;
using NerService.Extraction.Candidates;
using NerService.Extraction.Pipeline;
using NerService.Gazetteer;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Explanations;

/// <summary>Why an answer is what it is.</summary>
/// <param name="Words">One per word of the document.</param>
/// <param name="Proposals">What the model was told of the gazetteers, in document order; empty when it reads none or they are off.</param>
/// <param name="Candidates">Every span that was considered, in document order.</param>
public sealed record Explanation(
    ImmutableArray<WordExplanation> Words,
    ImmutableArray<ProposalExplanation> Proposals,
    ImmutableArray<CandidateExplanation> Candidates
);

/// <summary>What the model saw and thought of one word.</summary>
/// <param name="Span">The word.</param>
/// <param name="Folded">As fed to the model.</param>
/// <param name="Subwords">The pieces it was cut into.</param>
/// <param name="Posteriors">Probability of each of the model's labels, in their order; sums to 1.</param>
public sealed record WordExplanation(TextSpan Span, string Folded, ImmutableArray<string> Subwords, ImmutableArray<float> Posteriors);

/// <summary>A gazetteer's match that the model was told of before it read the text.</summary>
/// <param name="Span">The words, proclitics included.</param>
/// <param name="Types">What the name may name.</param>
/// <param name="Weight">Weight of the heaviest entry.</param>
/// <param name="IsCut">Whether proclitics were cut off the first word.</param>
/// <param name="Origins">Whose names they are.</param>
public sealed record ProposalExplanation(
    TextSpan Span,
    ImmutableArray<EntityType> Types,
    double Weight,
    bool IsCut,
    ImmutableArray<GazetteerOrigin> Origins
);

/// <summary>A span that was considered.</summary>
/// <param name="Span">The words, proclitics included.</param>
/// <param name="Label">What it was considered to name, as the model calls it.</param>
/// <param name="Source">Who proposed it.</param>
/// <param name="Features">Name and value of each feature, as the arbiter sees them.</param>
/// <param name="Probability">The arbiter's probability.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Origin">How it arose.</param>
/// <param name="KeepFrom">The least probability with which a candidate of its type is kept.</param>
/// <param name="Confidence">That it is right, knowing that it was kept; 0 for what was not.</param>
/// <param name="OutweighedBy">What outweighed it, by place among the candidates; empty unless something did.</param>
/// <param name="Reason">Why it was kept or dropped, in an English sentence.</param>
public sealed record CandidateExplanation(
    TextSpan Span,
    EntityLabel Label,
    EntitySource Source,
    ImmutableArray<KeyValuePair<string, float>> Features,
    float Probability,
    CandidateOutcome Outcome,
    CandidateOrigin Origin,
    double KeepFrom,
    float Confidence,
    ImmutableArray<int> OutweighedBy,
    string Reason
)
{
    /// <summary>Whether it became an entity.</summary>
    public bool Kept => Outcome is CandidateOutcome.Kept or CandidateOutcome.KeptUnjudged;

    /// <summary>What the label is among the service's types.</summary>
    public EntityType Type => Label.Type;
}
