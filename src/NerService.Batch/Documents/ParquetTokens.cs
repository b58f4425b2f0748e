using System.Text;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace NerService.Batch.Documents;

/// <summary>
/// The column <c>tokens</c> of a Parquet file, a list of text, whatever its writer calls the list's parts, with or without nulls, as text or as bytes
/// of UTF-8. It is put together from the levels of its values: how deep a value is defined, and at which depth it repeats.
/// </summary>
internal sealed class ParquetTokens
{
    internal const string Name = "tokens";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly DataField _words;
    private readonly int _listLevel;
    private readonly int _wordLevel;

    private ParquetTokens(DataField words)
    {
        _words = words;
        // Of [null list, empty list, null word, word] each is defined one deeper, as far as the schema lets the one before be.
        _wordLevel = words.MaxDefinitionLevel - (words.IsNullable ? 1 : 0);
        _listLevel = _wordLevel - 1;
    }

    /// <summary>Finds the column.</summary>
    /// <returns>Null where the file has none.</returns>
    /// <exception cref="BatchException">It does not hold lists of text.</exception>
    internal static ParquetTokens? Of(ParquetSchema schema, InputFile file)
    {
        if (schema.Fields.FirstOrDefault(field => field.Name == Name) is not { } column)
            return null;
        var words =
            column is ListField list ? list.Item as DataField
            : column is DataField { IsArray: true } repeated ? repeated
            : null;
        if (words is { MaxRepetitionLevel: 1 } && IsText(words.ClrType))
            return new ParquetTokens(words);
        var found = words?.ClrType.Name ?? column.SchemaType.ToString();
        throw new BatchException(
            BatchFailure.BadInput,
            $"{file.Name}: the column '{Name}' must hold lists of text; what it holds is {found}{(words is null ? "" : " values")}."
        );
    }

    /// <summary>Reads the rows of a row group: null where the list is null.</summary>
    /// <returns>Of each row its tokens, a null token as null.</returns>
    internal async Task<List<List<string?>?>> ReadAsync(ParquetRowGroupReader group, CancellationToken cancellationToken)
    {
        using var column = await group.ReadRawColumnDataBaseAsync(_words, cancellationToken);
        var (words, rows) = (0, new List<List<string?>?>((int)group.RowCount));
        var defined = column.DefinitionLevels;
        var repeated = column.RepetitionLevels;
        for (var i = 0; i < repeated.Length; i++)
        {
            var level = defined[i];
            if (repeated[i] == 0)
                rows.Add(level >= _listLevel ? [] : null);
            if (level >= _wordLevel)
                rows[^1]!.Add(level == _words.MaxDefinitionLevel ? TextOf(column, words++) : null);
        }
        return rows;
    }

    private static bool IsText(Type type) =>
        type == typeof(string) || type == typeof(ReadOnlyMemory<char>) || type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>);

    private static string TextOf(RawColumnData column, int index) =>
        column switch
        {
            RawColumnData<ReadOnlyMemory<char>> text => text.Values[index].ToString(),
            RawColumnData<ReadOnlyMemory<byte>> bytes => StrictUtf8.GetString(bytes.Values[index].Span),
            _ => throw new NotSupportedException($"values of the type {column.GetType()}"),
        };
}
