using Microsoft.Extensions.DependencyInjection;
using NerService.Extraction.Snapshots;

namespace NerService.FunctionalTests;

/// <summary>Looks at what the model still has to do.</summary>
internal static class Pending
{
    internal static Task UntilSomeAsync(RunningServer server) => UntilAsync(server, pending => pending > 0);

    internal static Task UntilNoneAsync(RunningServer server) => UntilAsync(server, pending => pending == 0);

    private static async Task UntilAsync(RunningServer server, Func<long, bool> reached)
    {
        using var lease = server.Services.GetRequiredService<SnapshotStore>().Acquire();
        await Wait.UntilAsync(() => reached(lease.Snapshot.Model.PendingTokens), "the model has work, or none, as the test expects");
    }
}
