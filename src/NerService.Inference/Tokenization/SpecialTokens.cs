namespace NerService.Inference.Tokenization;

/// <summary>Ids of the tokens that stand for no word.</summary>
/// <param name="Begin">Before the words; null for models that have no such special token, which see nothing in its place.</param>
/// <param name="End">After the words.</param>
/// <param name="Pad">After the window, and in the place of a special token that is not there.</param>
internal readonly record struct SpecialTokens(int? Begin, int End, int Pad)
{
    /// <summary>What stands in the first place.</summary>
    internal int First => Begin ?? Pad;
}
