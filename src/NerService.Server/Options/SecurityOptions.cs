namespace NerService.Server.Options;

/// <summary>Who may call, and how the connection is protected.</summary>
internal sealed class SecurityOptions : ICheckedOptions
{
    public static string Section => "Ner:Security";

    /// <summary>Environment variable that holds API keys, as <c>name=key</c> separated by commas.</summary>
    internal const string ApiKeysVariable = "NER_API_KEYS";

    /// <summary>A file with one API key per line, as <c>name=key</c>; empty: none.</summary>
    public string ApiKeysFile { get; set; } = "";

    /// <summary>PEM file of the server's certificate, intermediates after it; empty: no TLS.</summary>
    public string TlsCertificateFile { get; set; } = "";

    /// <summary>PEM file of the certificate's private key.</summary>
    public string TlsKeyFile { get; set; } = "";

    /// <summary>PEM file of the authorities whose clients may connect; empty: no client certificate is asked for.</summary>
    public string TlsClientCaFile { get; set; } = "";

    internal bool Tls => TlsCertificateFile.Length > 0;

    public void Check(OptionErrors errors)
    {
        errors
            .Require(
                (TlsCertificateFile.Length > 0) == (TlsKeyFile.Length > 0),
                nameof(TlsKeyFile),
                TlsKeyFile,
                $"certificate and key belong together ({nameof(TlsCertificateFile)} is '{TlsCertificateFile}')"
            )
            .Require(
                TlsClientCaFile.Length == 0 || TlsCertificateFile.Length > 0,
                nameof(TlsClientCaFile),
                TlsClientCaFile,
                $"client certificates need {nameof(TlsCertificateFile)}"
            );
        Exists(nameof(ApiKeysFile), ApiKeysFile);
        Exists(nameof(TlsCertificateFile), TlsCertificateFile);
        Exists(nameof(TlsKeyFile), TlsKeyFile);
        Exists(nameof(TlsClientCaFile), TlsClientCaFile);

        void Exists(string name, string file) => errors.Require(file.Length == 0 || File.Exists(file), name, file, "the file does not exist");
    }
}
