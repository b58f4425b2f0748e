using System.Text;
using System.Text.Json;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization;

/// <summary>
/// Writes the Unigram model of a <c>tokenizer.json</c> as the SentencePiece file that it was made from (sentencepiece_model.proto), so that one reader serves
/// both. A piece's id is its place in <c>model.vocab</c>.
/// </summary>
internal static class UnigramJson
{
    private const int Normal = 1, Unknown = 2, Control = 3;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ModelLoadException">It holds no Unigram model.</exception>
    internal static MemoryStream ToSentencePiece(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var (root, model) = (document.RootElement, document.RootElement.GetProperty("model"));
            var unknownId = model.GetProperty("unk_id").GetInt32();
            var special = root.TryGetProperty("added_tokens", out var added) ? added.EnumerateArray().Select(token => token.GetProperty("id").GetInt32()).ToHashSet() : [];
            var file = new MemoryStream();
            var id = 0;
            foreach (var piece in model.GetProperty("vocab").EnumerateArray())
            {
                var message = new MemoryStream();
                WriteBytes(message, 1, Encoding.UTF8.GetBytes(piece[0].GetString()!));
                WriteFloat(message, 2, piece[1].GetSingle());
                WriteNumber(message, 3, id == unknownId ? Unknown : special.Contains(id) ? Control : Normal);
                WriteBytes(file, 1, message.ToArray());
                id++;
            }
            WriteBytes(file, 2, Trainer(unknownId));
            WriteBytes(file, 3, Normalizer(root));
            file.Position = 0;
            return file;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelLoadException($"'{path}' is no tokenizer.json with a Unigram model: {e.Message}", e);
        }
    }

    private static byte[] Trainer(int unknownId)
    {
        var trainer = new MemoryStream();
        WriteNumber(trainer, 3, 1);
        WriteNumber(trainer, 40, unknownId);
        return trainer.ToArray();
    }

    private static byte[] Normalizer(JsonElement root)
    {
        var normalizer = new MemoryStream();
        WriteBytes(normalizer, 1, "nmt_nfkc"u8.ToArray());
        if (CharsMap(root.TryGetProperty("normalizer", out var json) ? json : default) is { } map) WriteBytes(normalizer, 2, map);
        foreach (var flag in (ReadOnlySpan<int>)[3, 4, 5]) WriteNumber(normalizer, flag, 1);
        return normalizer.ToArray();
    }

    /// <summary>The compiled normalization rules, wherever in the sequence of normalizers they stand.</summary>
    private static byte[]? CharsMap(JsonElement normalizer)
    {
        if (normalizer.ValueKind != JsonValueKind.Object) return null;
        if (normalizer.TryGetProperty("precompiled_charsmap", out var map) && map.ValueKind == JsonValueKind.String) return map.GetBytesFromBase64();
        return normalizer.TryGetProperty("normalizers", out var parts) ? parts.EnumerateArray().Select(CharsMap).FirstOrDefault(found => found is not null) : null;
    }

    private static void WriteBytes(MemoryStream stream, int field, byte[] bytes)
    {
        WriteVarint(stream, (field << 3) | 2);
        WriteVarint(stream, bytes.Length);
        stream.Write(bytes);
    }

    private static void WriteNumber(MemoryStream stream, int field, int value)
    {
        WriteVarint(stream, field << 3);
        WriteVarint(stream, value);
    }

    private static void WriteFloat(MemoryStream stream, int field, float value)
    {
        WriteVarint(stream, (field << 3) | 5);
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private static void WriteVarint(MemoryStream stream, int value)
    {
        for (var rest = (uint)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                stream.WriteByte((byte)rest);
                return;
            }
            stream.WriteByte((byte)(rest | 0x80));
        }
    }
}
