namespace NerService.Batch.Documents;

/// <summary>Documents of plain text: a line each, named by its number, or a file each, named by its file.</summary>
internal static class TextInput
{
    /// <summary>The document of a line.</summary>
    internal static BatchDocument Parse(Line line, string file, long number, DocumentNames names) =>
        line.Text is { } text
            ? new BatchDocument
            {
                File = file,
                Line = number,
                Id = names.At(number),
                Text = number == 1 ? text.TrimStart('\uFEFF') : text,
            }
            : new BatchDocument
            {
                File = file,
                Line = number,
                Problem = line.Problem,
            };

    /// <summary>The document of a whole file.</summary>
    internal static async Task<BatchDocument> ReadWholeAsync(InputContent content, InputFile file, int maxBytes, CancellationToken cancellationToken)
    {
        var name = file.Path == InputOptions.StandardInput ? file.Path : Path.GetFileName(file.Path);
        var whole = await content.WholeAsync(maxBytes, cancellationToken);
        return new BatchDocument
        {
            File = file.Path,
            Line = 1,
            Id = JsonText.Quote(name),
            Text = whole.Text,
            Problem = whole.Problem,
        };
    }
}
