using System.ComponentModel.DataAnnotations;

namespace NerService.Server.Options;

/// <summary>How the server stops.</summary>
internal sealed class ShutdownOptions : ICheckedOptions
{
    public static string Section => "Ner:Shutdown";

    /// <summary>Seconds between turning NOT_SERVING and refusing new connections, for load balancers to notice.</summary>
    [Range(0, 600)]
    public int DelaySeconds { get; set; }

    /// <summary>Seconds that calls and streams under way get to finish. Streams stop reading when a third of them is left, so that what was read is
    /// answered; what is not answered when a sixth is left is told UNAVAILABLE.</summary>
    [Range(1, 3600)]
    public int DrainSeconds { get; set; } = 30;
}
