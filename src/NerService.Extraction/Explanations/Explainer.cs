using System.Collections.Immutable;
using System.Globalization;
using NerService.Extraction.Candidates;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Proposals;
using NerService.Extraction.Selection;
using NerService.Gazetteer;
using NerService.Inference;
using NerService.Inference.Tokenization;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Explanations;

/// <summary>Writes down why an answer is what it is.</summary>
internal static class Explainer
{
    internal static Explanation Explain(
        TokenClassifier model,
        SourceText source,
        EncodedDocument encoded,
        GazetteerProposals proposals,
        Classification classification,
        List<JudgedCandidate> candidates
    ) => new(Words(model, source, encoded, classification), Proposals(source, encoded, proposals), Candidates(source, candidates));

    /// <summary>Where a candidate comes from, for the caller.</summary>
    internal static EntitySource SourceOf(in Candidate candidate) =>
        (candidate.Match, candidate.Origin) switch
        {
            (null, _) => EntitySource.Model,
            (_, CandidateOrigin.Model) => EntitySource.Both,
            _ => EntitySource.Gazetteer,
        };

    private static ImmutableArray<WordExplanation> Words(
        TokenClassifier model,
        SourceText source,
        EncodedDocument encoded,
        Classification classification
    ) =>
        [
            .. Enumerable
                .Range(0, source.WordCount)
                .Select(word => new WordExplanation(
                    source.Words[word],
                    model.Fold(source.Word(word)),
                    [.. encoded.SubwordsOf(word).ToArray().Select(model.Piece)],
                    [.. classification.Posteriors[word]]
                )),
        ];

    private static ImmutableArray<ProposalExplanation> Proposals(SourceText source, EncodedDocument encoded, GazetteerProposals proposals)
    {
        if (encoded.Features.IsEmpty)
            return [];
        return
        [
            .. GazetteerFeatures
                .Read(proposals.Matches)
                .Select(match => new ProposalExplanation(
                    source.SpanOf(match.Words),
                    [.. EntityTags.Types.Where(match.Names)],
                    match.Weight,
                    match.IsCut,
                    [.. Enum.GetValues<GazetteerOrigin>().Where(match.IsFrom)]
                )),
        ];
    }

    private static ImmutableArray<CandidateExplanation> Candidates(SourceText source, List<JudgedCandidate> candidates)
    {
        var kept = Enumerable.Range(0, candidates.Count).Where(i => candidates[i].IsKept).ToList();
        var explained = ImmutableArray.CreateBuilder<CandidateExplanation>(candidates.Count);
        foreach (var (candidate, probability, keepFrom, outcome, confidence, features) in candidates)
        {
            var explanation = new CandidateExplanation(
                source.SpanOf(candidate.Words),
                candidate.Label,
                SourceOf(candidate),
                [.. CandidateFeatures.Names.Zip(features.ToArray(), KeyValuePair.Create)],
                probability,
                outcome,
                candidate.Origin,
                keepFrom,
                confidence,
                outcome == CandidateOutcome.Outweighed ? Overlapping(candidates, kept, candidate.Words) : [],
                ""
            );
            explained.Add(explanation with { Reason = Reason(source, candidates, explanation) });
        }
        return explained.ToImmutable();
    }

    /// <summary>The kept candidates that overlap the words. They do not overlap each other, so the first is found by binary search.</summary>
    private static ImmutableArray<int> Overlapping(List<JudgedCandidate> candidates, List<int> kept, WordRange words)
    {
        var first = WordOrder.LowerBound(kept, words.Start + 1, i => candidates[i].Candidate.Words.End);
        return [.. kept.Skip(first).TakeWhile(i => candidates[i].Candidate.Words.Start < words.End)];
    }

    private static string Reason(SourceText source, List<JudgedCandidate> candidates, CandidateExplanation candidate)
    {
        var (probability, keepFrom, origin) = (Shown(candidate.Probability), Shown(candidate.KeepFrom), Origin(candidate.Origin));
        return candidate.Outcome switch
        {
            CandidateOutcome.KeptUnjudged => $"Kept: {origin}; no arbiter was asked.",
            CandidateOutcome.Kept => $"Kept with confidence {Shown(candidate.Confidence)}: probability {probability} is at least {keepFrom}, and no "
                + $"better span overlaps ({origin}).",
            CandidateOutcome.Denied => "Dropped: the request's deny list holds it.",
            CandidateOutcome.Unlikely => $"Dropped: probability {probability} is below {keepFrom} ({origin}).",
            _ => $"Dropped: outweighed by {string.Join(" and ", candidate.OutweighedBy.Select(Winner))} ({origin}).",
        };

        string Winner(int i)
        {
            var winner = candidates[i].Candidate;
            return $"\u2068{source.SpanOf(winner.Words).Of(source.Text)}\u2069 {winner.Label} {Shown(candidates[i].Probability)}";
        }
    }

    private static string Shown(double share) => share.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Origin(CandidateOrigin origin) =>
        origin switch
        {
            CandidateOrigin.Model => "the model's own span",
            CandidateOrigin.Gazetteer => "a gazetteer match",
            CandidateOrigin.RunnerUpType => "the model's span with its next best type",
            CandidateOrigin.RunnerUpBoundary => "the model's span with another boundary",
            CandidateOrigin.CoordinatedPart => "a part of a span that runs over a coordinating و",
            _ => "a stretch where the model wavered",
        };
}
