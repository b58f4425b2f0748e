using System.Text;
using NerService.Batch.Documents;

namespace NerService.Batch.Output;

/// <summary>Writes answers as lines of a file.</summary>
internal sealed class LineWriter(BlockFile file, Func<AnsweredDocument, StringBuilder, string?> format) : IAnswerWriter
{
    private readonly StringBuilder _text = new();

    public string? Write(AnsweredDocument answer)
    {
        _text.Clear();
        if (format(answer, _text) is { } problem)
            return problem;
        file.Write(Encoding.UTF8.GetBytes(_text.ToString()));
        return null;
    }

    public async Task<long> EndBlockAsync(CancellationToken cancellationToken)
    {
        await file.EndBlockAsync(cancellationToken);
        return file.Length;
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
