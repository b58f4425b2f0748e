namespace NerService.Server.Security;

/// <summary>Who calls, for what is shared among callers: the holder of an API key, or a connection where no key is asked for.</summary>
internal static class Caller
{
    private static readonly object Key = new();

    /// <summary>Says that a call came with a known key.</summary>
    internal static void Identify(HttpContext context, string keyName) => context.Items[Key] = keyName;

    /// <summary>The caller's name, different for different callers.</summary>
    internal static string Of(HttpContext context) => context.Items[Key] is string name ? $"key {name}" : $"connection {context.Connection.Id}";
}
