using Microsoft.ML.Tokenizers;
using NerService.Inference.Models;
using NerService.Inference.Tokenization.Normalization;

namespace NerService.Inference.Tokenization;

/// <summary>
/// SentencePiece (Kudo and Richardson, 2018), Unigram or BPE as the file says. Each word is encoded by itself with the leading ▁ that SentencePiece
/// puts before a text; an id is the piece's position in the file, or for models that renumber the pieces (XLM-R) that position and an offset.
/// </summary>
internal sealed class SentencePieceSubwordTokenizer : ISubwordTokenizer
{
    private readonly SentencePieceTokenizer _tokenizer;
    private readonly IReadOnlyList<TextStep> _steps;
    private readonly IReadOnlyList<string> _pieces;
    private readonly int _idOffset;
    private readonly int _unknownId;
    private readonly bool _joinUnknown;

    private SentencePieceSubwordTokenizer(
        SentencePieceTokenizer tokenizer,
        SentencePieceFile file,
        IReadOnlyList<TextStep> steps,
        int idOffset,
        int? unknownId
    )
    {
        (_tokenizer, _pieces, _steps, _idOffset) = (tokenizer, file.Pieces, steps, idOffset);
        (_unknownId, _joinUnknown, LargestId) = (unknownId ?? file.UnknownId, unknownId is not null, file.LargestId + idOffset);
    }

    public int VocabularySize => _pieces.Count + _idOffset;

    public int LargestId { get; }

    /// <summary>Reads a SentencePiece model file, or a <c>tokenizer.json</c> whose model is Unigram.</summary>
    /// <param name="path">The file.</param>
    /// <param name="idOffset">Added to a piece's position to make its id.</param>
    /// <param name="unknownId">The id of what the file does not know, however many characters in a row; null leaves one unknown piece a
    /// character.</param>
    /// <param name="lowercase">Whether letters are lowercased first. A <c>tokenizer.json</c> says it itself.</param>
    /// <param name="stripAccents">Whether accents are dropped first, the hamza among them. A <c>tokenizer.json</c> says it itself.</param>
    /// <exception cref="ModelLoadException">The file is not a SentencePiece model.</exception>
    internal static SentencePieceSubwordTokenizer Load(
        string path,
        int idOffset = 0,
        int? unknownId = null,
        bool lowercase = false,
        bool stripAccents = false
    )
    {
        var file = SentencePieceFile.Read(path);
        var steps = SentencePieceFile.IsJson(path) ? UnigramJson.StepsBefore(ModelFiles.Json(path), path) : Steps(lowercase, stripAccents);
        using var stream = new MemoryStream(file.ToBytes());
        var tokenizer = ModelLoadException.Explain(
            $"'{path}' is not a SentencePiece model that can be run",
            () => SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false)
        );
        return new SentencePieceSubwordTokenizer(tokenizer, file, steps, idOffset, unknownId);
    }

    public IReadOnlyList<int> Encode(ReadOnlySpan<char> word)
    {
        var positions = _steps.Count == 0 ? _tokenizer.EncodeToIds(word) : _tokenizer.EncodeToIds(_steps.Through(word.ToString()));
        if (!_joinUnknown)
            return positions;
        var ids = new List<int>(positions.Count);
        foreach (var position in positions)
        {
            var id = position == _tokenizer.UnknownId ? _unknownId : position + _idOffset;
            if (id != _unknownId || ids.Count == 0 || ids[^1] != _unknownId)
                ids.Add(id);
        }
        return ids;
    }

    public string Piece(int id) =>
        id == _unknownId ? _tokenizer.UnknownToken
        : id >= _idOffset && id < VocabularySize ? _pieces[id - _idOffset]
        : "";

    /// <summary>As ALBERT's preparation has it: compatibility forms taken apart, marks dropped, then case.</summary>
    private static List<TextStep> Steps(bool lowercase, bool stripAccents)
    {
        var steps = new List<TextStep>();
        if (stripAccents)
            steps.Add(text => TextSteps.DropMarks(UnicodeForms.Decompose(text, compatibility: true), nonSpacingOnly: false));
        if (lowercase)
            steps.Add(TextSteps.Lower);
        return steps;
    }
}
