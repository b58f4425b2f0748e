using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Benchmarks;

/// <summary>A news document of about 30 words a paragraph, and where its names are.</summary>
internal sealed class NewsDocument
{
    private const string Paragraph =
        "التقى وزير الخارجية الروسي سيرغي لافروف نظيره المصري سامح شكري في القاهرة لبحث الأوضاع في غزة. وقال شكري إن مصر وروسيا متفقتان، فيما "
        + "شدد لافروف على دور للأمم المتحدة وبريطانيا.\n";

    private static readonly (string Surface, EntityType Type)[] Names =
    [
        ("سيرغي لافروف", EntityType.Person),
        ("سامح شكري", EntityType.Person),
        ("القاهرة", EntityType.Location),
        ("غزة", EntityType.Location),
        ("شكري", EntityType.Person),
        ("مصر", EntityType.Location),
        ("وروسيا", EntityType.Location),
        ("لافروف", EntityType.Person),
        ("للأمم المتحدة", EntityType.Organization),
        ("وبريطانيا", EntityType.Location),
    ];

    internal NewsDocument(int paragraphs)
    {
        Source = SourceText.FromText(string.Concat(Enumerable.Repeat(Paragraph, paragraphs)));
        var found = new List<(WordRange, EntityType)>();
        for (var word = 0; word < Source.WordCount; word++)
        {
            foreach (var (surface, type) in Names)
            {
                var range = new WordRange(word, word + surface.Split(' ').Length);
                if (range.End > Source.WordCount || Source.SpanOf(range).Of(Source.Text) != surface)
                    continue;
                found.Add((range, type));
                word = range.End - 1;
                break;
            }
        }
        Entities = [.. found];
    }

    internal SourceText Source { get; }

    internal (WordRange Words, EntityType Type)[] Entities { get; }

    internal static async Task<(GazetteerIndex Index, NameParts NameParts)> LoadGazetteerAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "gazetteer");
        return (
            (await GazetteerLoader.LoadFolderAsync(folder)).Value,
            (await NameParts.LoadAsync(Path.Combine(folder, GazetteerLoader.NamePartsFileName))).Value
        );
    }
}
