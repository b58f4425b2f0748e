using System.CommandLine;
using NerService.Cli.Input;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Inference.Models;

namespace NerService.Cli.Models;

/// <summary><c>ner model</c>: commands about a model's folder.</summary>
internal static class ModelCommand
{
    internal static Command Create(CliStreams streams)
    {
        var folder = FileArgument.Of<string>(
            "DIR",
            "A model's folder: with a model.json, or as exporters write it (model.onnx, config.json and the tokenizer's files).",
            ArgumentArity.ExactlyOne
        );
        var write = new Option<bool>("--write")
        {
            Description =
                "Write model.json with the sums of the files as they are now, to be edited or to "
                + "notice later changes. An existing one is never written over.",
        };
        var check = new Command("check", "Says what is right and wrong with a model's folder, and tags a sentence with it.") { folder, write };
        check.SetAction((parsed, cancellationToken) => CheckAsync(streams, parsed.GetValue(folder)!, parsed.GetValue(write), cancellationToken));
        return new Command("model", "Checks models' folders.") { check };
    }

    private static async Task<int> CheckAsync(CliStreams streams, string folder, bool write, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ModelManifest.FileName);
        if (write && File.Exists(path))
            throw new CliException(ExitCode.BadInput, $"'{path}' is there already; --write does not write over it.");
        var report = await ModelCheck.RunAsync(folder, cancellationToken);
        if (report.CanServe)
            report = report with { Findings = [.. report.Findings, await ServeAsync(folder, cancellationToken)] };
        foreach (var (kind, text) in report.Findings)
        {
            var mark = kind switch
            {
                FindingKind.Good => "ok      ",
                FindingKind.Warning => "warning ",
                _ => "problem ",
            };
            await streams.Out.WriteLineAsync(mark + text);
        }
        await streams.Out.WriteLineAsync(report.CanServe ? $"{folder} can be served: --model {folder}" : $"{folder} cannot be served.");
        if (report.CanServe && write)
        {
            await File.WriteAllTextAsync(path, report.Manifest!.ToJson() + "\n", cancellationToken);
            await streams.Out.WriteLineAsync($"{path} is written.");
        }
        return report.CanServe ? ExitCode.Success : ExitCode.ModelUnusable;
    }

    /// <summary>The model's folder as the server loads it: with its arbiter, and after its warm-up sentence.</summary>
    private static async Task<ModelFinding> ServeAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            using var extractor = await EntityExtractor.LoadAsync(new ExtractorOptions { ModelFolder = folder }, cancellationToken);
            return new ModelFinding(FindingKind.Good, "It loads as the server loads it, and answers its warm-up sentence as it should.");
        }
        catch (ModelLoadException e)
        {
            return new ModelFinding(FindingKind.Problem, e.Message);
        }
    }
}
