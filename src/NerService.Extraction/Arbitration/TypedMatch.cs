using NerService.Gazetteer;
using NerService.Text;

namespace NerService.Extraction.Arbitration;

/// <summary>The gazetteer's best entry of one type for one stretch of words.</summary>
/// <param name="Words">The words, whole.</param>
/// <param name="Type">The type.</param>
/// <param name="Entry">The heaviest entry of the type.</param>
internal sealed record TypedMatch(WordRange Words, EntityType Type, IndexedEntry Entry)
{
    /// <summary>Whether the name is a user's own, from a file of theirs or from the request.</summary>
    internal bool IsUsers => Entry.Origin is GazetteerOrigin.User or GazetteerOrigin.Request;
}
