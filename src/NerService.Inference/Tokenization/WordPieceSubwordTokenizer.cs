using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using NerService.Inference.Models;
using NerService.Inference.Tokenization.Normalization;

namespace NerService.Inference.Tokenization;

/// <summary>
/// WordPiece (Schuster and Nakajima, 2012) as BERT models use it: basic tokenization, then the longest piece of the vocabulary again and again. The
/// id of a piece is its line in <c>vocab.txt</c>, from 0, or what <c>tokenizer.json</c> says.
/// </summary>
internal sealed class WordPieceSubwordTokenizer : ISubwordTokenizer
{
    private readonly WordPieceTokenizer _tokenizer;
    private readonly string[] _pieces;
    private readonly IReadOnlyList<TextStep> _steps;

    private WordPieceSubwordTokenizer(WordPieceTokenizer tokenizer, string[] pieces, IReadOnlyList<TextStep> steps) =>
        (_tokenizer, _pieces, _steps) = (tokenizer, pieces, steps);

    public int VocabularySize => _pieces.Length;

    public int LargestId => _pieces.Length - 1;

    /// <summary>Reads a vocabulary: <c>vocab.txt</c>, or a <c>tokenizer.json</c> whose model is WordPiece.</summary>
    /// <exception cref="ModelLoadException">The file cannot be read, lacks the piece for unknown words, or prepares words in a way that this service
    /// does not do.</exception>
    internal static WordPieceSubwordTokenizer Load(string path, TokenizerSection section)
    {
        var pieces = VocabularyFile.Read(path);
        if (section.UnknownId < 0 || section.UnknownId >= pieces.Length)
            throw new ModelLoadException($"'{path}' has {pieces.Length} pieces; tokenizer.unknownId {section.UnknownId} is none of them.");
        var options = new WordPieceOptions
        {
            UnknownToken = pieces[section.UnknownId],
            ContinuingSubwordPrefix = section.ContinuingPrefix ?? "##",
            MaxInputCharsPerWord = section.MaxCharactersPerToken ?? 100,
        };
        var steps = SentencePieceFile.IsJson(path)
            ? Steps(ModelFiles.Json(path), section, path)
            : [Bert(section, clean: true), BertText.SplitPunctuation];
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', pieces)));
        var tokenizer = ModelLoadException.Explain(
            $"'{path}' is not a WordPiece vocabulary that can be run",
            () => WordPieceTokenizer.Create(lines, options)
        );
        return new WordPieceSubwordTokenizer(tokenizer, pieces, steps);
    }

    public IReadOnlyList<int> Encode(ReadOnlySpan<char> word) =>
        _steps.Through(word.ToString()) is var tokens && !string.IsNullOrWhiteSpace(tokens) ? _tokenizer.EncodeToIds(tokens) : [];

    public string Piece(int id) => id >= 0 && id < _pieces.Length ? _pieces[id] : "";

    /// <summary>BERT's own normalizer does what the section says, as the reference lets the settings beside the file overrule it; any other does what
    /// the file says.</summary>
    private static List<TextStep> Steps(JsonElement root, TokenizerSection section, string path)
    {
        var normalizers = TokenizerJson.Normalizers(root).ToList();
        var steps =
            root.Member("normalizer")?.String("type") == "BertNormalizer"
                ? [Bert(section, normalizers[0].Bool("clean_text") ?? true)]
                : normalizers.Select(part => NormalizerJson.Step(part, path));
        return [.. steps, .. TokenizerJson.PreTokenizers(root).Select(part => PreTokenizerJson.Step(part, path))];
    }

    private static TextStep Bert(TokenizerSection section, bool clean)
    {
        var options = new BertTextOptions(section.Lowercase, section.StripAccents, section.SplitIdeographs ?? true, clean);
        return text => BertText.Normalize(text, options);
    }
}
