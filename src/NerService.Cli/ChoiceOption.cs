using System.CommandLine;

namespace NerService.Cli;

/// <summary>An option that takes one of a few words, each of which stands for a value.</summary>
internal sealed class ChoiceOption<T>
{
    private readonly Dictionary<string, T> _choices;
    private readonly Option<string?> _option;
    private readonly T _fallback;

    /// <summary>Creates an option; the first choice is the default.</summary>
    internal ChoiceOption(string name, string description, params (string Word, T Value)[] choices)
        : this(name, description, choices, choices[0].Value) => _option.DefaultValueFactory = _ => choices[0].Word;

    /// <summary>Creates an option that is no word at all when it is not given.</summary>
    internal ChoiceOption(string name, string description, (string Word, T Value)[] choices, T fallback)
    {
        _choices = choices.ToDictionary(choice => choice.Word, choice => choice.Value);
        _fallback = fallback;
        _option = new Option<string?>(name) { HelpName = string.Join('|', _choices.Keys), Description = description };
        _option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!_choices.ContainsKey(token.Value))
                    result.AddError($"{name} is '{token.Value}'; allowed are {string.Join(", ", _choices.Keys)}.");
        });
    }

    /// <summary>The option, to be added to a command.</summary>
    internal Option Option => _option;

    /// <summary>The value chosen.</summary>
    internal T Value(ParseResult parsed) => parsed.GetValue(_option) is { } word ? _choices[word] : _fallback;
}

/// <summary>The commonest choice.</summary>
internal static class ChoiceOption
{
    /// <summary>An option that is on unless it is switched off.</summary>
    internal static ChoiceOption<bool> OnOff(string name, string description) => new(name, description, ("on", true), ("off", false));

    /// <summary>An option that is on, off, or not given.</summary>
    internal static ChoiceOption<bool?> OnOffOrNot(string name, string description) =>
        new(name, description, [("on", true), ("off", false)], fallback: null);
}
