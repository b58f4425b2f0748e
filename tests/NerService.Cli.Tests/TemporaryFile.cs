using System.Text;

namespace NerService.Cli.Tests;

/// <summary>A file that goes when the test ends.</summary>
internal sealed class TemporaryFile : IDisposable
{
    internal TemporaryFile(string content)
        : this(Encoding.UTF8.GetBytes(content)) { }

    internal TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

    internal string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ner-{Guid.NewGuid():N}.txt");

    public void Dispose() => File.Delete(Path);
}
