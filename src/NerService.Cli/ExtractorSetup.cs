using System.CommandLine;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Gazetteer.Loading;
using NerService.Inference;
using NerService.Inference.Models;

namespace NerService.Cli;

/// <summary>The options that say which model runs in process and how; the same for every command.</summary>
internal sealed class ExtractorSetup
{
    private const string ModelVariable = "NER_MODEL",
        GazetteerVariable = "NER_GAZETTEER";

    private readonly Option<string?> _model = CliOption.Text(
        "--model",
        "DIR",
        $"The model's folder. Default: {ModelVariable} of the environment, else {ContentLocator.DefaultModelFolder}; a relative one is looked for "
            + "in the working directory, beside the binary, and in every folder above it."
    );

    private readonly Option<string?> _gazetteerFolder = GazetteerFolderOption();

    private readonly Option<string[]> _gazetteerFiles = CliOption.Paths(
        "--gazetteer-file",
        "FILE",
        "Gazetteer files of your own: surface<TAB>PER|LOC|ORG<TAB>id<TAB>weight[<TAB>canonical name] lines. A line that cannot be read ends the "
            + "command. May be given several times."
    );

    private readonly Option<string?> _graph = CliOption.Text(
        "--graph",
        "NAME",
        "The model's graph to run, by its name in model.json, such as fp32 or int8. Default: the first that suits the processor."
    );

    private readonly Option<int> _threads = CliOption.Number(
        "--threads",
        0,
        "Threads of one run of the model; 0 means as many as the process may use.",
        min: 0
    );

    private readonly Option<int> _maxBatchPaddedSubwords = CliOption.Number(
        "--max-batch-subwords",
        new InferenceOptions().MaxBatchPaddedSubwords,
        "Padded subwords a batch holds at most."
    );

    internal IEnumerable<Option> All => [_model, _gazetteerFolder, _gazetteerFiles, _graph, _threads, _maxBatchPaddedSubwords];

    /// <summary>Refuses any option here beside a server, which loads what it was told to.</summary>
    /// <exception cref="CliException">One is given.</exception>
    internal void RefuseBeside(ParseResult parsed, Uri server)
    {
        if (parsed.FirstGiven(All) is { } option)
            throw new CliException(
                ExitCode.Usage,
                $"{option.Name} has no effect on the server {server}, which loads what its own configuration names; leave it out, or leave "
                    + "--server out."
            );
    }

    /// <summary>
    /// Loads what the options say, with gazetteers or without. A request that does not want them can say so itself; what it then still gets from the
    /// folder are the name parts, as from a server.
    /// </summary>
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
        RequireGazetteerFiles(files);
        return new ExtractorOptions
        {
            ModelFolder = ContentLocator.Resolve(parsed.Value(_model, ModelVariable) ?? ContentLocator.DefaultModelFolder),
            GazetteerFolder = useGazetteer ? GazetteerFolder(parsed, _gazetteerFolder) : null,
            GazetteerFiles = useGazetteer ? [.. files] : [],
            Inference = inference,
        };
    }

    /// <summary>Refuses files of names that are not there, before anything is loaded.</summary>
    internal static void RequireGazetteerFiles(IEnumerable<string> files)
    {
        foreach (var file in files)
            if (Directory.Exists(file))
                throw new CliException(ExitCode.ModelUnusable, $"'{file}' is a folder, not a file of names; --gazetteer-folder takes a folder.");
            else if (!File.Exists(file))
                throw new CliException(ExitCode.ModelUnusable, $"The gazetteer file '{file}' does not exist.");
    }

    /// <summary>The option that says where the gazetteer's folder is.</summary>
    internal static Option<string?> GazetteerFolderOption() =>
        CliOption.Text(
            "--gazetteer-folder",
            "DIR",
            $"The gazetteer's folder. Default: {GazetteerVariable} of the environment, else {ContentLocator.DefaultGazetteerFolder}, looked for as "
                + "the model's."
        );

    /// <summary>Finds the gazetteer's folder.</summary>
    /// <returns>Null when nobody asked for a folder and the usual one is not there.</returns>
    /// <exception cref="CliException">The folder asked for does not exist, or holds no names.</exception>
    internal static string? GazetteerFolder(ParseResult parsed, Option<string?> option)
    {
        var asked = parsed.Value(option, GazetteerVariable);
        var folder = ContentLocator.Resolve(asked ?? ContentLocator.DefaultGazetteerFolder);
        var problem =
            !Directory.Exists(folder) ? "does not exist"
            : asked is not null && GazetteerLoader.EntryFiles(folder).Count == 0 ? "holds no .tsv file of names"
            : null;
        if (problem is null)
            return folder;
        return asked is null
            ? null
            : throw new CliException(ExitCode.ModelUnusable, $"The gazetteer folder '{folder}' {problem} ({option.Name}, {GazetteerVariable}).");
    }
}
