using NerService.Inference.Models;

namespace NerService.Inference.Tokenization;

/// <summary>Makes the tokenizer that a manifest asks for.</summary>
internal static class SubwordTokenizers
{
    /// <summary>Loads the tokenizer of a model's folder.</summary>
    /// <exception cref="ModelLoadException">The kind is not known, or the file cannot be read.</exception>
    internal static ISubwordTokenizer Load(ModelFolder folder)
    {
        var section = folder.Manifest.Tokenizer;
        var path = folder.FullPath(section.File);
        return section.Kind switch
        {
            // The first kind there was: one unknown piece a character, as its golden vectors have it.
            TokenizerSection.SentencePieceUnigram => SentencePieceSubwordTokenizer.Load(path),
            TokenizerSection.SentencePiece => SentencePieceSubwordTokenizer.Load(path, section.IdOffset, section.UnknownId),
            TokenizerSection.WordPiece => WordPieceSubwordTokenizer.Load(path, section),
            var kind => throw new ModelLoadException($"'{folder.Path}': tokenizer.kind is '{kind}'; known are {TokenizerSection.SentencePieceUnigram}, {TokenizerSection.SentencePiece} and {TokenizerSection.WordPiece}."),
        };
    }
}
