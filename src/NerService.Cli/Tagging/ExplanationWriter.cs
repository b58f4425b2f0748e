using System.Globalization;
using NerService.Contracts.Debug.V1Alpha;
using NerService.Protocol;
using NerService.Text.Labels;

namespace NerService.Cli.Tagging;

/// <summary>Writes for people why an answer is what it is. Arabic stands in bidi isolates, so that no line comes apart in a terminal.</summary>
internal static class ExplanationWriter
{
    private static readonly Dictionary<ProposalExplanation.Types.Origin, string> OriginNames = new()
    {
        [ProposalExplanation.Types.Origin.BuiltIn] = "the service's lists",
        [ProposalExplanation.Types.Origin.User] = "the operator's lists",
        [ProposalExplanation.Types.Origin.Request] = "the request",
        [ProposalExplanation.Types.Origin.TrainingText] = "the training text",
    };

    private const int LabelsShown = 3;
    private const float LeastShown = 0.005f;

    /// <summary>Writes an explanation: one line per word, one or more per candidate. Labels are the names of the posteriors, in their
    /// order.</summary>
    internal static async Task WriteAsync(TextWriter output, Explanation explanation, IReadOnlyList<string> labels, bool features)
    {
        await output.WriteLineAsync("  words (as folded, subwords, most likely labels)");
        foreach (var word in explanation.Words)
        {
            var folded = word.Folded == word.Text ? "" : $" as {EntityHighlighter.Isolated(word.Folded)}";
            var subwords = string.Join(' ', word.Subwords.Select(EntityHighlighter.Isolated));
            await output.WriteLineAsync($"    {EntityHighlighter.Isolated(word.Text)}{folded}  [{subwords}]  {Labels(word, labels)}");
        }
        if (explanation.Proposals.Count > 0)
            await output.WriteLineAsync("  what the model was told of the gazetteer (types, weight, whose names)");
        foreach (var proposal in explanation.Proposals)
        {
            var origins = string.Join(", ", proposal.Origins.Select(origin => OriginNames.GetValueOrDefault(origin, origin.ToString())));
            var types = string.Join('|', proposal.Types_.Select(type => EnumMapper.FromProto(type).ToTag()));
            var weight = proposal.Weight.ToString("0", CultureInfo.InvariantCulture);
            var cut = proposal.Cut ? ", a proclitic cut off" : "";
            await output.WriteLineAsync($"    {types} {EntityHighlighter.Isolated(proposal.Text)}  {weight}  {origins}{cut}");
        }
        await output.WriteLineAsync(
            explanation.Candidates.Count == 0 ? "  no candidates" : "  candidates (probability, type, source, what became of it)"
        );
        foreach (var candidate in explanation.Candidates)
        {
            await output.WriteLineAsync(
                $"    {(candidate.Kept ? '+' : '-')} {Number(candidate.Probability)} {candidate.Label} {EntityHighlighter.Isolated(candidate.Text)}  "
                    + $"{candidate.Source.ToString().ToUpperInvariant()}  {candidate.Reason}"
            );
            if (features && candidate.Features.Count > 0)
                await output.WriteLineAsync("        " + string.Join("  ", candidate.Features.Where(f => f.Value != 0).Select(Feature)));
        }
    }

    private static string Labels(WordExplanation word, IReadOnlyList<string> labels) =>
        string.Join(
            "  ",
            word.Posteriors.Select((p, i) => (Label: i < labels.Count ? labels[i] : $"#{i}", Probability: p))
                .OrderByDescending(l => l.Probability)
                .Take(LabelsShown)
                .Where((l, i) => i == 0 || l.Probability >= LeastShown)
                .Select(l => $"{l.Label} {Number(l.Probability)}")
        );

    private static string Feature(CandidateFeature feature) => $"{feature.Name} {feature.Value.ToString("0.##", CultureInfo.InvariantCulture)}";

    private static string Number(float probability) => probability.ToString("0.00", CultureInfo.InvariantCulture);
}
