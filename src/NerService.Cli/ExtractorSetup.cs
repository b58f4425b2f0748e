using System.CommandLine;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Gazetteer;
using NerService.Inference;
using NerService.Inference.Models;

namespace NerService.Cli;

/// <summary>The options that say which model runs in process and how; the same for every command.</summary>
internal sealed class ExtractorSetup
{
    /// <summary>The model's folder when --model is not given.</summary>
    private const string ModelVariable = "NER_MODEL";

    /// <summary>The gazetteer's folder when --gazetteer-folder is not given.</summary>
    private const string GazetteerVariable = "NER_GAZETTEER";

    private readonly Option<string?> _model = new("--model")
    {
        HelpName = "DIR",
        Description =
            $"The model's folder. Default: {ModelVariable} of the environment, else {ContentLocator.DefaultModelFolder}; a relative one is "
            + "looked for in the working directory, beside the binary, and in every folder above it.",
    };

    private readonly Option<string?> _gazetteerFolder = GazetteerFolderOption();

    private readonly Option<string[]> _gazetteerFiles = new("--gazetteer-file")
    {
        HelpName = "FILE",
        Description =
            "Gazetteer files of your own: surface<TAB>PER|LOC|ORG<TAB>id<TAB>weight[<TAB>canonical name] lines. A line that cannot be read ends "
            + "the command. May be given several times.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _graph = new("--graph")
    {
        HelpName = "NAME",
        Description = "The model's graph to run, by its name in model.json, such as fp32 or int8. Default: the first that suits the processor.",
    };

    private readonly Option<int> _threads = new("--threads")
    {
        HelpName = "N",
        Description = "Threads of one run of the model; 0 means as many as the process may use.",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<int> _maxBatchPaddedSubwords = new("--max-batch-subwords")
    {
        HelpName = "N",
        Description = "Padded subwords a batch holds at most.",
        DefaultValueFactory = _ => new InferenceOptions().MaxBatchPaddedSubwords,
    };

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_model, _gazetteerFolder, _gazetteerFiles, _graph, _threads, _maxBatchPaddedSubwords])
            command.Add(option);
    }

    /// <summary>Checks that no option here is given beside a server, which loads what it was told to.</summary>
    /// <returns>The server.</returns>
    /// <exception cref="CliException">One is.</exception>
    internal Uri NotBeside(ParseResult parsed, Uri server)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_model, _gazetteerFolder, _gazetteerFiles, _threads, _maxBatchPaddedSubwords])
            if (parsed.GetResult(option) is { Implicit: false })
                throw new CliException(
                    ExitCode.Usage,
                    $"{option.Name} has no effect on the server {server}, which loads what its own configuration names; leave it out, or leave "
                        + "--server out."
                );
        return server;
    }

    /// <summary>Loads what the options say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="useGazetteer">Whether gazetteers are loaded. A request that does not want them can say so itself; what it then still gets from
    /// the folder are the name parts, as from a server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelLoadException">The model cannot be served.</exception>
    /// <exception cref="CliException">An option is out of range, or a file is not there.</exception>
    internal async Task<EntityExtractor> LoadAsync(ParseResult parsed, bool useGazetteer, CancellationToken cancellationToken) =>
        await EntityExtractor.LoadAsync(Options(parsed, useGazetteer), cancellationToken);

    /// <summary>What the options say, to load.</summary>
    /// <exception cref="CliException">An option is out of range, or a file is not there.</exception>
    internal ExtractorOptions Options(ParseResult parsed, bool useGazetteer)
    {
        var inference = new InferenceOptions
        {
            Graph = parsed.GetValue(_graph),
            Threads = parsed.GetValue(_threads),
            MaxBatchPaddedSubwords = parsed.GetValue(_maxBatchPaddedSubwords),
        };
        try
        {
            inference.Validate();
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
        var files = parsed.GetValue(_gazetteerFiles)!;
        foreach (var file in files)
            if (Directory.Exists(file))
                throw new CliException(ExitCode.ModelUnusable, $"'{file}' is a folder (--gazetteer-file); --gazetteer-folder takes a folder.");
            else if (!File.Exists(file))
                throw new CliException(ExitCode.ModelUnusable, $"The gazetteer file '{file}' does not exist (--gazetteer-file).");
        return new ExtractorOptions
        {
            ModelFolder = Folder(parsed.GetValue(_model), ModelVariable, ContentLocator.DefaultModelFolder),
            GazetteerFolder = useGazetteer ? GazetteerFolder(parsed.GetValue(_gazetteerFolder)) : null,
            GazetteerFiles = useGazetteer ? [.. files] : [],
            Inference = inference,
        };
    }

    /// <summary>The option that says where the gazetteer's folder is.</summary>
    internal static Option<string?> GazetteerFolderOption() =>
        new("--gazetteer-folder")
        {
            HelpName = "DIR",
            Description =
                $"The gazetteer's folder. Default: {GazetteerVariable} of the environment, else {ContentLocator.DefaultGazetteerFolder}, looked "
                + "for as the model's.",
        };

    /// <summary>Finds the gazetteer's folder.</summary>
    /// <param name="asked">What the option says; null when it was not given.</param>
    /// <returns>Null when nobody asked for a folder and the usual one is not there.</returns>
    /// <exception cref="CliException">The folder asked for does not exist.</exception>
    internal static string? GazetteerFolder(string? asked)
    {
        asked ??= Environment.GetEnvironmentVariable(GazetteerVariable);
        var folder = Folder(asked, GazetteerVariable, ContentLocator.DefaultGazetteerFolder);
        if (asked is not null && Directory.Exists(folder) && GazetteerLoader.EntryFiles(folder).Count == 0)
            throw new CliException(
                ExitCode.ModelUnusable,
                $"The gazetteer folder '{folder}' holds no .tsv file of names (--gazetteer-folder, {GazetteerVariable})."
            );
        if (Directory.Exists(folder))
            return folder;
        return asked is null
            ? null
            : throw new CliException(
                ExitCode.ModelUnusable,
                $"The gazetteer folder '{folder}' does not exist (--gazetteer-folder, {GazetteerVariable})."
            );
    }

    private static string Folder(string? asked, string variable, string fallback) =>
        ContentLocator.Resolve(asked ?? Environment.GetEnvironmentVariable(variable) ?? fallback);
}
