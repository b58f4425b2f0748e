using System.Buffers;
using System.Text;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Text.Clitics;

/// <summary>
/// Finds the name inside the word: what is left of an entity when the proclitics of its first word are taken off: و or ف, then ب, ل, ك or س, then the
/// article where the name does not own it. Pronouns at the end stay. A cut needs evidence that what remains is a name; the surface's own evidence
/// stands against it. Pure, thread-safe, and free of allocation for an entity that nothing is cut from, its normalized name apart.
/// </summary>
/// <remarks>
/// Each way to read the word, uncut included, gets the points of <see cref="CliticWeights"/>: what speaks for its name, less what its clitics cost.
/// The best wins; on a tie, the reading that cuts less. Points are near natural logarithms of odds, set by hand on the development half of the word
/// list.
/// </remarks>
public static class CliticSegmenter
{
    private const int StackLimit = 256;

    /// <summary>Finds the name inside an entity.</summary>
    /// <param name="source">The document.</param>
    /// <param name="words">The entity's words; at least one. Only the first may be cut.</param>
    /// <param name="type">What the entity is.</param>
    /// <param name="evidence">What is known about names.</param>
    /// <returns>Core, clitics and normalized name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range holds no word or reaches past the document.</exception>
    public static CliticSegmentation Segment(SourceText source, WordRange words, EntityType type, ICliticEvidence evidence) =>
        Segment(source, words, type, evidence, out _);

    /// <summary>Finds the name inside an entity, and says whether it was left whole for want of evidence.</summary>
    /// <param name="source">The document.</param>
    /// <param name="words">The entity's words; at least one. Only the first may be cut.</param>
    /// <param name="type">What the entity is.</param>
    /// <param name="evidence">What is known about names.</param>
    /// <param name="isUnknown">Whether the word can be cut, and neither it nor what a cut leaves is known.</param>
    /// <returns>Core, clitics and normalized name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range holds no word or reaches past the document.</exception>
    public static CliticSegmentation Segment(SourceText source, WordRange words, EntityType type, ICliticEvidence evidence, out bool isUnknown)
    {
        isUnknown = false;
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentOutOfRangeException.ThrowIfNegative(words.Start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words.End, source.WordCount, nameof(words));
        ArgumentOutOfRangeException.ThrowIfLessThan(words.Length, 1, nameof(words));

        var span = source.SpanOf(words);
        // Two letters before the key, so that an article can be put back, and the key of every word of the entity.
        var needed = 2;
        for (var i = words.Start; i < words.End; i++)
            needed += ArabicFolding.MaxLength(source.Word(i)) + 1;
        char[]? rentedKey = null;
        int[]? rentedSources = null;
        var buffer = needed <= StackLimit ? stackalloc char[StackLimit] : rentedKey = ArrayPool<char>.Shared.Rent(needed);
        var sources = needed <= StackLimit ? stackalloc int[StackLimit] : rentedSources = ArrayPool<int>.Shared.Rent(needed);
        try
        {
            var firstMax = ArabicFolding.MaxLength(source.Word(words.Start));
            var firstLength = FoldedText.FoldWord(source.Word(words.Start), buffer.Slice(2, firstMax), sources[..firstMax]);
            var end = 2 + firstLength;
            var cuts = new ProcliticCuts();
            var count = firstLength < 3 ? 0 : Proclitics.List(buffer[2..end], cuts);
            if (count == 0)
                return Uncut(source, words, span);
            for (var i = words.Start + 1; i < words.End; i++)
            {
                buffer[end++] = ' ';
                end += FoldedText.FoldWord(source.Word(i), buffer[end..], []);
            }
            var entity = new Entity(source.Word(words.Start), buffer[..end], firstLength, sources[..firstLength], type, words.Length > 1);
            if (Best(entity, cuts[..count], evidence, out isUnknown) is not { } best)
                return Uncut(source, words, span);
            var core = new TextSpan(source.Words[words.Start].Start + entity.Sources[best.Length], span.End);
            return new CliticSegmentation(core, best.Clitics(), NormalizedName(source, words, core.Start, best.Restored));
        }
        finally
        {
            if (rentedKey is not null)
                ArrayPool<char>.Shared.Return(rentedKey);
            if (rentedSources is not null)
                ArrayPool<int>.Shared.Return(rentedSources);
        }
    }

    private static CliticSegmentation Uncut(SourceText source, WordRange words, TextSpan span) =>
        new(span, [], NormalizedName(source, words, span.Start, ""));

    /// <summary>The cut that has the most points; null when none has more than the whole word.</summary>
    private static ProcliticCut? Best(in Entity entity, ReadOnlySpan<ProcliticCut> cuts, ICliticEvidence evidence, out bool isUnknown)
    {
        ProcliticCut? best = null;
        var most = CliticWeights.ForSurface(entity, evidence) + CliticWeights.Margin;
        var isSurfaceUnknown = CliticWeights.IsUnknown(most - CliticWeights.Margin);
        foreach (var cut in cuts)
        {
            // An article is cut before three letters or more, anything else before two.
            if (entity.FirstLength - cut.Length < (cut.CutsArticle ? 3 : 2))
                continue;
            // No cut within one character: ﻷ is a lam and the letter behind it.
            if (entity.Sources[cut.Length] == entity.Sources[cut.Length - 1])
                continue;
            if (Points(entity, cut, evidence) is var points && points > most)
                (best, most) = (cut, points);
        }
        isUnknown = isSurfaceUnknown && best is null;
        return best;
    }

    private static double Points(in Entity entity, in ProcliticCut cut, ICliticEvidence evidence)
    {
        var start = 2 + cut.Length - cut.Restored.Length;
        Span<char> saved = stackalloc char[2];
        entity.Key.Slice(start, cut.Restored.Length).CopyTo(saved);
        cut.Restored.CopyTo(entity.Key[start..]);
        var nameLength = entity.FirstLength - cut.Length + cut.Restored.Length;
        var name = entity.Key[start..];
        var points = CliticWeights.ForName(cut, entity, name, name[..nameLength], evidence) - CliticWeights.Cost(cut, entity, nameLength);
        saved[..cut.Restored.Length].CopyTo(entity.Key[start..]);
        return points;
    }

    private static string NormalizedName(SourceText source, WordRange words, int coreStart, string restored)
    {
        var name = new StringBuilder(restored, source.SpanOf(words).Length + restored.Length);
        Span<char> stack = stackalloc char[StackLimit];
        for (var i = words.Start; i < words.End; i++)
        {
            var word = source.Words[i];
            if (i == words.Start)
                word = new TextSpan(coreStart, word.End);
            else if (word.Start > source.Words[i - 1].End && name.Length > 0)
                name.Append(' ');
            var surface = source.Read(word);
            if (ArabicFolding.MaxLength(surface) <= StackLimit)
                name.Append(stack[..ArabicFolding.Fold(surface, stack, FoldingProfile.Model)]);
            else
                name.Append(ArabicFolding.Fold(surface, FoldingProfile.Model));
        }
        return name.ToString();
    }

    /// <summary>An entity, folded.</summary>
    /// <param name="surface">Its first word as it stands in the document.</param>
    /// <param name="key">Two free places, then the key of the whole entity.</param>
    /// <param name="firstLength">Length of its first word.</param>
    /// <param name="sources">For each letter of the first word, the index in the surface word that it came from.</param>
    /// <param name="type">What it is.</param>
    /// <param name="hasMoreWords">Whether a second word follows.</param>
    internal readonly ref struct Entity(
        ReadOnlySpan<char> surface,
        Span<char> key,
        int firstLength,
        ReadOnlySpan<int> sources,
        EntityType type,
        bool hasMoreWords
    )
    {
        private readonly ReadOnlySpan<char> _surface = surface;
        internal readonly Span<char> Key = key;
        internal readonly ReadOnlySpan<int> Sources = sources;
        internal readonly int FirstLength = firstLength;
        internal readonly EntityType Type = type;
        internal readonly bool HasMoreWords = hasMoreWords;

        internal ReadOnlySpan<char> FirstWord => Key.Slice(2, FirstLength);

        /// <summary>The first letter of the name that a cut leaves, as the document has it.</summary>
        internal char FirstLetter(in ProcliticCut cut) => cut.Restored.Length == 0 ? _surface[Sources[cut.Length]] : 'ا';
    }
}
