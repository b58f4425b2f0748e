using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using NerService.Contracts.Debug.V1Alpha;

namespace NerService.Protocol;

/// <summary>
/// The proto3 JSON mapping as this project writes and reads it everywhere: fields without presence are written even at their default
/// (<c>"clitics":[]</c>, <c>"start":0</c>), fields that are not set are left out, enums are names, Arabic stands as itself, one line per message
/// without spaces between its parts.
/// </summary>
public static class ProtoJson
{
    /// <summary>What an Any of the contract may hold: an explanation, or the details of an error.</summary>
    public static TypeRegistry Types { get; } = TypeRegistry.FromFiles(ExplanationReflection.Descriptor, ErrorDetailsReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithTypeRegistry(Types));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(Types));

    /// <summary>Writes a message on one line.</summary>
    /// <exception cref="ArgumentException">A string holds a lone surrogate, which no UTF-8 text can carry.</exception>
    public static string Format(IMessage message) => WithoutSpaces(Formatter.Format(message));

    /// <summary>Reads a message. An unknown field is an error.</summary>
    /// <exception cref="InvalidJsonException">The text is not JSON.</exception>
    /// <exception cref="InvalidProtocolBufferException">The JSON does not fit the message.</exception>
    public static T Parse<T>(string json)
        where T : IMessage, new() => Parser.Parse<T>(json);

    /// <summary>Drops the spaces that the formatter puts between the parts; those inside strings stay.</summary>
    private static string WithoutSpaces(string json)
    {
        var compact = new StringBuilder(json.Length);
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            if (c == ' ' && !inString)
                continue;
            compact.Append(c);
            if (c == '"')
                inString = !inString;
            else if (c == '\\' && inString)
                compact.Append(json[++i]);
        }
        return compact.ToString();
    }
}
