using NerService.Extraction.Snapshots;
using NerService.Gazetteer.Loading;

namespace NerService.Server.Options;

/// <summary>Which names are known.</summary>
internal sealed class GazetteerOptions : ICheckedOptions
{
    public static string Section => "Ner:Gazetteer";

    /// <summary>Whether any gazetteer is loaded.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The built-in gazetteer's folder, found as the model's folder is; empty: none.</summary>
    public string Folder { get; set; } = ContentLocator.DefaultGazetteerFolder;

    /// <summary>Files of the operator's own names.</summary>
    public string[] Files { get; set; } = [];

    /// <summary>What a bad line of a file does.</summary>
    public BadLinePolicy BadLines { get; set; } = BadLinePolicy.Stop;

    public void Check(OptionErrors errors) =>
        errors
            .Require(Enum.IsDefined(BadLines), nameof(BadLines), BadLines.ToString(), "allowed are Stop and Skip")
            .Require(!Files.Any(string.IsNullOrWhiteSpace), nameof(Files), "", "a file name is required");
}
