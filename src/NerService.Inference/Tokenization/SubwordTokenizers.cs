using NerService.Inference.Models;
using NerService.Text.Documents;

namespace NerService.Inference.Tokenization;

/// <summary>Makes the tokenizer that a manifest asks for.</summary>
internal static class SubwordTokenizers
{
    /// <summary>Loads the tokenizer of a model's folder and lets it cut a sentence.</summary>
    /// <exception cref="ModelLoadException">The kind is not known, the file cannot be read or run, or an id of the manifest is none of its
    /// ids.</exception>
    internal static ISubwordTokenizer Load(ModelFolder folder) => Load(folder.FullPath(folder.Manifest.Tokenizer.File), folder.Manifest.Tokenizer);

    /// <summary>Loads a tokenizer and lets it cut a sentence.</summary>
    /// <exception cref="ModelLoadException">The kind is not known, the file cannot be read or run, or an id of the section is none of its
    /// ids.</exception>
    internal static ISubwordTokenizer Load(string path, TokenizerSection section)
    {
        ISubwordTokenizer tokenizer = section.Kind switch
        {
            // The first kind there was: one unknown piece per character, as its golden vectors have it.
            TokenizerSection.SentencePieceUnigram => SentencePieceSubwordTokenizer.Load(path),
            TokenizerSection.SentencePiece => SentencePieceSubwordTokenizer.Load(
                path,
                section.IdOffset,
                section.UnknownId,
                section.Lowercase,
                section.StripAccents
            ),
            TokenizerSection.WordPiece => WordPieceSubwordTokenizer.Load(path, section),
            TokenizerSection.ByteLevelBpe => ByteLevelBpeSubwordTokenizer.Load(path),
            var kind => throw new ModelLoadException(
                $"'{path}': tokenizer.kind is '{kind}'; known are {TokenizerSection.SentencePieceUnigram}, "
                    + $"{TokenizerSection.SentencePiece}, {TokenizerSection.WordPiece} and {TokenizerSection.ByteLevelBpe}."
            ),
        };
        ModelManifestRules.CheckIds(section, tokenizer.VocabularySize, path);
        var encoder = new SubwordEncoder(tokenizer, fold: false, section.MaxSubwordsPerWord, section.UnknownId);
        // A file that can be read may still hold rules that the library fails on.
        _ = ModelLoadException.Explain($"'{path}' fails on a sample sentence", () => encoder.Encode(SourceText.FromText(ModelCheck.SampleSentence)));
        return tokenizer;
    }
}
