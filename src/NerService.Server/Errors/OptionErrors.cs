using NerService.Server.Options;

namespace NerService.Server.Errors;

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

/// <summary>Options that check themselves at start-up.</summary>
internal interface ICheckedOptions
{
    /// <summary>The section of the configuration that sets them.</summary>
    static abstract string Section { get; }

    /// <summary>Adds an error for each option that is out of range.</summary>
    void Check(OptionErrors errors);
}

/// <summary>Binds sections.</summary>
internal static class CheckedOptions
{
    /// <summary>Binds a section that <see cref="ConfigurationCheck"/> has found right.</summary>
    internal static void AddChecked<T>(this IServiceCollection services)
        where T : class, ICheckedOptions => services.AddOptions<T>().BindConfiguration(T.Section);
}
