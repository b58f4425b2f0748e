namespace NerService.Server.Http;

/// <summary>The comments of the contract, which descriptors do not carry at run time, by the full name of what they stand above.</summary>
internal static class ProtoComments
{
    /// <summary>Reads the comments of .proto files that are embedded; one declaration per line, as in this repository.</summary>
    internal static Dictionary<string, string> Read(params string[] files)
    {
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var scope = new Stack<string>();
            var pending = new List<string>();
            foreach (var line in EmbeddedFile.Read(file).Split('\n', StringSplitOptions.TrimEntries))
            {
                if (line.StartsWith("//", StringComparison.Ordinal))
                {
                    pending.Add(line[2..].Trim());
                    continue;
                }
                var words = line.Split([' ', '(', ';', '{'], StringSplitOptions.RemoveEmptyEntries);
                if (words is ["package", var package])
                    scope.Push(package);
                var name = NameOf(words);
                if (name.Length > 0 && pending.Count > 0)
                    comments[$"{scope.Peek()}.{name}"] = string.Join(' ', pending);
                pending.Clear();
                // The members of a oneof and the values of an enum belong to what is around them.
                if (line.EndsWith('{'))
                    scope.Push(words[0] is "message" or "service" or "enum" ? $"{scope.Peek()}.{name}" : scope.Peek());
                if (line.StartsWith('}'))
                    scope.Pop();
            }
        }
        return comments;
    }

    private static string NameOf(string[] words)
    {
        if (words is ["message" or "service" or "enum" or "rpc" or "oneof", var declared, ..])
            return declared;
        var equals = Array.IndexOf(words, "=");
        return equals > 0 && words[0] is not "option" and not "syntax" ? words[equals - 1] : "";
    }
}
