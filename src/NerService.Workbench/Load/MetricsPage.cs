using NerService.Batch;

namespace NerService.Workbench.Load;

/// <summary>The server's metrics page, read over HTTP.</summary>
internal sealed class MetricsPage(HttpClient http, Uri address) : IDisposable
{
    /// <summary>
    /// The server shows a page for up to 300 ms before it makes a new one, so a reading right after a load could be one of before its end.
    /// </summary>
    private static readonly TimeSpan PageAge = TimeSpan.FromMilliseconds(350);

    private const int Readings = 10;

    /// <summary>
    /// Reads the counters of a server that nobody calls any more. The last bytes of an answer leave before its document is counted, so counters that
    /// do not add up are read again a few times; what is returned after that is what they say.
    /// </summary>
    /// <exception cref="BatchException">The page cannot be read.</exception>
    internal async Task<ServerCounters> ReadAsync(CancellationToken cancellationToken)
    {
        for (var reading = 1; ; reading++)
        {
            await Task.Delay(PageAge, cancellationToken);
            var counters = await ReadOnceAsync(cancellationToken);
            if (counters.AddUp || reading == Readings)
                return counters;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<ServerCounters> ReadOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return ServerCounters.From(PrometheusText.Parse(await http.GetStringAsync(address, cancellationToken)));
        }
        catch (Exception e) when (e is HttpRequestException or FormatException)
        {
            throw new BatchException(BatchFailure.ServerRefused, $"The metrics page {address} cannot be read (--metrics): {e.Message}", e);
        }
    }
}
