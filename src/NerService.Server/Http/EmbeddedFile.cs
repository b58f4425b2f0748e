using System.Text;

namespace NerService.Server.Http;

/// <summary>Files that are part of the program.</summary>
internal static class EmbeddedFile
{
    /// <summary>The text of one, its lines ended by LF, as browsers hash them.</summary>
    internal static string Read(string name)
    {
        using var stream =
            typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
