using NerService.Inference.Models;

namespace NerService.Server.Hosting;

/// <summary>What is served.</summary>
internal sealed class ModelOptions : ICheckedOptions
{
    public static string Section => "Ner:Model";

    /// <summary>The model's folder; a relative one is looked for in the working directory, beside the binary, and in every folder above the binary.</summary>
    public string Folder { get; set; } = "models/arabic-news";

    /// <summary>Which graph of the folder is loaded.</summary>
    public ModelVariant Variant { get; set; } = ModelVariant.Auto;

    public void Check(OptionErrors errors) => errors
        .Require(!string.IsNullOrWhiteSpace(Folder), nameof(Folder), Folder, "a folder is required")
        .Require(Enum.IsDefined(Variant), nameof(Variant), Variant.ToString(), "allowed are Auto, Default and Vnni");
}
