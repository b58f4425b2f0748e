namespace NerService.Server.Options;

/// <summary>Collects what is wrong with one section of the configuration; each error names the option, the value found and what is allowed.</summary>
internal sealed class OptionErrors(string section)
{
    private readonly List<string> _errors = [];

    internal OptionErrors Range(string name, long value, long minimum, long maximum)
    {
        if (value < minimum || value > maximum)
            _errors.Add($"{section}:{name} is {value}; allowed are {minimum} to {maximum}.");
        return this;
    }

    internal OptionErrors Require(bool condition, string name, string? value, string allowed)
    {
        if (!condition)
            _errors.Add($"{section}:{name} is '{value}'; {allowed}.");
        return this;
    }

    internal IReadOnlyList<string> All => _errors;
}

/// <summary>
/// A section of the configuration. Numbers are bounded by their <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/>.
/// </summary>
internal interface ICheckedOptions
{
    /// <summary>The section's name.</summary>
    static abstract string Section { get; }

    /// <summary>Adds an error for each option that is wrong beyond its range.</summary>
    void Check(OptionErrors errors) { }
}
