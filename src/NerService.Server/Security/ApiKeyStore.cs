using Microsoft.Extensions.Options;
using NerService.Server.Lifecycle;
using NerService.Server.Options;

namespace NerService.Server.Security;

/// <summary>
/// The keys in force: those of the environment and those of the file, read again when the file changes. A bad new file leaves the old keys.
/// </summary>
internal sealed class ApiKeyStore : IWatchedFiles
{
    private readonly string _file;
    private readonly ApiKeys _ofEnvironment;
    private readonly ILogger<ApiKeyStore> _logger;
    private volatile ApiKeys _keys;

    public ApiKeyStore(IOptions<SecurityOptions> options, IConfiguration configuration, ILogger<ApiKeyStore> logger)
    {
        _file = options.Value.ApiKeysFile;
        _logger = logger;
        _ofEnvironment = ApiKeys.Parse((configuration[SecurityOptions.ApiKeysVariable] ?? "").Split(','), SecurityOptions.ApiKeysVariable);
        _keys = Read();
        AreRequired = _file.Length > 0 || _ofEnvironment.Count > 0;
    }

    /// <summary>Whether callers need a key. A file that lists none shuts everyone out.</summary>
    internal bool AreRequired { get; }

    /// <summary>The key that a caller presents; null when it is not in force.</summary>
    internal ApiKey? Find(string presented) => _keys.Find(presented);

    public IEnumerable<string> Paths => _file.Length > 0 ? [_file] : [];

    public Task<bool> ChangedAsync(CancellationToken cancellationToken)
    {
        try
        {
            _keys = Read().InPlaceOf(_keys);
            _logger.LogInformation("{Count} API keys are in force", _keys.Count);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            _logger.LogError("The API keys stay as they were: {Reason}", e.Message);
        }
        return Task.FromResult(true);
    }

    private ApiKeys Read() => _file.Length == 0 ? _ofEnvironment : _ofEnvironment.And(ApiKeys.Parse(File.ReadLines(_file), _file));
}
