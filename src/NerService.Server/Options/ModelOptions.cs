using NerService.Extraction.Snapshots;

namespace NerService.Server.Options;

/// <summary>What is served.</summary>
internal sealed class ModelOptions : ICheckedOptions
{
    public static string Section => "Ner:Model";

    /// <summary>
    /// The model's folder; a relative one is looked for in the working directory, beside the binary, and in every folder above the binary.
    /// </summary>
    public string Folder { get; set; } = ContentLocator.DefaultModelFolder;

    /// <summary>The model's graph to run, by its name in <c>model.json</c>; empty: the first that suits the processor.</summary>
    public string Graph { get; set; } = "";

    public void Check(OptionErrors errors) => errors.Require(!string.IsNullOrWhiteSpace(Folder), nameof(Folder), Folder, "a folder is required");
}
