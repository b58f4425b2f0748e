using System.CommandLine;
using NerService.Contracts.V1;
using NerService.Protocol;
using NerService.Text.Labels;
using EntityLabel = NerService.Text.Labels.EntityLabel;
using EntityType = NerService.Contracts.V1.EntityType;
using OffsetUnit = NerService.Contracts.V1.OffsetUnit;

namespace NerService.Cli.Tagging;

/// <summary>The options that say how documents are answered; the same for every command that answers them.</summary>
/// <param name="withOffsets">The formats whose offsets --offsets is about.</param>
internal sealed class AnswerSetup(string withOffsets)
{
    private readonly ChoiceOption<OffsetUnit> _offsets = new(
        "--offsets",
        $"What the offsets of {withOffsets} count.",
        ("codepoint", OffsetUnit.UnicodeCodePoint),
        ("utf16", OffsetUnit.Utf16CodeUnit),
        ("utf8", OffsetUnit.Utf8Byte)
    );

    private readonly Option<string[]> _types = new("--types")
    {
        HelpName = "TYPE[,TYPE]",
        Description = "Only these: person, location, organization, other (or PER, LOC, ORG), or labels of the model's own (EVENT). Default: all.",
        DefaultValueFactory = _ => [],
        Validators = { CliOption.RefuseEmpty },
    };

    private readonly Option<float?> _minConfidence = CliOption.Number<float>(
        "--min-confidence",
        "X",
        "Leave out entities with a lower confidence, 0 to 1."
    );

    private readonly Option<string[]> _deny = new("--deny")
    {
        HelpName = "NAME",
        Description = "A name that is not to be returned, whatever its spelling and proclitics. May be given several times.",
        DefaultValueFactory = _ => [],
        Validators = { CliOption.RefuseEmpty },
    };

    private readonly ChoiceOption<bool> _gazetteer = CliOption.OnOff("--gazetteer", "Whether the gazetteer takes part.");

    internal IEnumerable<Option> All => [_offsets, _types, _minConfidence, _deny, _gazetteer];

    internal bool UsesGazetteer(ParseResult parsed) => _gazetteer.Value(parsed);

    /// <summary>What the options say, as the contract says it.</summary>
    /// <exception cref="CliException">An option is out of range.</exception>
    internal ExtractionOptions Options(ParseResult parsed)
    {
        var options = new ExtractionOptions
        {
            OffsetUnit = _offsets.Value(parsed),
            Gazetteer = new GazetteerOptions { Disabled = !UsesGazetteer(parsed), Deny = { parsed.GetValue(_deny)! } },
        };
        foreach (
            var name in parsed
                .GetValue(_types)!
                .SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        )
        {
            if (TypeOf(name) is { } type)
                options.Types_.Add(type);
            else
                options.Labels.Add(name);
        }
        if (parsed.GetValue(_minConfidence) is { } minConfidence)
        {
            if (minConfidence is not (>= 0 and <= 1))
                throw new CliException(ExitCode.Usage, $"--min-confidence is {minConfidence}; allowed are 0 to 1.");
            options.MinConfidence = minConfidence;
        }
        return options;
    }

    /// <summary>The type that a name means; null when it is a label of a model's own.</summary>
    private static EntityType? TypeOf(string name)
    {
        if (EntityTags.TryParseTag(name.ToUpperInvariant(), out var type))
            return EnumMapper.ToProto(type);
        if (Enum.TryParse<EntityType>(name, ignoreCase: true, out var named) && named != EntityType.Unspecified && !char.IsDigit(name[0]))
            return named;
        return EntityLabel.IsName(name)
            ? null
            : throw new CliException(
                ExitCode.Usage,
                $"--types: '{name}' is neither a type (person, location, organization, other) nor a label such as EVENT."
            );
    }
}
