namespace NerService.Text;

/// <summary>How far a word is folded.</summary>
public enum FoldingProfile
{
    /// <summary>What the built-in model was trained on: presentation forms opened, marks and tatweel dropped, Persian kaf and ya made Arabic.</summary>
    Model,

    /// <summary>As <see cref="Model"/>, and spellings that writers mix up made one: أإآٱ to ا, ى to ي, ة to ه, ؤ to و, ئ to ي. Also drops the
    /// other invisible characters that may stand inside a word: Arabic letter mark, soft hyphen, word joiner.</summary>
    GazetteerKey,
}
