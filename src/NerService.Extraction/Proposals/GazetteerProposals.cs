using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Gazetteer.Matching;
using NerService.Inference;
using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Extraction.Proposals;

/// <summary>
/// What the gazetteers propose in one document. Found once, before inference, and used by every later step: the model reads it as
/// <see cref="WordFeatures"/>, the arbiter gets its candidates from it, and the clitics are cut by it.
/// </summary>
/// <param name="Source">The document.</param>
/// <param name="Matches">By first word, then in the order of the gazetteers.</param>
internal sealed record GazetteerProposals(SourceText Source, IReadOnlyList<GazetteerMatch> Matches)
{
    /// <summary>Whether the gazetteers are not asked, so that the model is told nothing of them either.</summary>
    private bool AreOff { get; init; }

    /// <summary>Nothing: the gazetteer is off.</summary>
    internal static GazetteerProposals None(SourceText source) => new(source, []) { AreOff = true };

    internal static GazetteerProposals Of(SourceText source, params ReadOnlySpan<GazetteerIndex> indexes) =>
        new(source, GazetteerMatcher.Match(source, indexes));

    /// <summary>The document as the model reads it: its subwords, and what the model is told of the proposals if it reads any.</summary>
    internal EncodedDocument Encode(TokenClassifier model, NameParts nameParts)
    {
        var encoded = model.Encode(Source);
        return AreOff || !model.ReadsGazetteer ? encoded : encoded.WithFeatures(GazetteerFeatures.Of(this, nameParts));
    }
}
