using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>The gazetteer's heaviest entry of one kind (a type, or another label) for one stretch of whole words.</summary>
internal sealed record TypedMatch(WordRange Words, EntityLabel Kind, IndexedEntry Entry)
{
    internal EntityType Type => Kind.Type;

    /// <summary>Whether the name is a user's own, from a file of theirs or from the request.</summary>
    internal bool IsUsers => Entry.Origin is GazetteerOrigin.User or GazetteerOrigin.Request;
}
