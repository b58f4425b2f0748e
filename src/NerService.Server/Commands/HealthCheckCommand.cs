namespace NerService.Server.Commands;

/// <summary>
/// The server binary as its own container health check: <c>NerService.Server --health-check [URL]</c> asks the admin port of a running server and
/// returns 0 when it is SERVING, 1 otherwise; so an image without a shell or curl can have a HEALTHCHECK.
/// </summary>
internal static class HealthCheckCommand
{
    internal const string Flag = "--health-check";

    internal static async Task<int> RunAsync(string url = "http://127.0.0.1:5052/health/ready")
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await http.GetAsync(new Uri(url));
            Console.WriteLine(await response.Content.ReadAsStringAsync());
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            Console.Error.WriteLine($"{url}: {e.Message}");
            return 1;
        }
    }
}
