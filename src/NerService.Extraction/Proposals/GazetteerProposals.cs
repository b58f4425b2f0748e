using NerService.Gazetteer;
using NerService.Inference;
using NerService.Text.Folding;

namespace NerService.Extraction.Proposals;

/// <summary>
/// What the gazetteers propose in one document. Found once, before inference, and used by every later step: the model reads it as
/// <see cref="WordFeatures"/>, the arbiter gets its candidates from it, and the clitics are cut by it.
/// </summary>
/// <param name="Text">The folded document.</param>
/// <param name="Matches">By first word, then in the order of the gazetteers.</param>
internal sealed record GazetteerProposals(FoldedText Text, IReadOnlyList<GazetteerMatch> Matches)
{
    /// <summary>Nothing: the gazetteer is off.</summary>
    internal static GazetteerProposals None(FoldedText text) => new(text, []);

    /// <summary>Matches a document.</summary>
    internal static GazetteerProposals Of(FoldedText text, params ReadOnlySpan<GazetteerIndex> indexes) =>
        new(text, GazetteerMatcher.Match(text, indexes));

    /// <summary>The document with what the model is told of the proposals; as it is where the model reads no gazetteer.</summary>
    /// <param name="document">Encoded by the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="nameParts">Given and family names.</param>
    internal Inference.Tokenization.EncodedDocument Inform(
        Inference.Tokenization.EncodedDocument document,
        TokenClassifier model,
        NameParts nameParts
    ) => model.ReadsGazetteer ? document.WithFeatures(GazetteerFeatures.Of(this, nameParts)) : document;
}
