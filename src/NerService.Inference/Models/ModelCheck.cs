using NerService.Inference.Decoding;
using NerService.Text.Documents;

namespace NerService.Inference.Models;

/// <summary>How grave a finding is.</summary>
public enum FindingKind
{
    /// <summary>Works.</summary>
    Good,

    /// <summary>Works, but perhaps not as meant.</summary>
    Warning,

    /// <summary>The model cannot be served.</summary>
    Problem,
}

/// <summary>Something found out about a model's folder.</summary>
/// <param name="Kind">How grave it is.</param>
/// <param name="Text">What it is, in sentences.</param>
public sealed record ModelFinding(FindingKind Kind, string Text);

/// <summary>What a check found.</summary>
/// <param name="Findings">In the order of the check; it ends at the first problem.</param>
/// <param name="Manifest">What the folder says, or what was derived from it together with what the model finds in its warm-up sentence; null when
/// that failed.</param>
public sealed record ModelCheckReport(IReadOnlyList<ModelFinding> Findings, ModelManifest? Manifest)
{
    /// <summary>Whether the model can be served.</summary>
    public bool CanServe => Findings.All(f => f.Kind != FindingKind.Problem);
}

/// <summary>Says what is right and wrong with a model's folder: reads it as the server does, and lets the model tag a sentence.</summary>
public static class ModelCheck
{
    /// <summary>What is tagged when the folder has no warm-up sentence: two people, an organization and two places.</summary>
    public const string SampleSentence =
        "التقى الأمين العام للأمم المتحدة أنطونيو غوتيريش الرئيس المصري عبد الفتاح السيسي في القاهرة قبل سفره إلى لبنان.";

    /// <summary>Checks a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<ModelCheckReport> RunAsync(string path, CancellationToken cancellationToken = default)
    {
        var findings = new Findings();
        ModelManifest? manifest = null;
        try
        {
            var folder = ModelFolder.Open(path);
            manifest = folder.Manifest;
            Describe(folder, findings);
            using var model = TokenClassifier.Load(path);
            findings.Good($"ONNX Runtime loads and runs {folder.Graph.File}, and its inputs and outputs fit.");
            if (model.DependsOnBatch)
                findings.Warn(
                    $"{folder.Graph.File} would answer a text differently in other company, as dynamically quantized graphs do; so each text has "
                        + "a run of its own, which is slower. A graph that is not quantized, or statically, is run in batches."
                );
            var found = await TagAsync(model, manifest.WarmUp.Text, findings, cancellationToken);
            if (folder.Derived is not null)
                manifest = manifest with
                {
                    WarmUp = manifest.WarmUp with { Expect = found },
                    Description = "An exported model; the sums are those of the files as they were when this was written.",
                };
        }
        catch (Exception e) when (e is ModelLoadException or InferenceException)
        {
            findings.Add(new ModelFinding(FindingKind.Problem, e.Message));
        }
        return new ModelCheckReport(findings, manifest);
    }

    private static void Describe(ModelFolder folder, Findings findings)
    {
        if (folder.Derived is not { } derived)
        {
            var count = folder.Manifest.Files.Count;
            findings.Good($"{ModelManifest.FileName} describes {folder.Manifest.Identity}; the sums of its {count} files are right.");
            return;
        }
        foreach (var note in derived.Notes)
            findings.Good(note);
        foreach (var warning in derived.Warnings)
            findings.Warn(warning);
        findings.Warn($"There is no {ModelManifest.FileName}: files that change later are not noticed. 'ner model check DIR --write' writes one.");
        findings.Warn("The model has no arbiter of its own: confidence is the model's probability, not calibrated, and the gazetteer only fills in.");
    }

    private static async Task<IReadOnlyList<WarmUpEntity>> TagAsync(
        TokenClassifier model,
        string sentence,
        Findings findings,
        CancellationToken cancellationToken
    )
    {
        var source = SourceText.FromText(sentence);
        var encoded = model.Encode(source);
        var unknown = Enumerable
            .Range(0, source.WordCount)
            .Where(word => encoded.SubwordsOf(word).Contains(model.Manifest.Tokenizer.UnknownId))
            .Select(word => source.Word(word).ToString())
            .ToList();
        if (unknown.Count > 0)
            findings.Warn(
                $"{unknown.Count} of {source.WordCount} words of a sample sentence are not in the vocabulary: {string.Join(", ", unknown)}."
            );
        else
            findings.Good($"The {source.WordCount} words of a sample sentence make {encoded.SubwordCount} subwords, none unknown.");
        var classification = await model.ClassifyAsync(encoded, cancellationToken: cancellationToken);
        var spans = LabelSpans.Read(model.Labels, classification.Path);
        var found = spans.Select(s => new WarmUpEntity(source.SpanOf(s.Words).Of(source.Text).ToString(), s.Type)).ToList();
        if (found.Count > 0)
            findings.Good($"In \"{sentence}\" it finds {string.Join(", ", found.Select(entity => $"{entity.Text} ({entity.Type})"))}.");
        else
            findings.Warn($"In \"{sentence}\" it finds nothing; are the labels and the tokenizer those that the model was trained with?");
        return found;
    }

    private sealed class Findings : List<ModelFinding>
    {
        internal void Good(string text) => Add(new ModelFinding(FindingKind.Good, text));

        internal void Warn(string text) => Add(new ModelFinding(FindingKind.Warning, text));
    }
}
