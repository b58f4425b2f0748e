using System.Security.Cryptography;
using System.Text;

namespace NerService.Server.Http;

/// <summary>
/// The page at <c>/</c>: one document that needs no other, put together of the files in Page. Its one style and one script are allowed by their
/// hashes and nothing else is, so that text on the page can never become code.
/// </summary>
internal static class PlaygroundPage
{
    private static readonly string Style = EmbeddedFile.Read("page.css");

    /// <summary>In the order in which they need each other.</summary>
    private static readonly string Script = string.Concat(((string[])["language.js", "calls.js", "result.js", "page.js"]).Select(EmbeddedFile.Read));

    private static readonly byte[] Html = Encoding.UTF8.GetBytes(
        EmbeddedFile
            .Read("page.html")
            .Replace("<style></style>", $"<style>{Style}</style>", StringComparison.Ordinal)
            .Replace("<script></script>", $"<script>{Script}</script>", StringComparison.Ordinal)
    );

    /// <summary>The content security policy of the page.</summary>
    private static readonly string Policy =
        $"default-src 'none'; script-src {HashOf(Script)}; style-src {HashOf(Style)}; connect-src 'self'; img-src data:; "
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

    private static string HashOf(string content) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
}
