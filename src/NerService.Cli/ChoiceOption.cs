using System.CommandLine;

namespace NerService.Cli;

/// <summary>An option that takes one of a few words, each of which stands for a value.</summary>
internal sealed class ChoiceOption<T>
{
    private readonly Dictionary<string, T> _choices;
    private readonly Option<string> _option;

    /// <summary>Creates an option; the first choice is the default.</summary>
    internal ChoiceOption(string name, string description, params (string Word, T Value)[] choices)
    {
        _choices = choices.ToDictionary(choice => choice.Word, choice => choice.Value);
        _option = new Option<string>(name) { HelpName = string.Join('|', _choices.Keys), Description = description, DefaultValueFactory = _ => choices[0].Word };
        _option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!_choices.ContainsKey(token.Value)) result.AddError($"{name} is '{token.Value}'; allowed are {string.Join(", ", _choices.Keys)}.");
        });
    }

    /// <summary>The option, to be added to a command.</summary>
    internal Option Option => _option;

    /// <summary>The value chosen.</summary>
    internal T Value(ParseResult parsed) => _choices[parsed.GetValue(_option)!];
}

/// <summary>The commonest choice.</summary>
internal static class ChoiceOption
{
    /// <summary>An option that is on unless it is switched off.</summary>
    internal static ChoiceOption<bool> OnOff(string name, string description) => new(name, description, ("on", true), ("off", false));
}
