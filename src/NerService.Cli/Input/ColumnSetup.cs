using System.CommandLine;
using System.Globalization;
using NerService.Batch.Documents.Conll;

namespace NerService.Cli.Input;

/// <summary>The options that say where token and label of CoNLL files stand.</summary>
internal sealed class ColumnSetup
{
    private readonly Option<int?> _token = Column(
        "--token-column",
        "The token's column in CoNLL files, from 1; -1 is the last. Default: the first, or the one after the words' numbers (CoNLL-U)."
    );

    private readonly Option<int?> _label = Column(
        "--label-column",
        "The label's column, from 1; -1 is the last. Default: the one whose first lines look like labels (O, B-PER); where none does, a last "
            + "column is added."
    );

    internal IEnumerable<Option> All => [_token, _label];

    internal AskedColumns Value(ParseResult parsed) => new(parsed.GetValue(_token), parsed.GetValue(_label));

    private static Option<int?> Column(string name, string description)
    {
        var option = CliOption.Number<int>(name, "N", description);
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => int.TryParse(token.Value, CultureInfo.InvariantCulture, out var column) && column == 0))
                result.AddError($"{name} is 0; columns count from 1, and -1 is the last.");
        });
        return option;
    }
}
