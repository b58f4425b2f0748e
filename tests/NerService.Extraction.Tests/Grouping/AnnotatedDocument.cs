using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using NerService.Extraction.Pipeline;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Grouping;

/// <summary>
/// A text with its mentions written in: <c>{core|TYPE|group}</c>, the dictionary's spelling after the core where it differs
/// (<c>{لقاهرة=القاهرة|LOC|3}</c>), the gazetteer's id after the group (<c>{حماس|ORG|3@id}</c>). A line <c>apart: 1 2; 4 7</c> lists groups that
/// must never be joined.
/// </summary>
internal sealed partial class AnnotatedDocument
{
    private AnnotatedDocument(string name, SourceText source, ImmutableArray<ExtractedEntity> entities, int[] groups, (int, int)[] apart) =>
        (Name, Source, Entities, Groups, Apart) = (name, source, entities, groups, apart);

    internal string Name { get; }

    internal SourceText Source { get; }

    internal ImmutableArray<ExtractedEntity> Entities { get; }

    /// <summary>The annotated group of each entity.</summary>
    internal int[] Groups { get; }

    internal (int A, int B)[] Apart { get; }

    internal static AnnotatedDocument Parse(string marked, string name = "")
    {
        var apart = new List<(int, int)>();
        var body = new StringBuilder();
        foreach (var line in marked.Split('\n'))
        {
            if (!line.StartsWith("apart:", StringComparison.Ordinal))
                body.Append(line).Append('\n');
            else
                apart.AddRange(
                    line["apart:".Length..]
                        .Split(';')
                        .Select(pair => pair.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                        .Select(p => (Number(p[0]), Number(p[1])))
                );
        }
        var text = new StringBuilder();
        var marks = new List<(TextSpan Core, string? Spelling, EntityType Type, int Group, string? Id)>();
        var at = 0;
        foreach (Match mark in Mark().Matches(body.ToString()))
        {
            text.Append(body, at, mark.Index - at);
            var start = text.Length;
            text.Append(mark.Groups["core"].Value);
            Assert.True(EntityTags.TryParseTag(mark.Groups["type"].Value, out var type));
            marks.Add(
                (
                    new TextSpan(start, text.Length),
                    Optional(mark.Groups["name"]),
                    type,
                    Number(mark.Groups["group"].Value),
                    Optional(mark.Groups["id"])
                )
            );
            at = mark.Index + mark.Length;
        }
        text.Append(body, at, body.Length - at);
        var source = SourceText.FromText(text.ToString());
        return new AnnotatedDocument(
            name,
            source,
            [.. marks.Select(m => Entity(source, m.Core, m.Spelling, m.Type, m.Id))],
            [.. marks.Select(m => m.Group)],
            [.. apart]
        );
    }

    private static ExtractedEntity Entity(SourceText source, TextSpan core, string? spelling, EntityType type, string? id)
    {
        var covered = Enumerable.Range(0, source.WordCount).Where(i => source.Words[i].Overlaps(core)).ToArray();
        var words = new WordRange(covered[0], covered[^1] + 1);
        var name = spelling ?? string.Join(' ', core.Of(source.Text).Split(' ').Select(w => ArabicFolding.Fold(w, FoldingProfile.Model)));
        return new ExtractedEntity
        {
            Label = type,
            Span = source.SpanOf(words),
            Words = words,
            CoreSpan = core,
            NormalizedName = name,
            Confidence = 0.9f,
            Source = EntitySource.Model,
            GazetteerId = id,
        };
    }

    private static int Number(string digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);

    private static string? Optional(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex(@"\{(?<core>[^|={}]+)(=(?<name>[^|]+))?\|(?<type>[A-Z]+)\|(?<group>\d+)(@(?<id>[^}]+))?\}")]
    private static partial Regex Mark();
}
