using System.Security.Cryptography;
using System.Text;

namespace NerService.Server.Http;

/// <summary>
/// The page at <c>/</c>: one document that needs no other, put together of the files in Page. Its one style and one script are allowed by their
/// hashes and nothing else is, so that text on the page can never become code.
/// </summary>
internal static class PlaygroundPage
{
    /// <summary>In the order in which they need each other.</summary>
    private static readonly string[] Scripts = ["language.js", "calls.js", "result.js", "page.js"];

    private static readonly byte[] Html = Compose();

    /// <summary>The content security policy of the page.</summary>
    internal static string Policy { get; } =
        $"default-src 'none'; script-src {HashOf("script")}; style-src {HashOf("style")}; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

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

    private static byte[] Compose()
    {
        var script = string.Concat(Scripts.Select(EmbeddedFile.Read));
        return Encoding.UTF8.GetBytes(
            EmbeddedFile
                .Read("page.html")
                .Replace("<style></style>", $"<style>{EmbeddedFile.Read("page.css")}</style>", StringComparison.Ordinal)
                .Replace("<script></script>", $"<script>{script}</script>", StringComparison.Ordinal)
        );
    }

    private static string HashOf(string element)
    {
        var html = Encoding.UTF8.GetString(Html);
        var start = html.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var content = html[start..html.IndexOf($"</{element}>", start, StringComparison.Ordinal)];
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
    }
}
