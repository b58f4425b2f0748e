using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace NerService.Cli;

/// <summary>Options that take one or more numbers above zero, parted by commas.</summary>
internal static class NumberList
{
    /// <summary>Makes such an option.</summary>
    internal static Option<T[]> Option<T>(string name, string helpName, string description, T[] fallback)
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
                    if (T.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > T.Zero && T.IsFinite(number))
                        numbers.Add(number);
                    else
                        result.AddError($"{name} has '{part}'; every number must be above 0.");
                }
                return [.. numbers];
            },
        };
}
