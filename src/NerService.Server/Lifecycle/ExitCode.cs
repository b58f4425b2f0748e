namespace NerService.Server.Lifecycle;

/// <summary>What the process returns when it ends: 0, unless something has gone wrong.</summary>
internal sealed class ExitCode
{
    /// <summary>The configuration is wrong.</summary>
    internal const int WrongConfiguration = 2;

    /// <summary>The model or the gazetteer cannot be served.</summary>
    internal const int NothingToServe = 3;

    /// <summary>A port cannot be opened.</summary>
    internal const int PortUnavailable = 4;

    /// <summary>API keys or certificates cannot be used.</summary>
    internal const int SecurityUnusable = 5;

    internal int Value { get; set; }
}
