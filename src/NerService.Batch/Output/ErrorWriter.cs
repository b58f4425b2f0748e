using System.Text;
using NerService.Batch.Documents;

namespace NerService.Batch.Output;

/// <summary>
/// Writes what could not be answered, a line of JSON each: file, line, id, reason, and what was read where it is not a document at all. The file is
/// there only when something is in it.
/// </summary>
internal sealed class ErrorWriter(string path, long length) : IAsyncDisposable
{
    private BlockFile? _file = length > 0 ? BlockFile.Open(path, OutputCompression.None, length) : null;

    internal void Write(BatchDocument document, string reason)
    {
        _file ??= BlockFile.Open(path, OutputCompression.None, 0);
        _file.Write(Encoding.UTF8.GetBytes(Format(document, reason) + "\n"));
    }

    /// <summary>Ends the block and makes it durable.</summary>
    /// <returns>The file's length.</returns>
    internal async Task<long> EndBlockAsync(CancellationToken cancellationToken)
    {
        if (_file is null)
            return 0;
        await _file.EndBlockAsync(cancellationToken);
        return _file.Length;
    }

    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal static string Format(BatchDocument document, string reason) =>
        JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("file", document.File);
            json.WriteNumber("line", document.Line);
            if (document.Id != "null")
            {
                json.WritePropertyName("id");
                json.WriteRawValue(document.Id);
            }
            json.WriteString("reason", reason);
            if (document.Content is { } content)
                json.WriteString("content", content);
            json.WriteEndObject();
        });
}
