using NerService.Server.Errors;
using NerService.Server.Lifecycle;
using NerService.Server.Options;

namespace NerService.Server.Commands;

/// <summary>
/// <c>NerService.Server --check-config [--Ner:SECTION:OPTION=VALUE ...]</c>: reads all that a start reads (options, keys, certificates, model,
/// gazetteer), opens no port, and says what would be served; so a change is known to be good before anything is restarted for it.
/// </summary>
internal static class CheckConfigCommand
{
    internal const string Flag = "--check-config";

    /// <summary>Reads and loads.</summary>
    /// <returns>The exit code that a start would end with: 0 when it would serve.</returns>
    internal static async Task<int> RunAsync(string[] args)
    {
        if (ConfigurationCheck.TryRead(args) is not { } builder)
            return ExitCode.WrongConfiguration;
        builder.AddNerServer();
        await using var app = builder.Build();
        if (StartCheck.ReadSecurity(app.Services) is { } failed)
            return failed;
        try
        {
            using var snapshot = await app.Services.GetRequiredService<SnapshotSource>().BuildAsync(CancellationToken.None);
            Console.WriteLine(
                $"Right: {snapshot.ModelVersion} ({snapshot.Model.Graph.Name}), gazetteer {snapshot.GazetteerVersion}, would be served."
            );
            return 0;
        }
        catch (Exception e) when (LoadErrors.IsExpected(e))
        {
            Console.Error.WriteLine($"Nothing could be served: {LoadErrors.ForOperators(e)}");
            return ExitCode.NothingToServe;
        }
    }
}
