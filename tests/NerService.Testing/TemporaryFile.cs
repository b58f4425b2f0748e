using System.Text;

namespace NerService.Testing;

/// <summary>A file of its own for a test, gone with it.</summary>
public sealed class TemporaryFile : IDisposable
{
    /// <summary>Writes it in UTF-8 without a byte order mark.</summary>
    public TemporaryFile(string content)
        : this(Encoding.UTF8.GetBytes(content)) { }

    /// <summary>Writes it.</summary>
    public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ner-test-{Guid.NewGuid():N}.txt");

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);
}
