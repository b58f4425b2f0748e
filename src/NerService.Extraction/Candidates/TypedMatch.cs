using NerService.Gazetteer;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>The gazetteer's best entry of one kind for one stretch of words.</summary>
/// <param name="Words">The words, whole.</param>
/// <param name="Kind">The kind: a type, or another label.</param>
/// <param name="Entry">The heaviest entry of the kind.</param>
internal sealed record TypedMatch(WordRange Words, EntityLabel Kind, IndexedEntry Entry)
{
    /// <summary>Its type.</summary>
    internal EntityType Type => Kind.Type;

    /// <summary>Whether the name is a user's own, from a file of theirs or from the request.</summary>
    internal bool IsUsers => Entry.Origin is GazetteerOrigin.User or GazetteerOrigin.Request;
}
