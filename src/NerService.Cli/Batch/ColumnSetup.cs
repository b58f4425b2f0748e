using System.CommandLine;
using NerService.Batch.Documents.Conll;

namespace NerService.Cli.Batch;

/// <summary>The options that say where token and label of CoNLL files stand.</summary>
internal sealed class ColumnSetup
{
    private readonly Option<int?> _token = new("--token-column")
    {
        HelpName = "N",
        Description =
            "The token's column in CoNLL files, from 1; -1 is the last. Default: the first, or the one behind the words' numbers (CoNLL-U).",
    };

    private readonly Option<int?> _label = new("--label-column")
    {
        HelpName = "N",
        Description =
            "The label's column, from 1; -1 is the last. Default: the one whose first lines look like labels (O, B-PER); where none does, a "
            + "last column is added.",
    };

    internal ColumnSetup()
    {
        foreach (var option in (ReadOnlySpan<Option<int?>>)[_token, _label])
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int?>() == 0)
                    result.AddError($"{option.Name} is 0; columns count from 1, and -1 is the last.");
            });
    }

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Add(_token);
        command.Add(_label);
    }

    /// <summary>What the options say.</summary>
    internal AskedColumns Value(ParseResult parsed) => new(parsed.GetValue(_token), parsed.GetValue(_label));
}
