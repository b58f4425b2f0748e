using System.Text;

namespace NerService.Gazetteer.Tests;

/// <summary>A folder of its own for one test, gone after it.</summary>
internal sealed class TemporaryFiles : IDisposable
{
    internal string Folder { get; } = Directory.CreateTempSubdirectory("gazetteer").FullName;

    internal string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    internal string Write(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
