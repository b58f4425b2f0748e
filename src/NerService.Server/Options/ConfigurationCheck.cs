using NerService.Server.Errors;

namespace NerService.Server.Options;

/// <summary>Checks the whole configuration before anything is built, so that every mistake is told at once and in a line of its own.</summary>
internal static class ConfigurationCheck
{
    /// <summary>What the process returns when the configuration is wrong.</summary>
    internal const int ExitCode = 2;

    private const string Root = "Ner";

    private static readonly Dictionary<string, Func<IConfiguration, IEnumerable<string>>> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        [ModelOptions.Section] = Check<ModelOptions>,
        [GazetteerOptions.Section] = Check<GazetteerOptions>,
        [BatchingOptions.Section] = Check<BatchingOptions>,
        [LimitsOptions.Section] = Check<LimitsOptions>,
        [AdmissionOptions.Section] = Check<AdmissionOptions>,
        [EndpointOptions.Section] = Check<EndpointOptions>,
        [HttpOptions.Section] = Check<HttpOptions>,
        [SecurityOptions.Section] = Check<SecurityOptions>,
        [ReloadOptions.Section] = Check<ReloadOptions>,
        [TelemetryOptions.Section] = Check<TelemetryOptions>,
        [ShutdownOptions.Section] = Check<ShutdownOptions>,
    };

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
            // A settings file that is no JSON, or an argument that is no option.
            Console.Error.WriteLine($"The configuration cannot be read: {e.Message} {e.InnerException?.Message}".TrimEnd());
            return null;
        }
    }

    /// <summary>Every mistake in the configuration.</summary>
    internal static IEnumerable<string> Errors(IConfiguration configuration)
    {
        foreach (var section in configuration.GetSection(Root).GetChildren())
            if (!Sections.ContainsKey(section.Path))
                yield return $"{section.Path} is no section of the configuration; known are {string.Join(", ", Sections.Keys)}.";
        foreach (var check in Sections.Values)
        foreach (var error in check(configuration))
            yield return error;
    }

    private static IEnumerable<string> Check<T>(IConfiguration configuration)
        where T : class, ICheckedOptions, new()
    {
        var section = configuration.GetSection(T.Section);
        var known = typeof(T).GetProperties().Where(p => p.CanWrite).Select(p => p.Name).ToList();
        var unknown = section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)).ToList();
        if (unknown.Count > 0)
            return unknown.Select(c => $"{c.Path} is no option; the options of {T.Section} are {string.Join(", ", known)}.");
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
        options.Check(errors);
        return errors.All;
    }
}
