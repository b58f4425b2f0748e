using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace NerService.Cli;

/// <summary>Makes options, and reads what is common to many.</summary>
internal static class CliOption
{
    /// <summary>A word, a name, a file: never empty, as the variable of a script is that was not set.</summary>
    internal static Option<string?> Text(string name, string helpName, string description) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            Validators = { RefuseEmpty },
        };

    /// <summary>Files, none by default; the option may be given several times.</summary>
    internal static Option<string[]> Paths(string name, string helpName, string description, bool severalEach = false) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = severalEach,
            Validators = { RefuseEmpty },
        };

    /// <summary>A whole number within bounds.</summary>
    internal static Option<int> Number(string name, int fallback, string description, int min = 1, int max = int.MaxValue, string helpName = "N")
    {
        var option = new Option<int>(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => fallback,
        };
        option.CustomParser = result =>
        {
            var given = Given(result);
            var known = TryRead(given, out long number);
            var allowed = max == int.MaxValue && number <= max ? $"it must be at least {min}" : $"allowed are {min} to {max}";
            if (!known)
                result.AddError($"{name} is '{given}', which is not a whole number; {allowed}.");
            else if (number < min || number > max)
                result.AddError($"{name} is {number}; {allowed}.");
            else
                return (int)number;
            return fallback;
        };
        return option;
    }

    /// <summary>A number, or none. It is read as programs write it, whatever the machine's language: 0.5, and never 0,5.</summary>
    internal static Option<T?> Number<T>(string name, string helpName, string description, T? fallback = null)
        where T : struct, INumber<T> =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => fallback,
            CustomParser = result =>
            {
                if (TryRead(Given(result), out T number))
                    return number;
                result.AddError(
                    $"{name} is '{Given(result)}', which is not a {(T.One / (T.One + T.One) == T.Zero ? "whole number" : "number, such as 0.5")}."
                );
                return fallback;
            },
        };

    /// <summary>One or more numbers above zero, separated by commas.</summary>
    internal static Option<T[]> Numbers<T>(string name, string helpName, string description, params T[] fallback)
        where T : struct, INumber<T> =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => fallback,
            CustomParser = result =>
            {
                var numbers = new List<T>();
                foreach (var part in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
                {
                    if (TryRead(part, out T number) && number > T.Zero && T.IsFinite(number))
                        numbers.Add(number);
                    else
                        result.AddError($"{name} has '{part}'; every number must be above 0.");
                }
                return [.. numbers];
            },
        };

    /// <summary>Something that is on unless it is switched off.</summary>
    internal static ChoiceOption<bool> OnOff(string name, string description) => new(name, description, ("on", true), ("off", false));

    /// <summary>Something that is on, off, or not said.</summary>
    internal static ChoiceOption<bool?> OnOffOrNot(string name, string description) =>
        new(name, description, [("on", true), ("off", false)], fallback: null);

    private static string Given(ArgumentResult result) => result.Tokens[^1].Value;

    private static bool TryRead<T>(string text, out T number)
        where T : struct, INumber<T> => T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>Refuses a value without a letter; that of a file or folder would pass for the current folder.</summary>
    internal static void RefuseEmpty(OptionResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"The value of {result.Option.Name} is empty.");
    }

    /// <summary>What an option says, else a variable of the environment; null where neither says anything.</summary>
    internal static string? Value(this ParseResult parsed, Option<string?> option, string variable) =>
        (parsed.GetValue(option) ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } value ? value : null;

    /// <summary>The first of options that was given on the command line; null where none was.</summary>
    internal static Option? FirstGiven(this ParseResult parsed, IEnumerable<Option> options) =>
        options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>Adds options that several commands share.</summary>
    internal static void Add(this Command command, IEnumerable<Option> options)
    {
        foreach (var option in options)
            command.Add(option);
    }
}

/// <summary>An option that takes one of a few words, each of which stands for a value.</summary>
internal sealed class ChoiceOption<T> : Option<string?>
{
    private readonly Dictionary<string, T> _choices;
    private readonly T _fallback;

    /// <summary>Creates an option; the first choice is the default.</summary>
    internal ChoiceOption(string name, string description, params (string Word, T Value)[] choices)
        : this(name, description, choices, choices[0].Value) => DefaultValueFactory = _ => choices[0].Word;

    /// <summary>Creates an option that is null when it is not given.</summary>
    internal ChoiceOption(string name, string description, (string Word, T Value)[] choices, T fallback)
        : base(name)
    {
        _choices = choices.ToDictionary(choice => choice.Word, choice => choice.Value);
        (_fallback, HelpName, Description) = (fallback, string.Join('|', _choices.Keys), description);
        Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!_choices.ContainsKey(token.Value))
                    result.AddError($"{name} is '{token.Value}'; allowed are {string.Join(", ", _choices.Keys)}.");
        });
    }

    internal T Value(ParseResult parsed) => parsed.GetValue(this) is { } word ? _choices[word] : _fallback;
}
