using System.ComponentModel.DataAnnotations;

namespace NerService.Server.Options;

/// <summary>How changes of files are noticed.</summary>
internal sealed class ReloadOptions : ICheckedOptions
{
    public static string Section => "Ner:Reload";

    /// <summary>Whether files are watched: model, gazetteer, certificates, keys.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>Seconds between two looks. A change is acted on once two looks agree.</summary>
    [Range(1, 86_400)]
    public int PollSeconds { get; set; } = 5;
}
