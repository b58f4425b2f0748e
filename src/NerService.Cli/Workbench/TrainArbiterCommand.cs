using System.Collections.Immutable;
using System.CommandLine;
using NerService.Cli.Input;
using NerService.Extraction.Snapshots;
using NerService.Inference.Models;
using NerService.Text.Labels;
using NerService.Workbench.Evaluation;
using NerService.Workbench.Training;

namespace NerService.Cli.Workbench;

/// <summary><c>ner train-arbiter</c>: trains the confidence model on annotated files and writes it into a model's folder.</summary>
internal sealed class TrainArbiterCommand(CliStreams streams)
{
    private const string Purpose =
        "Trains the arbiter, which gives every candidate span its probability and decides when the gazetteer may speak. Learns from annotated "
        + "files that the model was not trained on, judges by cross-validation over documents, and prints scores (model alone, arbiter without "
        + "and with gazetteer), log-loss, calibration error (ECE) and reliability before and after. The same files, options and model give the "
        + "same arbiter.";

    private static readonly ArbiterTrainingOptions Defaults = new();

    private readonly ExtractorSetup _setup = new();

    private readonly Option<string[]> _dev = new("--dev")
    {
        HelpName = "FILE",
        Description =
            "Files of one token and its label per line, an empty line after each sentence, annotated by the guideline that the model's default "
            + "output follows; they teach and are scored. What is never split between training and testing: 20 neighbouring sentences of a "
            + "document between -DOCSTART- lines, or 10 of a file without such lines.",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        Validators = { CliOption.RefuseEmpty },
    };

    private readonly Option<string[]> _extra = CliOption.Paths(
        "--extra",
        "FILE:TYPE[,TYPE]",
        "Files annotated by another guideline that agrees for these types (PER, LOC, ORG): they teach about these types only and are not scored.",
        severalEach: true
    );

    private readonly Option<string?> _out = CliOption.Text(
        "--out",
        "DIR",
        "The model's folder into which the arbiter is written, in place of its own; the manifest is replaced last. It must hold the model that was "
            + "loaded. Default: nothing is written."
    );

    private readonly Option<int> _folds = CliOption.Number("--folds", Defaults.Folds, "Folds of the cross-validation, at least 2.", min: 2);

    private readonly Option<int> _repeats = CliOption.Number(
        "--repeats",
        Defaults.Repeats,
        "How often the cross-validation is repeated with other folds, at least 1."
    );

    private readonly Option<int> _seed = CliOption.Number("--seed", Defaults.Seed, "Seed of everything random.", min: int.MinValue);

    internal Command Create()
    {
        var command = new Command("train-arbiter", Purpose) { _dev, _extra, _out, _folds, _repeats, _seed, _setup.All };
        command.SetAction(RunAsync);
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
        await streams.Out.WriteLineAsync(
            $"{documents.Count} sentences in {groups} groups; {options.Repeats} times {options.Folds} folds, seed {options.Seed}; "
                + $"model {snapshot.ModelVersion}, gazetteer {snapshot.GazetteerVersion}."
        );
        await streams.Out.WriteAsync(arbiter.Report.ToString());
        var (person, location, organization) = (arbiter.KeepFrom.Person, arbiter.KeepFrom.Location, arbiter.KeepFrom.Organization);
        await streams.Out.WriteLineAsync(
            FormattableString.Invariant($"Candidates are kept from probability {person:F2} (PER), {location:F2} (LOC), {organization:F2} (ORG) on.")
        );
        if (folder is not null)
            ArbiterFolder.Write(folder, arbiter, [.. parsed.GetValue(_dev)!.Concat(parsed.GetValue(_extra)!).Select(Path.GetFileName)!]);
        return ExitCode.Success;
    }

    private async Task<List<LabelledDocument>> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var documents = new List<LabelledDocument>();
        foreach (var file in await AnnotatedFiles.ReadAsync(parsed.GetValue(_dev)!, default, streams, cancellationToken))
            documents.AddRange(LabelledDocuments.ForTraining(file, []));
        foreach (var extra in parsed.GetValue(_extra)!)
        {
            var (file, types) = ParseExtra(extra);
            documents.AddRange(LabelledDocuments.ForTraining(await ConllFile.ReadAsync(file, default, streams.In, cancellationToken), types));
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
                throw new CliException(ExitCode.Usage, $"--extra '{extra}': '{tag}' is not a type; known are PER, LOC, ORG.");
            types.Add(type);
        }
        if (types.Count == 0 || colon == 0)
            throw new CliException(
                ExitCode.Usage,
                $"--extra '{extra}' names no {(colon == 0 ? "file" : "types")}; it is FILE:TYPE[,TYPE], such as other.conll:PER,LOC."
            );
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
