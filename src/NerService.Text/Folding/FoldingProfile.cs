namespace NerService.Text.Folding;

/// <summary>How far a word is folded.</summary>
public enum FoldingProfile
{
    /// <summary>What the built-in model was trained on: presentation forms opened, marks and tatweel dropped, and the letters that Arabic does not
    /// write made those that it does (ھ ہ to ه, ی to ي, گ to ك, ڤ to ف, ۵ to ٥).</summary>
    Model,

    /// <summary>As <see cref="Model"/>, and spellings that writers mix up made one: أإآ to ا, ى to ي, ة to ه, ؤ to و, ئ to ي, Arabic digits to
    /// European ones, capitals to lowercase. Also drops the other invisible characters that may stand inside a word: Arabic letter mark, soft
    /// hyphen, word joiner.</summary>
    GazetteerKey,
}
