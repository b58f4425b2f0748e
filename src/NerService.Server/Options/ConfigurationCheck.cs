using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace NerService.Server.Options;

/// <summary>Checks the whole configuration before anything is built, so that every mistake is told at once and in a line of its own.</summary>
internal static class ConfigurationCheck
{
    private const string Root = "Ner";

    private static readonly Section[] Sections =
    [
        Of<ModelOptions>(),
        Of<GazetteerOptions>(),
        Of<BatchingOptions>(),
        Of<LimitsOptions>(),
        Of<AdmissionOptions>(),
        Of<EndpointOptions>(),
        Of<HttpOptions>(),
        Of<SecurityOptions>(),
        Of<ReloadOptions>(),
        Of<TelemetryOptions>(),
        Of<ShutdownOptions>(),
    ];

    /// <summary>Reads settings file, environment and command line, and writes every mistake to standard error.</summary>
    /// <returns>What the server is built from; null when there is a mistake.</returns>
    internal static WebApplicationBuilder? TryRead(string[] args)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
            var errors = Errors(builder.Configuration).ToList();
            foreach (var error in errors)
                Console.Error.WriteLine(error);
            return errors.Count == 0 ? builder : null;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            // A settings file that is not JSON, or an argument that is not an option.
            Console.Error.WriteLine($"The configuration cannot be read: {e.Message} {e.InnerException?.Message}".TrimEnd());
            return null;
        }
    }

    /// <summary>Every mistake in the configuration.</summary>
    internal static IEnumerable<string> Errors(IConfiguration configuration)
    {
        var known = Sections.Select(section => section.Name).ToList();
        foreach (var section in configuration.GetSection(Root).GetChildren())
            if (!known.Contains(section.Path, StringComparer.OrdinalIgnoreCase))
                yield return $"{section.Path} is not a section of the configuration; known are {string.Join(", ", known)}.";
        foreach (var section in Sections)
        foreach (var error in section.Check(configuration))
            yield return error;
    }

    /// <summary>Binds every section to its options, of a configuration without mistakes.</summary>
    internal static void AddNerOptions(this IServiceCollection services)
    {
        foreach (var section in Sections)
            section.Bind(services);
    }

    private static Section Of<T>()
        where T : class, ICheckedOptions, new() => new(T.Section, Check<T>, services => services.AddOptions<T>().BindConfiguration(T.Section));

    private static IEnumerable<string> Check<T>(IConfiguration configuration)
        where T : class, ICheckedOptions, new()
    {
        var section = configuration.GetSection(T.Section);
        var properties = typeof(T).GetProperties().Where(p => p.CanWrite).ToList();
        var known = properties.Select(p => p.Name).ToList();
        var unknown = section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)).ToList();
        if (unknown.Count > 0)
            return unknown.Select(c => $"{c.Path} is not an option; the options of {T.Section} are {string.Join(", ", known)}.");
        var options = new T();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            return [e.Message];
        }
        var errors = new OptionErrors(T.Section);
        foreach (var property in properties)
            if (property.GetCustomAttribute<RangeAttribute>() is { Minimum: int minimum, Maximum: int maximum })
                errors.Range(property.Name, (int)property.GetValue(options)!, minimum, maximum);
        options.Check(errors);
        return errors.All;
    }

    /// <summary>A section: how it is checked and bound.</summary>
    private sealed record Section(string Name, Func<IConfiguration, IEnumerable<string>> Check, Action<IServiceCollection> Bind);
}
