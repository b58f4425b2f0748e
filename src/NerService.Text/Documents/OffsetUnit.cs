namespace NerService.Text.Documents;

/// <summary>What an offset counts.</summary>
public enum OffsetUnit
{
    /// <summary>Unicode code points; a lone surrogate counts as one.</summary>
    CodePoint,

    /// <summary>UTF-16 code units, as .NET, Java and JavaScript index strings.</summary>
    Utf16,

    /// <summary>Bytes of the UTF-8 encoding; a lone surrogate counts three, the length of U+FFFD that replaces it.</summary>
    Utf8,
}
