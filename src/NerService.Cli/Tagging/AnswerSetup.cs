using System.CommandLine;
using NerService.Contracts.V1;
using NerService.Protocol;
using NerService.Text.Labels;
using EntityType = NerService.Contracts.V1.EntityType;
using OffsetUnit = NerService.Contracts.V1.OffsetUnit;

namespace NerService.Cli.Tagging;

/// <summary>The options that say how documents are answered; the same for every command that answers them.</summary>
/// <param name="withOffsets">The formats whose offsets --offsets is about.</param>
internal sealed class AnswerSetup(string withOffsets)
{
    private readonly ChoiceOption<OffsetUnit> _offsets = new(
        "--offsets", $"What the offsets of {withOffsets} count.", ("codepoint", OffsetUnit.UnicodeCodePoint), ("utf16", OffsetUnit.Utf16CodeUnit), ("utf8", OffsetUnit.Utf8Byte));

    private readonly Option<string[]> _types = new("--types") { HelpName = "TYPE[,TYPE]", Description = "Only these types: person, location, organization (or PER, LOC, ORG). Default: all.", DefaultValueFactory = _ => [] };

    private readonly Option<float?> _minConfidence = new("--min-confidence") { HelpName = "X", Description = "Leave out entities with a lower confidence, 0 to 1." };

    private readonly ChoiceOption<bool> _gazetteer = ChoiceOption.OnOff("--gazetteer", "Whether the gazetteer takes part.");

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_offsets.Option, _types, _minConfidence, _gazetteer.Option]) command.Add(option);
    }

    /// <summary>Whether the gazetteer takes part.</summary>
    internal bool UsesGazetteer(ParseResult parsed) => _gazetteer.Value(parsed);

    /// <summary>What the options say, as the contract says it.</summary>
    /// <exception cref="CliException">An option is out of range.</exception>
    internal ExtractionOptions Options(ParseResult parsed)
    {
        var options = new ExtractionOptions
        {
            OffsetUnit = _offsets.Value(parsed),
            Gazetteer = new GazetteerOptions { Disabled = !UsesGazetteer(parsed) },
        };
        options.Types_.AddRange(parsed.GetValue(_types)!.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(ParseType));
        if (parsed.GetValue(_minConfidence) is { } minConfidence)
        {
            if (minConfidence is not (>= 0 and <= 1)) throw new CliException(ExitCode.Usage, $"--min-confidence is {minConfidence}; allowed are 0 to 1.");
            options.MinConfidence = minConfidence;
        }
        return options;
    }

    private static EntityType ParseType(string name)
    {
        if (EntityTypeNames.TryRead(name, out var type)) return EnumMapper.ToProto(type);
        throw new CliException(ExitCode.Usage, $"--types: '{name}' is no type; known are person, location, organization.");
    }
}

/// <summary>The address of a server on the command line.</summary>
internal static class ServerAddress
{
    /// <summary>Reads --server.</summary>
    /// <exception cref="CliException">It is no http or https address.</exception>
    internal static Uri Parse(string server) => Uri.TryCreate(server, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new CliException(ExitCode.Usage, $"--server '{server}' is no http or https address, such as http://localhost:5051.");
}
