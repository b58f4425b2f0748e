using System.Text.Json;
using NerService.Inference.Models;
using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Tests.Tokenization;

/// <summary>The ids of the reference implementation, written down by tests/data/exported/make_golden.mjs.</summary>
public sealed class ReferenceTokenizerTests
{
    /// <summary>A real vocabulary, which holds every Arabic letter; the others were made for these tests.</summary>
    private const string Published = "bert-base-uncased";

    private static readonly JsonElement Texts = Read("golden-texts.json");
    private static readonly JsonElement Golden = Read("golden.json");

    [Theory]
    [InlineData("wordpiece-iob2")]
    [InlineData("wordpiece-iobes")]
    [InlineData("unigram-labels")]
    [InlineData(Published)]
    public void Every_word_has_the_ids_of_the_reference(string name)
    {
        var encoder = EncoderOf(name, out var tokenizer);
        var words = Strings("words");
        var expected = Ids(name, "words");
        var differing = words
            .Where((word, i) => !tokenizer.Encode(word).SequenceEqual(expected[i]))
            .Select(word => $"{word}: {string.Join(' ', tokenizer.Encode(word).Select(encoder.Piece))}")
            .ToList();
        Assert.True(words.Length > 150);
        Assert.Empty(differing);
    }

    [Theory]
    [InlineData("wordpiece-iob2")]
    [InlineData("wordpiece-iobes")]
    [InlineData(Published)]
    public void Every_line_encoded_word_by_word_has_the_ids_of_the_reference_and_each_word_its_own_offsets(string name)
    {
        var encoder = EncoderOf(name, out _);
        var expected = Ids(name, "lines");
        foreach (var (line, i) in Strings("lines").Select((line, i) => (line, i)))
        {
            var source = SourceText.FromText(line);
            var encoded = encoder.Encode(source);
            Assert.Equal(expected[i], encoded.Subwords.ToArray());
            for (var word = 0; word < source.WordCount; word++)
            {
                // The pieces of a word, put together again, are the word at its own offsets; in small letters without accents where the text has
                // neither.
                var pieces = encoded.SubwordsOf(word).ToArray().Select(encoder.Piece).ToList();
                var surface = line[source.Words[word].Start..source.Words[word].End];
                if (!pieces.Contains("[UNK]") && (name == "wordpiece-iob2" || (name == Published && surface.All(IsPlain))))
                    Assert.Equal(surface, string.Concat(pieces.Select(p => p.StartsWith("##", StringComparison.Ordinal) ? p[2..] : p)));
            }
        }
    }

    private static readonly TokenizerSection PublishedSection = new()
    {
        Kind = TokenizerSection.WordPiece,
        File = "vocab.txt",
        PadId = 0,
        UnknownId = 100,
        BeginId = 101,
        EndId = 102,
        Lowercase = true,
        StripAccents = true,
    };

    /// <summary>A letter that stays what it is: Arabic without hamza or madda above it, or a small Latin one, or a digit.</summary>
    private static bool IsPlain(char c) =>
        c is (>= 'ء' and <= 'ي' and not ('آ' or 'أ' or 'ؤ' or 'إ' or 'ئ')) or (>= 'a' and <= 'z') or (>= '0' and <= '9');

    private static SubwordEncoder EncoderOf(string name, out ISubwordTokenizer tokenizer)
    {
        var folder = name == Published ? Path.Combine(ExportedModels.Root, Published) : ExportedModels.Folder(name);
        var section = name == Published ? PublishedSection : ExportedFolder.Derive(folder).Manifest.Tokenizer;
        var path = Path.Combine(folder, section.File);
        tokenizer =
            section.Kind == TokenizerSection.WordPiece
                ? WordPieceSubwordTokenizer.Load(path, section)
                : SentencePieceSubwordTokenizer.Load(path, section.IdOffset, section.UnknownId);
        return new SubwordEncoder(tokenizer, fold: false, maxSubwordsPerWord: 200, section.UnknownId);
    }

    private static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ExportedModels.Root, name))).RootElement;

    private static string[] Strings(string of) => [.. Texts.GetProperty(of).EnumerateArray().Select(t => t.GetString()!)];

    private static int[][] Ids(string name, string of) =>
        [.. Golden.GetProperty(name).GetProperty(of).EnumerateArray().Select(ids => ids.EnumerateArray().Select(id => id.GetInt32()).ToArray())];
}
