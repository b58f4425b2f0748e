namespace NerService.Server.Options;

/// <summary>What browsers get.</summary>
internal sealed class HttpOptions : ICheckedOptions
{
    public static string Section => "Ner:Http";

    /// <summary>Whether the page at / is served.</summary>
    public bool Page { get; set; } = true;

    /// <summary>Origins, such as https://app.example, whose pages may call by JSON or gRPC-Web; <c>*</c> means any.</summary>
    public string[] CorsOrigins { get; set; } = [];

    public void Check(OptionErrors errors)
    {
        foreach (var origin in CorsOrigins)
            errors.Require(IsOrigin(origin), nameof(CorsOrigins), origin, "allowed are origins such as https://app.example, without a path, and *");
    }

    private static bool IsOrigin(string value) =>
        value == "*"
        || (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && value == uri.GetLeftPart(UriPartial.Authority));
}
