using System.Security.Cryptography;
using System.Text;

namespace NerService.Server.Http;

/// <summary>
/// The page at <c>/</c>: one file that needs no other. Its one style and one script are allowed by their hashes and nothing else is, so that text on the page can
/// never become code.
/// </summary>
internal static class PlaygroundPage
{
    private static readonly byte[] Html = Read();

    /// <summary>The content security policy of the page.</summary>
    internal static string Policy { get; } =
        $"default-src 'none'; script-src {HashOf("script")}; style-src {HashOf("style")}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static Task WriteAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = Html.Length;
        return context.Response.Body.WriteAsync(Html, context.RequestAborted).AsTask();
    }

    private static byte[] Read()
    {
        using var stream = typeof(PlaygroundPage).Assembly.GetManifestResourceStream("page.html") ?? throw new InvalidOperationException("The page is not embedded in this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // The browser hashes what it parsed, where every line ends with LF.
        return Encoding.UTF8.GetBytes(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }

    private static string HashOf(string element)
    {
        var html = Encoding.UTF8.GetString(Html);
        var start = html.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var content = html[start..html.IndexOf($"</{element}>", start, StringComparison.Ordinal)];
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
    }
}
