using System.Collections.Immutable;
using System.CommandLine;
using NerService.Extraction.Snapshots;
using NerService.Inference.Models;
using NerService.Text.Labels;
using NerService.Workbench.Evaluation;
using NerService.Workbench.Training;

namespace NerService.Cli.Workbench;

/// <summary><c>ner train-arbiter</c>: trains the confidence model on annotated files and writes it into a model's folder.</summary>
internal sealed class TrainArbiterCommand
{
    private const string Purpose =
        "Trains the arbiter, which gives every candidate span its probability and decides when the gazetteer may speak. Learns from annotated "
        + "files that the model was not trained on, judges by cross-validation over documents, and prints scores (model alone, arbiter without "
        + "and with gazetteer), log-loss, calibration error (ECE) and reliability before and after. The same files, options and model give the "
        + "same arbiter.";

    private readonly CliStreams _streams;
    private readonly ExtractorSetup _setup = new();

    private readonly Option<string[]> _dev = new("--dev")
    {
        HelpName = "FILE",
        Description =
            "Files of a token and its label a line, an empty line after each sentence, annotated by the guideline that the model's default "
            + "output follows; they teach and are scored. What is never split between training and testing: 20 neighbouring sentences of a "
            + "document between -DOCSTART- lines, or 10 of a file without such lines.",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _extra = new("--extra")
    {
        HelpName = "FILE:TYPE[,TYPE]",
        Description =
            "Files annotated by another guideline that agrees for these types (PER, LOC, ORG): they teach about these types only and are not scored.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _out = new("--out")
    {
        HelpName = "DIR",
        Description =
            "The model's folder into which the arbiter is written, in place of its own; the manifest is replaced last. It must hold the model "
            + "that was loaded. Default: nothing is written.",
    };

    private readonly Option<int> _folds = new("--folds")
    {
        HelpName = "N",
        Description = "Folds of the cross-validation, at least 2.",
        DefaultValueFactory = _ => new ArbiterTrainingOptions().Folds,
    };

    private readonly Option<int> _repeats = new("--repeats")
    {
        HelpName = "N",
        Description = "How often the cross-validation is repeated with other folds, at least 1.",
        DefaultValueFactory = _ => new ArbiterTrainingOptions().Repeats,
    };

    private readonly Option<int> _seed = new("--seed")
    {
        HelpName = "N",
        Description = "Seed of everything random.",
        DefaultValueFactory = _ => new ArbiterTrainingOptions().Seed,
    };

    private TrainArbiterCommand(CliStreams streams) => _streams = streams;

    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams)
    {
        var self = new TrainArbiterCommand(streams);
        var command = new Command("train-arbiter", Purpose) { self._dev, self._extra, self._out, self._folds, self._repeats, self._seed };
        self._setup.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new ArbiterTrainingOptions
        {
            Folds = parsed.GetValue(_folds),
            Repeats = parsed.GetValue(_repeats),
            Seed = parsed.GetValue(_seed),
        };
        if (options.Folds < 2)
            throw new CliException(ExitCode.Usage, $"--folds is {options.Folds}; at least 2 are needed.");
        if (options.Repeats < 1)
            throw new CliException(ExitCode.Usage, $"--repeats is {options.Repeats}; at least 1 is needed.");
        var documents = await ReadAsync(parsed, cancellationToken);
        var groups = documents.Select(d => d.Group).Distinct().Count();
        if (groups < options.Folds)
            throw new CliException(
                ExitCode.BadInput,
                $"The files hold {groups} groups of sentences, fewer than the {options.Folds} folds (--folds)."
            );

        var extraction = _setup.Options(parsed, useGazetteer: true) with { LoadArbiter = false };
        using var snapshot = await SnapshotLoader.LoadAsync(extraction, cancellationToken: cancellationToken);
        var folder = parsed.GetValue(_out);
        if (folder is not null)
            RequireSameModel(folder, snapshot);

        var arbiter = await ArbiterTrainer.TrainAsync(snapshot, documents, options, cancellationToken);
        await _streams.Out.WriteLineAsync(
            $"{documents.Count} sentences in {groups} groups; {options.Repeats} times {options.Folds} folds, seed {options.Seed}; "
                + $"model {snapshot.ModelVersion}, gazetteer {snapshot.GazetteerVersion}."
        );
        await _streams.Out.WriteAsync(arbiter.Report.ToString());
        var (person, location, organization) = (arbiter.KeepFrom.Person, arbiter.KeepFrom.Location, arbiter.KeepFrom.Organization);
        await _streams.Out.WriteLineAsync(
            FormattableString.Invariant($"Candidates are kept from probability {person:F2} (PER), {location:F2} (LOC), {organization:F2} (ORG) on.")
        );
        if (folder is not null)
            ArbiterFolder.Write(folder, arbiter, [.. parsed.GetValue(_dev)!.Concat(parsed.GetValue(_extra)!).Select(Path.GetFileName)!]);
        return ExitCode.Success;
    }

    private async Task<List<LabelledDocument>> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var documents = new List<LabelledDocument>();
        foreach (var file in parsed.GetValue(_dev)!)
            documents.AddRange(LabelledDocuments.ForTraining(await ConllFile.ReadAsync(file, default, _streams.In, cancellationToken), []));
        foreach (var extra in parsed.GetValue(_extra)!)
        {
            var (file, types) = ParseExtra(extra);
            documents.AddRange(LabelledDocuments.ForTraining(await ConllFile.ReadAsync(file, default, _streams.In, cancellationToken), types));
        }
        return documents;
    }

    private static (string File, ImmutableArray<EntityType> Types) ParseExtra(string extra)
    {
        var colon = extra.LastIndexOf(':');
        var types = ImmutableArray.CreateBuilder<EntityType>();
        foreach (var tag in colon < 0 ? [] : extra[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            if (!EntityTypeNames.TryRead(tag, out var type))
                throw new CliException(ExitCode.Usage, $"--extra '{extra}': '{tag}' is no type; known are PER, LOC, ORG.");
            types.Add(type);
        }
        if (types.Count == 0)
            throw new CliException(ExitCode.Usage, $"--extra '{extra}' names no types; it is FILE:TYPE[,TYPE], such as other.conll:PER,LOC.");
        return (extra[..colon], types.ToImmutable());
    }

    /// <summary>An arbiter written beside another model would judge what it does not know.</summary>
    private static void RequireSameModel(string folder, Snapshot snapshot)
    {
        var (there, here) = (ModelManifest.Read(folder), snapshot.Model.Manifest);
        if (
            there.Files.TryGetValue(snapshot.Model.Graph.File, out var file)
            && string.Equals(file.Sha256, here.Files[snapshot.Model.Graph.File].Sha256, StringComparison.OrdinalIgnoreCase)
        )
            return;
        throw new CliException(
            ExitCode.Usage,
            $"--out '{folder}' holds the model {there.Identity}, not the one that was loaded, {here.Identity} (--model)."
        );
    }
}
