namespace NerService.Text.Tests;

/// <summary>Texts taken apart the slow, obvious way, to check the fast way against.</summary>
internal static class Slices
{
    /// <summary>One string per code point; a lone surrogate is one.</summary>
    internal static string[] CodePoints(string text)
    {
        var codePoints = new List<string>();
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            codePoints.Add(text.Substring(i, isPair ? 2 : 1));
            if (isPair)
                i++;
        }
        return [.. codePoints];
    }
}
