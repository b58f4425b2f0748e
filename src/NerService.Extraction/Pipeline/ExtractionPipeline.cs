using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NerService.Extraction.Candidates;
using NerService.Extraction.Clitics;
using NerService.Extraction.Explanations;
using NerService.Extraction.Grouping;
using NerService.Extraction.Proposals;
using NerService.Extraction.Selection;
using NerService.Extraction.Snapshots;
using NerService.Gazetteer.Index;
using NerService.Inference;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Text.Sentences;
using NerService.Text.Titles;

namespace NerService.Extraction.Pipeline;

/// <summary>The way of one document through one snapshot, step by step.</summary>
internal static class ExtractionPipeline
{
    internal static async Task<ExtractionResult> RunAsync(
        Snapshot snapshot,
        ExtractionRequest request,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetTimestamp();
        var gazetteers = Gazetteers(snapshot, request);
        request = request with { Source = new TurnedWords(snapshot.Model, snapshot.NameParts, gazetteers).Mend(request.Source, cancellationToken) };
        var source = request.Source;
        var proposals = Propose(source);
        var encoded = proposals.Encode(snapshot.Model, snapshot.NameParts);
        var handedOver = time.GetTimestamp();
        var classification = await snapshot.Model.ClassifyAsync(encoded, request, cancellationToken);
        var handedBack = time.GetTimestamp();

        var labels = new LabelEvidence(classification);
        var candidates = Select(snapshot, request, proposals, labels, cancellationToken);
        var kept = Kept(request, candidates);
        var evidence = new GazetteerCliticEvidence(source, snapshot.NameParts, gazetteers);
        var rereadFrom = time.GetTimestamp();
        var names = kept.Select(judged => new NamedWords(judged.Candidate.Words, judged.Candidate.Type));
        var reread = await RereadAsync(CutNames.Of(source, names, evidence));
        var rereading = time.GetElapsedTime(rereadFrom);
        var entities = Entities(source, kept, evidence, cancellationToken);
        var groups = request.Group ? new MentionGrouper(entities, snapshot.NameParts, cancellationToken).Group(source) : [];
        entities = MentionGrouper.WithIds(entities, groups);
        var sentences = request.IncludeSentences ? SentenceSplitter.Split(source) : [];
        var explanation = request.Explain ? Explainer.Explain(snapshot.Model, source, encoded, proposals, classification, candidates) : null;

        var preparation = time.GetElapsedTime(started, handedOver) + time.GetElapsedTime(handedBack) - rereading;
        var (queueTime, inferenceTime) = (
            classification.QueueTime + (reread?.QueueTime ?? default),
            classification.InferenceTime + (reread?.InferenceTime ?? default)
        );
        ExtractionActivities.Record(time, started, handedOver, handedBack, classification, source.WordCount);
        return new ExtractionResult
        {
            Source = source,
            Entities = entities,
            Groups = groups,
            Sentences = sentences,
            ModelVersion = snapshot.ModelVersion,
            GazetteerVersion = snapshot.GazetteerVersion,
            Statistics = new ExtractionStatistics(
                classification.Windows,
                source.WordCount,
                encoded.SubwordCount,
                queueTime,
                preparation,
                inferenceTime
            ),
            Explanation = explanation,
        };

        GazetteerProposals Propose(SourceText document) =>
            request.UseGazetteer ? GazetteerProposals.Of(document, gazetteers) : GazetteerProposals.None(document);

        // A second, small document for the model, which few documents need; the request has been admitted, so it is not refused for it.
        async Task<Classification?> RereadAsync(CutNames? cutNames)
        {
            if (cutNames is null)
                return null;
            var document = Propose(cutNames.Passages).Encode(snapshot.Model, snapshot.NameParts);
            var cut = await snapshot.Model.ClassifyAsync(document, request with { MayBeRefused = false }, cancellationToken);
            cutNames.Compare(labels, new LabelEvidence(cut), evidence);
            return cut;
        }
    }

    /// <summary>The arbiter judges the model's default output, which it was trained for; any other is taken as it is.</summary>
    private static List<JudgedCandidate> Select(
        Snapshot snapshot,
        ExtractionRequest request,
        GazetteerProposals proposals,
        LabelEvidence labels,
        CancellationToken cancellationToken
    )
    {
        var gazetteer = new GazetteerEvidence(proposals, snapshot.NameParts, request.UseGazetteer && snapshot.KnowsPlaces);
        var isDefaultOutput = request.Output is null || request.Output == snapshot.Model.Manifest.DefaultOutput;
        return snapshot.Arbiter is { } arbiter && request.UseArbiter && isDefaultOutput
            ? CandidateSelection.ByArbiter(arbiter, labels, gazetteer, request.Names.DenyList, cancellationToken)
            : CandidateSelection.ByModel(labels, gazetteer, request.Names.DenyList);
    }

    /// <summary>Everything that knows names for this request. It always helps to find the name inside a word; whether the model reads it and the
    /// gazetteers propose entities is the caller's choice.</summary>
    private static GazetteerIndex[] Gazetteers(Snapshot snapshot, ExtractionRequest request) =>
        !request.UseGazetteer || request.Names.Entries.IsEmpty
            ? [.. snapshot.Gazetteers, snapshot.SeenNames]
            : [.. snapshot.Gazetteers, snapshot.SeenNames, request.Names.Index];

    private static List<JudgedCandidate> Kept(ExtractionRequest request, List<JudgedCandidate> candidates) =>
        candidates.FindAll(judged =>
            judged.IsKept
            && judged.Confidence >= request.MinConfidenceOf(judged.Candidate.Label)
            && request.Wants(judged.Candidate.Label)
            && !request.Source.SpanOf(judged.Candidate.Words).IsEmpty
        );

    private static ImmutableArray<ExtractedEntity> Entities(
        SourceText source,
        List<JudgedCandidate> kept,
        GazetteerCliticEvidence evidence,
        CancellationToken cancellationToken
    )
    {
        var latest = new List<NamedWords>(TitleFinder.MaxWords);
        var entities = ImmutableArray.CreateBuilder<ExtractedEntity>(kept.Count);
        foreach (var (candidate, _, _, _, confidence, _) in kept)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var segmentation = CliticSegmenter.Segment(source, candidate.Words, candidate.Type, evidence);
            entities.Add(
                new ExtractedEntity
                {
                    Label = candidate.Label,
                    Span = source.SpanOf(candidate.Words),
                    Words = candidate.Words,
                    CoreSpan = segmentation.Core,
                    Clitics = segmentation.Clitics,
                    NormalizedName = segmentation.NormalizedName,
                    Confidence = confidence,
                    Source = Explainer.SourceOf(candidate),
                    GazetteerId = candidate.Match?.Entry.Id,
                    CanonicalName = candidate.Match?.Entry.Canonical,
                    // A title and the name it belongs to stand side by side: what separates them with a proclitic names two (قال الرئيس لبوتين).
                    Title =
                        candidate.Type == EntityType.Person && segmentation.Clitics.IsEmpty
                            ? TitleFinder.Find(source, candidate.Words, CollectionsMarshal.AsSpan(latest))
                            : null,
                }
            );
            // A title reaches back a few words only, so the latest entities are all it can be of.
            if (latest.Count == TitleFinder.MaxWords)
                latest.RemoveAt(0);
            latest.Add(new NamedWords(candidate.Words, candidate.Type));
        }
        return entities.ToImmutable();
    }
}
