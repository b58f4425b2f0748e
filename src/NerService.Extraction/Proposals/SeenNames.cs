using System.Globalization;
using System.Text;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Inference.Models;
using NerService.Text.Labels;

namespace NerService.Extraction.Proposals;

/// <summary>
/// Names of a model's training text that no list has: evidence for the model and for clitics, never entities. Lines of <c>surface TAB type TAB
/// passages</c>, <c>#</c> begins a comment.
/// </summary>
internal static class SeenNames
{
    /// <summary>Loads the names that belong to a model.</summary>
    /// <returns>An empty index when the model has none.</returns>
    /// <exception cref="ModelLoadException">The file cannot be read, or a line is bad.</exception>
    internal static GazetteerIndex Load(ModelFolder folder) =>
        folder.Manifest.GazetteerFeatures?.SeenNames is { } file ? Read(folder.FullPath(file)) : GazetteerIndex.Empty;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelLoadException">The file cannot be read, or a line is bad.</exception>
    internal static GazetteerIndex Read(string path)
    {
        try
        {
            var entries = new List<GazetteerEntry>();
            var number = 0;
            foreach (var line in File.ReadLines(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)))
            {
                number++;
                if (line.Length > 0 && line[0] != '#')
                    entries.Add(
                        Entry(line)
                            ?? throw new ModelLoadException(
                                $"'{path}', line {number}: expected is surface<TAB>PER, LOC or ORG<TAB>number of passages."
                            )
                    );
            }
            return GazetteerIndex.Build(entries, GazetteerOrigin.TrainingText);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException or ArgumentException)
        {
            throw new ModelLoadException($"'{path}' cannot be read as a list of names: {e.Message}", e);
        }
    }

    private static GazetteerEntry? Entry(string line)
    {
        var columns = line.Split('\t');
        return
            columns.Length == 3
            && EntityTags.TryParseTag(columns[1], out var type)
            && int.TryParse(columns[2], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new GazetteerEntry(columns[0], type, columns[0], Weight: 0)
            : null;
    }
}
