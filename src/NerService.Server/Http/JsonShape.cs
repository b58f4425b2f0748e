using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf.Reflection;
using NerService.Contracts.V1;
using NerService.Protocol.Errors;
using NerService.Server.Calls;
using Status = Google.Rpc.Status;

namespace NerService.Server.Http;

/// <summary>
/// Compares a JSON text with the message that it is to become, by the proto3 JSON mapping: names of fields and kinds of values. One pass, no copy.
/// </summary>
internal static class JsonShape
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Bytes of the byte order mark in front.</summary>
    internal static int MarkLength(ReadOnlySpan<byte> text) => text.StartsWith(Mark) ? Mark.Length : 0;

    /// <summary>Finds the first thing that is wrong; null when there is none. Names the place, never quotes a value.</summary>
    internal static Status? FindProblem(ReadOnlySpan<byte> text, MessageDescriptor message)
    {
        text = text[MarkLength(text)..];
        if (!Utf8.IsValid(text))
            return ErrorTable.Make(ErrorReason.InvalidUtf8, $"The body is not UTF-8 ({Place(text, FirstInvalid(text))}).");
        var reader = new Utf8JsonReader(text);
        try
        {
            reader.Read();
            CheckMessage(ref reader, message, "");
            // Nothing but white space may follow.
            reader.Read();
            return null;
        }
        catch (ShapeException e) when (e.Field.Length > 0)
        {
            var violations = new Violations();
            violations.Invalid(e.Field, $"{e.Message} ({Place(text, e.Position)}).");
            return violations.ToStatus();
        }
        catch (ShapeException e)
        {
            return Unreadable(e.Message, Place(text, e.Position));
        }
        catch (JsonException e)
        {
            // Its first sentence says what is wrong, the others how to set the reader.
            return Unreadable(e.Message.Split(". ")[0], Place(text, reader.BytesConsumed));
        }
    }

    private static Status Unreadable(string why, string place) =>
        ErrorTable.Make(ErrorReason.MalformedMessage, $"The body cannot be read: {why} ({place}).");

    private static void CheckMessage(ref Utf8JsonReader reader, MessageDescriptor message, string path)
    {
        // Those of google.protobuf have forms of their own.
        if (message.File.Package == "google.protobuf")
        {
            reader.Skip();
            return;
        }
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(reader, path, "An object is expected");
        var given = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(reader, path);
            var field = message.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == name || f.Name == name);
            if (field is null)
                throw Wrong(
                    reader,
                    Join(path, name),
                    $"There is no such field; known are {string.Join(", ", message.Fields.InDeclarationOrder().Select(f => f.JsonName))}"
                );
            // Of fields that exclude each other, and of one that appears twice, only the last would count.
            if (!given.Add(field.RealContainingOneof?.Name ?? field.JsonName))
                throw Wrong(
                    reader,
                    Join(path, field.JsonName),
                    field.RealContainingOneof is { } one
                        ? $"Only one of {string.Join(", ", one.Fields.Select(f => f.JsonName))} may be given"
                        : "The field is given twice"
                );
            reader.Read();
            CheckField(ref reader, field, Join(path, field.JsonName));
        }
    }

    private static void CheckField(ref Utf8JsonReader reader, FieldDescriptor field, string path)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (field.IsMap)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Wrong(reader, path, "An object is expected");
            var given = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = Text(reader, path);
                var place = $"{path}[\"{key}\"]";
                if (!given.Add(key))
                    throw Wrong(reader, place, "The key is given twice");
                reader.Read();
                CheckElement(ref reader, field.MessageType.FindFieldByName("value"), place);
            }
        }
        else if (field.IsRepeated)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw Wrong(reader, path, "An array is expected");
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                CheckElement(ref reader, field, $"{path}[{i}]");
        }
        else
        {
            CheckValue(ref reader, field, path);
        }
    }

    /// <summary>A value of a list or a map: null stands for a field that is not given, and for nothing in these.</summary>
    private static void CheckElement(ref Utf8JsonReader reader, FieldDescriptor field, string path)
    {
        if (reader.TokenType == JsonTokenType.Null)
            throw Wrong(reader, path, "null is not a value of a list or a map");
        CheckValue(ref reader, field, path);
    }

    private static void CheckValue(ref Utf8JsonReader reader, FieldDescriptor field, string path)
    {
        switch (field.FieldType)
        {
            case FieldType.Message:
                CheckMessage(ref reader, field.MessageType, path);
                break;
            case FieldType.String:
                if (reader.TokenType != JsonTokenType.String)
                    throw Wrong(reader, path, "A string is expected");
                _ = Text(reader, path);
                break;
            case FieldType.Bool:
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    throw Wrong(reader, path, "true or false is expected");
                break;
            case FieldType.Enum:
                if (
                    reader.TokenType == JsonTokenType.Number
                        ? !reader.TryGetInt32(out _)
                        : reader.TokenType != JsonTokenType.String || field.EnumType.FindValueByName(Text(reader, path)) is null
                )
                    throw Wrong(reader, path, $"The value is not known; allowed are {string.Join(", ", field.EnumType.Values.Select(v => v.Name))}");
                break;
            case FieldType.Float or FieldType.Double:
                if (!IsNumber(reader, path, field.FieldType == FieldType.Float ? float.MaxValue : double.MaxValue))
                    throw Wrong(reader, path, "A number is expected");
                break;
            default:
                if (
                    reader.TokenType == JsonTokenType.String
                        ? !int.TryParse(Text(reader, path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                        : reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out _)
                )
                    throw Wrong(reader, path, "A whole number of 32 bits is expected");
                break;
        }
    }

    /// <summary>
    /// Whether the value is a number, or one of the words that stand for what JSON has no number for. What makes messages does not read a number
    /// that stands in a string.
    /// </summary>
    private static bool IsNumber(in Utf8JsonReader reader, string path, double largest) =>
        reader.TokenType == JsonTokenType.String
            ? Text(reader, path) is "NaN" or "Infinity" or "-Infinity"
            : reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && Math.Abs(number) <= largest;

    /// <summary>A string's content.</summary>
    private static string Text(in Utf8JsonReader reader, string path)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(reader, path, "Half of a surrogate pair is not a character");
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static ShapeException Wrong(in Utf8JsonReader reader, string field, string description) =>
        new(reader.TokenStartIndex, field, description);

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(text[position..], out _, out var length) == System.Buffers.OperationStatus.Done)
            position += length;
        return position;
    }

    /// <summary>Line, and character of the line, from 1.</summary>
    private static string Place(ReadOnlySpan<byte> text, long position)
    {
        var before = text[..(int)position];
        var line = before[(before.LastIndexOf((byte)'\n') + 1)..];
        return $"line {before.Count((byte)'\n') + 1}, column {Encoding.UTF8.GetCharCount(line) + 1}";
    }

    private sealed class ShapeException(long position, string path, string description) : Exception(description)
    {
        internal long Position => position;

        internal string Field => path;
    }
}
