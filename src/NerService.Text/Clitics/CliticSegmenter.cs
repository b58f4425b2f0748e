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
    /// <summary>Finds the name inside an entity.</summary>
    /// <param name="source">The document.</param>
    /// <param name="words">The entity's words; at least one. Only the first may be cut.</param>
    /// <param name="type">What the entity is.</param>
    /// <param name="evidence">What is known about names.</param>
    /// <returns>Core, clitics and normalized name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range holds no word or reaches past the document.</exception>
    public static CliticSegmentation Segment(SourceText source, WordRange words, EntityType type, ICliticEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentOutOfRangeException.ThrowIfNegative(words.Start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words.End, source.WordCount, nameof(words));
        ArgumentOutOfRangeException.ThrowIfLessThan(words.Length, 1, nameof(words));

        var span = source.SpanOf(words);
        var entity = new Entity(source, words, type);
        var cuts = new ProcliticCuts();
        var count = entity.FirstWord.Length < 3 ? 0 : Proclitics.List(entity.FirstWord, cuts);
        var surface = count == 0 ? 0 : CliticWeights.ForSurface(entity, evidence);
        if (Best(entity, cuts[..count], surface + CliticWeights.Margin, evidence) is not { } best)
            return new CliticSegmentation(span, [], NormalizedName(source, words, span.Start, ""))
            {
                IsUnknown = count > 0 && CliticWeights.IsUnknown(surface),
            };
        var core = new TextSpan(entity.NameStart(best), span.End);
        return new CliticSegmentation(core, best.Clitics(), NormalizedName(source, words, core.Start, best.Restored));
    }

    /// <summary>The cut that has the most points; null when none has more than given.</summary>
    private static ProcliticCut? Best(in Entity entity, ReadOnlySpan<ProcliticCut> cuts, double most, ICliticEvidence evidence)
    {
        ProcliticCut? best = null;
        foreach (var cut in cuts)
        {
            // An article is cut before three letters or more, anything else before two.
            if (entity.FirstWord.Length - cut.Length < (cut.CutsArticle ? 3 : 2))
                continue;
            // No cut within one character: ﻷ is a lam and the letter after it.
            if (entity.NameStart(cut) < 0)
                continue;
            if (Points(entity, cut, evidence) is var points && points > most)
                (best, most) = (cut, points);
        }
        return best;
    }

    private static double Points(in Entity entity, in ProcliticCut cut, ICliticEvidence evidence)
    {
        var name = cut.Rest(entity.Key);
        var first = name[..(entity.FirstWord.Length - cut.Length + cut.Restored.Length)];
        return CliticWeights.ForName(cut, entity, name, first, evidence) - CliticWeights.Cost(cut, entity, first.Length);
    }

    private static string NormalizedName(SourceText source, WordRange words, int coreStart, string restored)
    {
        var name = new StringBuilder(restored, source.SpanOf(words).Length + restored.Length);
        for (var i = words.Start; i < words.End; i++)
        {
            var word = source.Words[i];
            if (i == words.Start)
                word = new TextSpan(coreStart, word.End);
            else if (word.Start > source.Words[i - 1].End && name.Length > 0)
                name.Append(' ');
            name.Append(ArabicFolding.Fold(source.Read(word), FoldingProfile.Model));
        }
        return name.ToString();
    }

    /// <summary>An entity whose first word may be cut.</summary>
    /// <param name="source">The document.</param>
    /// <param name="words">Its words.</param>
    /// <param name="type">What it is.</param>
    internal readonly ref struct Entity(SourceText source, WordRange words, EntityType type)
    {
        /// <summary>The key of the whole entity.</summary>
        internal readonly ReadOnlySpan<char> Key = source.Keys.Key(words);

        /// <summary>The key of its first word.</summary>
        internal readonly ReadOnlySpan<char> FirstWord = source.Keys.Word(words.Start);

        internal readonly EntityType Type = type;
        internal readonly bool HasMoreWords = words.Length > 1;

        /// <summary>Where in the text the name begins that a cut leaves; -1 where the text cannot be cut there.</summary>
        internal int NameStart(in ProcliticCut cut) => source.Keys.TryCut(words.Start, cut.Length, out var rest) ? rest.Start : -1;

        /// <summary>The first letter of the name that a cut leaves, as the document has it.</summary>
        internal char FirstLetter(in ProcliticCut cut) =>
            cut.Restored.Length == 0 ? source.Read(new TextSpan(NameStart(cut), NameStart(cut) + 1))[0] : 'ا';
    }
}
