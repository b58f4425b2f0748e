namespace NerService.Server.Http;

/// <summary>The comments of the contract, which descriptors do not carry at run time, by the full name of what they stand above.</summary>
internal static class ProtoComments
{
    /// <summary>Reads the comments of a .proto file.</summary>
    /// <param name="proto">The file's text; one declaration a line, as in this repository.</param>
    /// <param name="package">The file's package.</param>
    internal static Dictionary<string, string> Read(TextReader proto, string package)
    {
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        var scope = new Stack<string>([package]);
        var pending = new List<string>();
        while (proto.ReadLine()?.Trim() is { } line)
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                pending.Add(line[2..].Trim());
                continue;
            }
            var name = NameOf(line, out var opens);
            if (name.Length > 0 && pending.Count > 0)
                comments[$"{scope.Peek()}.{name}"] = string.Join(' ', pending);
            pending.Clear();
            // The members of a oneof and the values of an enum belong to what is around them.
            if (opens)
                scope.Push(
                    line.StartsWith("message ", StringComparison.Ordinal)
                    || line.StartsWith("service ", StringComparison.Ordinal)
                    || line.StartsWith("enum ", StringComparison.Ordinal)
                        ? $"{scope.Peek()}.{name}"
                        : scope.Peek()
                );
            if (line.StartsWith('}') && scope.Count > 1)
                scope.Pop();
        }
        return comments;
    }

    private static string NameOf(string line, out bool opens)
    {
        opens = line.EndsWith('{');
        var words = line.Split([' ', '(', ';', '{'], StringSplitOptions.RemoveEmptyEntries);
        if (words is ["message" or "service" or "enum" or "rpc" or "oneof", var declared, ..])
            return declared;
        var equals = Array.IndexOf(words, "=");
        return equals > 0 && words[0] is not "option" and not "syntax" ? words[equals - 1] : "";
    }
}
