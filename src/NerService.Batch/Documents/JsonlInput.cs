using System.Text.Json;

namespace NerService.Batch.Documents;

/// <summary>
/// Documents of JSON lines: an object with <c>id</c> (text or number), and <c>text</c> or <c>tokens</c>; the other fields are passed on.
/// </summary>
internal static class JsonlInput
{
    /// <summary>Reads a line; whatever is wrong with it is the record's problem.</summary>
    /// <param name="text">The line.</param>
    /// <param name="record">Its place; the record of a good line is this with what it says.</param>
    /// <param name="defaultId">The document's id where the line brings none.</param>
    internal static BatchDocument Parse(string text, BatchDocument record, string defaultId)
    {
        var bad = record with { Content = text };
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return bad with { Problem = $"The line is a JSON {json.RootElement.ValueKind}, not an object." };
            return Document(json.RootElement, bad, defaultId);
        }
        catch (JsonException e)
        {
            return bad with
            {
                Problem = $"The line is not JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}, at its byte {e.BytePositionInLine + 1}.",
            };
        }
        catch (InvalidOperationException)
        {
            return bad with { Problem = "A string of the line holds a lone surrogate, which no UTF-8 text can carry." };
        }
    }

    /// <summary>Refuses a file whose first line opens a JSON value and no more: none of its lines is an object.</summary>
    /// <exception cref="BatchException">It does.</exception>
    internal static void RefuseOpened(Line first, InputFile file)
    {
        if (first.Text?.Trim() is "[" or "{" or "[{")
            throw new BatchException(
                BatchFailure.BadInput,
                $"{file.Name} is one JSON value over many lines; an object per line is expected (jq -c '.[]' makes lines of an array, jq -c . of an "
                    + "object)."
            );
    }

    private static BatchDocument Document(JsonElement json, BatchDocument bad, string defaultId)
    {
        var (id, text, tokens, fields) = (defaultId, (string?)null, (List<string>?)null, new List<KeyValuePair<string, string>>());
        var given = new List<string>(2);
        foreach (var property in json.EnumerateObject())
        {
            var value = property.Value;
            if (property.Name is "id" or "text" or "tokens")
            {
                // Of a field that comes twice only the last would count.
                if (given.Contains(property.Name))
                    return bad with { Problem = $"The field '{property.Name}' is given twice; which one is meant?" };
                given.Add(property.Name);
            }
            switch (property.Name)
            {
                case "id" when value.ValueKind == JsonValueKind.String:
                    id = JsonText.Quote(value.GetString()!);
                    break;
                case "id" when value.ValueKind == JsonValueKind.Number:
                    id = value.GetRawText();
                    break;
                case "id":
                    return bad with { Problem = $"The field 'id' is {value.ValueKind}; it must be a string or a number." };
                case "text" when value.ValueKind == JsonValueKind.String:
                    text = value.GetString();
                    break;
                case "text" when value.ValueKind == JsonValueKind.Null:
                    break;
                case "text":
                    return bad with { Problem = $"The field 'text' is {value.ValueKind}; it must be a string." };
                case "tokens" when value.ValueKind == JsonValueKind.Null:
                    break;
                case "tokens":
                    if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(token => token.ValueKind != JsonValueKind.String))
                        return bad with { Problem = "The field 'tokens' must be an array of strings." };
                    tokens = [.. value.EnumerateArray().Select(token => token.GetString()!)];
                    break;
                default:
                    fields.Add(new(property.Name, OneLine(value.GetRawText())));
                    break;
            }
        }
        return (text, tokens) switch
        {
            (null, null) => bad with { Problem = "The line has neither 'text' nor 'tokens'." },
            (not null, not null) => bad with { Problem = "The line has both 'text' and 'tokens'; which one is meant?" },
            _ => bad with { Content = null, Id = id, Text = text, Tokens = tokens, Fields = fields },
        };
    }

    /// <summary>A value keeps its own spelling; a carriage return between its parts would not survive as a line.</summary>
    private static string OneLine(string raw) => raw.Contains('\r', StringComparison.Ordinal) ? raw.Replace("\r", "", StringComparison.Ordinal) : raw;
}
