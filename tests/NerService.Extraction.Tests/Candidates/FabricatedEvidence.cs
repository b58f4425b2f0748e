using NerService.Extraction.Candidates;
using NerService.Extraction.Proposals;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Inference;
using NerService.Inference.Decoding;
using NerService.Text.Documents;

namespace NerService.Extraction.Tests.Candidates;

/// <summary>A document with what a model might say of it: for each word the labels given and their probabilities, the rest going to O.</summary>
internal static class FabricatedEvidence
{
    internal static readonly LabelSet Labels = new(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]);

    /// <summary>Builds the evidence.</summary>
    /// <param name="words">Each word with the labels it may have, such as "B-PER 0.9 I-LOC 0.05".</param>
    internal static LabelEvidence Labelled(params (string Word, string Labels)[] words)
    {
        var logits = new float[words.Length * Labels.Count];
        for (var word = 0; word < words.Length; word++)
        {
            var row = logits.AsSpan(word * Labels.Count, Labels.Count);
            row.Fill(1e-6f);
            var parts = words[word].Labels.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var rest = 1f;
            for (var i = 0; i < parts.Length; i += 2)
            {
                var probability = float.Parse(parts[i + 1], System.Globalization.CultureInfo.InvariantCulture);
                row[Labels.Names.IndexOf(parts[i])] = probability;
                rest -= probability;
            }
            row[Labels.Outside] += rest;
            foreach (ref var p in row)
                p = MathF.Log(p);
        }
        var path = Enumerable
            .Range(0, words.Length)
            .Select(word =>
            {
                var row = logits.AsSpan(word * Labels.Count, Labels.Count).ToArray();
                return Array.IndexOf(row, row.Max());
            })
            .ToArray();
        return new LabelEvidence(new Classification(WordPosteriors.FromLogits(Labels, logits), path, 1, TimeSpan.Zero, TimeSpan.Zero));
    }

    /// <summary>What gazetteers say of the same words.</summary>
    internal static GazetteerEvidence Known((string Word, string Labels)[] words, params GazetteerEntry[] entries) =>
        Known(words, entries.Length == 0 ? [] : [GazetteerIndex.Build(entries)]);

    /// <summary>What gazetteers say of the same words.</summary>
    internal static GazetteerEvidence Known((string Word, string Labels)[] words, GazetteerIndex[] indexes) =>
        new(
            GazetteerProposals.Of(SourceText.FromTokens([.. words.Select(w => w.Word)]), indexes),
            NameParts.Empty,
            indexes.Any(index => index.Origin == GazetteerOrigin.BuiltIn)
        );
}
