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
        Judgement judgement
    ) => new(Words(model, source, encoded, classification), Proposals(source, encoded, proposals), Candidates(source, judgement));

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
    )
    {
        var words = ImmutableArray.CreateBuilder<WordExplanation>(source.WordCount);
        for (var word = 0; word < source.WordCount; word++)
        {
            var subwords = ImmutableArray.CreateBuilder<string>();
            foreach (var id in encoded.SubwordsOf(word))
                subwords.Add(model.Piece(id));
            words.Add(
                new WordExplanation(source.Words[word], model.Fold(source.Word(word)), subwords.ToImmutable(), [.. classification.Posteriors[word]])
            );
        }
        return words.ToImmutable();
    }

    private static ImmutableArray<ProposalExplanation> Proposals(SourceText source, EncodedDocument encoded, GazetteerProposals proposals)
    {
        if (encoded.Features.IsEmpty)
            return [];
        var explained = ImmutableArray.CreateBuilder<ProposalExplanation>();
        foreach (var match in GazetteerFeatures.Read(proposals.Matches))
        {
            ImmutableArray<EntityType> types = [.. EntityTypes.Tagged.Where(type => match.Names(type))];
            ImmutableArray<GazetteerOrigin> origins = [.. Enum.GetValues<GazetteerOrigin>().Where(match.IsFrom)];
            explained.Add(new ProposalExplanation(source.SpanOf(match.Words), types, match.Weight, match.IsCut, origins));
        }
        return explained.ToImmutable();
    }

    private static ImmutableArray<CandidateExplanation> Candidates(SourceText source, Judgement judgement)
    {
        var candidates = ImmutableArray.CreateBuilder<CandidateExplanation>(judgement.Verdicts.Count);
        var kept = judgement.Verdicts.FindAll(verdict => verdict.Fate == Fate.Kept);
        for (var i = 0; i < judgement.Verdicts.Count; i++)
        {
            var (candidate, probability, _, fate) = judgement.Verdicts[i];
            var features = ImmutableArray.CreateBuilder<KeyValuePair<string, float>>();
            for (var f = 0; judgement.Features.Length > 0 && candidate.Type != EntityType.Other && f < CandidateFeatures.Count; f++)
                features.Add(KeyValuePair.Create(CandidateFeatures.Names[f], judgement.Features[i * CandidateFeatures.Count + f]));
            candidates.Add(
                new CandidateExplanation(
                    source.SpanOf(candidate.Words),
                    candidate.Label,
                    SourceOf(candidate),
                    features.ToImmutable(),
                    probability,
                    fate == Fate.Kept,
                    Reason(source, judgement, kept, i)
                )
            );
        }
        return candidates.ToImmutable();
    }

    private static string Reason(SourceText source, Judgement judgement, List<Verdict> kept, int index)
    {
        var (candidate, probability, confidence, fate) = judgement.Verdicts[index];
        var threshold = Number(judgement.KeepFrom[candidate.Type]);
        var shown = Number(probability);
        return fate switch
        {
            Fate.Kept when judgement.Features.Length == 0 || candidate.Type == EntityType.Other =>
                $"Kept: {Origin(candidate.Origin)}; no arbiter was asked.",
            Fate.Kept => $"Kept with confidence {Number(confidence)}: probability {shown} is at least {threshold}, and no better span overlaps "
                + $"({Origin(candidate.Origin)}).",
            Fate.Denied => "Dropped: the request's deny list holds it.",
            Fate.Unlikely => $"Dropped: probability {shown} is below {threshold} ({Origin(candidate.Origin)}).",
            _ => $"Dropped: outweighed by {Winners(source, kept, candidate.Words)} ({Origin(candidate.Origin)}).",
        };
    }

    /// <summary>The kept candidates that overlap the words. They do not overlap each other, so the first is found by halving.</summary>
    private static string Winners(SourceText source, List<Verdict> kept, WordRange words)
    {
        var (first, high) = (0, kept.Count);
        while (first < high)
        {
            var middle = (first + high) / 2;
            if (kept[middle].Candidate.Words.End <= words.Start)
                first = middle + 1;
            else
                high = middle;
        }
        return string.Join(
            " and ",
            kept.Skip(first)
                .TakeWhile(v => v.Candidate.Words.Start < words.End)
                .Select(v => $"\u2068{source.SpanOf(v.Candidate.Words).Of(source.Text)}\u2069 {v.Candidate.Label} {Number(v.Probability)}")
        );
    }

    private static string Number(IFormattable value) => value.ToString("0.00", CultureInfo.InvariantCulture);

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
