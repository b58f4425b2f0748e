using System.Globalization;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;
using NerService.Text.Words;

namespace NerService.Text.Tests.Clitics;

/// <summary>The shipped gazetteer files as evidence, read the plain way.</summary>
internal sealed class FileEvidence
{
    private readonly Dictionary<(string Key, EntityType Type), double> _entries = [];
    private readonly HashSet<string> _nameParts = [];
    private readonly HashSet<string> _firstWords = [];

    internal FileEvidence(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.tsv").Order(StringComparer.Ordinal))
        {
            foreach (var line in File.ReadLines(file))
            {
                if (line.StartsWith('#'))
                    continue;
                var fields = line.Split('\t');
                if (fields.Length == 2)
                    _nameParts.Add(Key(fields[0]));
                else if (fields.Length >= 3 && EntityTags.TryParseTag(fields[1], out var type))
                    Add(fields[0], type, fields.Length > 3 ? double.Parse(fields[3], CultureInfo.InvariantCulture) : 1);
            }
        }
    }

    internal static FileEvidence Shipped { get; } = new(Path.Combine(AppContext.BaseDirectory, "gazetteer"));

    internal ICliticEvidence For(SourceText document) => new InDocument(this, new DocumentWords(document.Keys));

    private static string Key(string surface) =>
        string.Join(' ', WordSplitter.Split(surface).Select(w => ArabicFolding.Fold(w.Slice(surface), FoldingProfile.GazetteerKey)));

    private void Add(string surface, EntityType type, double weight)
    {
        var key = Key(surface);
        _entries[(key, type)] = Math.Max(weight, _entries.GetValueOrDefault((key, type)));
        var words = key.Split(' ');
        if (words.Length > 1)
            _firstWords.Add(words[0]);
    }

    private sealed class InDocument(FileEvidence files, DocumentWords document) : ICliticEvidence
    {
        public double? EntryWeight(ReadOnlySpan<char> key, EntityType type) =>
            files._entries.TryGetValue((key.ToString(), type), out var weight) ? weight : null;

        public bool IsNamePart(ReadOnlySpan<char> key) => files._nameParts.Contains(key.ToString());

        public bool BeginsEntry(ReadOnlySpan<char> key) => files._firstWords.Contains(key.ToString());

        public int CountInDocument(ReadOnlySpan<char> key) => document.Count(key);
    }
}
