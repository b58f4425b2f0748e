using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NerService.Client;

/// <summary>Puts the client into a program's services.</summary>
public static class NerClientServiceCollectionExtensions
{
    /// <summary>Adds one <see cref="NerClient"/> for the whole program. It connects with its first call and is disposed with the services.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="configure">Sets the options; they are checked when the client is first asked for.</param>
    /// <example>
    /// <code>
    /// builder.Services.AddNerClient(options => options.Addresses.Add(new Uri("http://ner:5051")));
    /// </code>
    /// </example>
    public static IServiceCollection AddNerClient(this IServiceCollection services, Action<NerClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton(provider =>
        {
            var options = new NerClientOptions();
            configure?.Invoke(options);
            return NerClient.Connect(options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>());
        });
    }
}
