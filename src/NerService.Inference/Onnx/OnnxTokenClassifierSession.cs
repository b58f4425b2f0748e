using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NerService.Inference.Models;
using NerService.Inference.Scheduling;

namespace NerService.Inference.Onnx;

/// <summary>
/// One ONNX Runtime session of a verified model. Memory patterns are off (memory does not grow with each new shape). Threads of a run may wait for
/// each other spinning, never between runs (an idle server uses no CPU). With one thread a run stays on its caller's, and as many callers as there
/// are may run at once; with more, one at a time.
/// </summary>
internal sealed class OnnxTokenClassifierSession : IDisposable
{
    /// <summary>How long a thread spins before it sleeps: longer than what is done by one thread alone between two operators.</summary>
    private const string SpinMicroseconds = "200";

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly OnnxInputs _inputs;
    private readonly string[] _inputNames;

    /// <summary>Runs before the first use of the library: nothing else in this project touches it.</summary>
    static OnnxTokenClassifierSession() => OnnxTelemetry.Forbid();

    private OnnxTokenClassifierSession(InferenceSession session, OnnxInputs inputs, int threads)
    {
        Threads = threads;
        _session = session;
        _inputs = inputs;
        var shape = session.InputMetadata[inputs.InputIds].Dimensions;
        OneByOne = shape[0] == 1;
        FixedLength = shape[1] > 0 ? shape[1] : null;
        _inputNames = inputs.Names;
    }

    /// <summary>Threads of one run.</summary>
    internal int Threads { get; }

    /// <summary>The one length that the graph takes; null when it takes any.</summary>
    internal int? FixedLength { get; }

    /// <summary>
    /// Whether a batch takes as many runs as it has windows: because the graph takes one per run, or because what it answers to one would depend on
    /// the others.
    /// </summary>
    internal bool OneByOne { get; set; }

    /// <summary>Loads the graph and checks it against the manifest.</summary>
    /// <param name="folder">A verified folder.</param>
    /// <param name="threads">Threads of one run; at least 1.</param>
    /// <param name="spins">Whether they wait for each other spinning: sooner done where the cores are free, later where they are not.</param>
    /// <exception cref="ModelLoadException">The file is not an ONNX model, or lacks an input or output that the manifest names.</exception>
    internal static OnnxTokenClassifierSession Load(ModelFolder folder, int threads, bool spins)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            EnableMemoryPattern = false,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
        options.AddSessionConfigEntry("session.intra_op.spin_duration_us", SpinMicroseconds);
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        var path = folder.FullPath(folder.Graph.File);
        // A damaged file meets other exceptions than ONNX Runtime's own, too.
        var session = ModelLoadException.Explain($"'{path}' cannot be loaded by ONNX Runtime", () => new InferenceSession(path, options));
        try
        {
            CheckGraph(path, session, folder.Manifest);
        }
        catch
        {
            session.Dispose();
            throw;
        }
        return new OnnxTokenClassifierSession(session, folder.Manifest.Onnx.Inputs, threads);
    }

    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="output">Name of the output wanted; the others are not computed.</param>
    /// <param name="logits">Receives [size, length, labels].</param>
    /// <param name="labels">Labels of the output.</param>
    internal void Run(BatchTensors batch, string output, Memory<float> logits, int labels)
    {
        if (OneByOne && batch.Size > 1)
        {
            for (var row = 0; row < batch.Size; row++)
                Run(batch.Row(row), output, logits.Slice(row * batch.Length * labels, batch.Length * labels), labels);
            return;
        }
        long[] shape = [batch.Size, batch.Length];
        using var ids = Tensor(batch.Ids, shape);
        using var mask = Tensor(batch.Mask, shape);
        using var types = _inputs.TokenTypeIds is null ? null : Tensor(new long[batch.Size * batch.Length].AsMemory(), shape);
        using var features = _inputs.GazetteerFeatures is null ? null : Tensor(batch.Features, [.. shape, batch.Features.Length / batch.Ids.Length]);
        using var scores = Tensor(logits, [.. shape, labels]);
        _session.Run(_runOptions, _inputNames, [ids, mask, .. Optional(types), .. Optional(features)], [output], [scores]);
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static OrtValue Tensor<T>(Memory<T> values, long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values, shape);

    private static T[] Optional<T>(T? value)
        where T : class => value is null ? [] : [value];

    private static void CheckGraph(string path, InferenceSession session, ModelManifest manifest)
    {
        var inputs = manifest.Onnx.Inputs;
        foreach (var name in inputs.Names)
        {
            if (!session.InputMetadata.TryGetValue(name, out var input))
                throw new ModelLoadException($"'{path}' has no input '{name}'; its inputs are {string.Join(", ", session.InputMetadata.Keys)}.");
            if (name == inputs.GazetteerFeatures)
                CheckFeatures(name, input, manifest.GazetteerFeatures!.Bits.Count);
            else
                CheckSubwords(name, input);
        }
        if (session.InputMetadata.Keys.Except(inputs.Names).FirstOrDefault() is { } extra)
            throw new ModelLoadException($"'{path}' wants an input '{extra}' that {ModelManifest.FileName} does not name.");
        foreach (var (name, labels) in manifest.Outputs)
        {
            if (!session.OutputMetadata.TryGetValue(name, out var output))
                throw new ModelLoadException($"'{path}' has no output '{name}'; its outputs are {string.Join(", ", session.OutputMetadata.Keys)}.");
            var shape = output.Dimensions;
            if (output.ElementDataType != TensorElementType.Float || shape.Length != 3 || shape[2] > 0 && shape[2] != labels.Count)
                throw new ModelLoadException(
                    $"'{path}': output '{name}' is {output.ElementDataType} [{string.Join(", ", shape)}], wanted is "
                        + $"Float [batch, sequence, {labels.Count}]."
                );
        }

        void CheckSubwords(string name, NodeMetadata input)
        {
            if (input.ElementDataType != TensorElementType.Int64 || input.Dimensions is not [var batch, var length])
                throw new ModelLoadException(
                    $"'{path}': input '{name}' is {input.ElementDataType} of rank {input.Dimensions.Length}, wanted is Int64 [batch, sequence]."
                );
            if (batch > 1)
                throw new ModelLoadException(
                    $"'{path}': input '{name}' takes batches of exactly {batch}; export the model with a dynamic batch, or a batch of 1."
                );
            if (length > 0 && manifest.Window.Size + 2 > length)
                throw new ModelLoadException(
                    $"'{path}': input '{name}' takes texts of exactly {length} subwords; window.size "
                        + $"{manifest.Window.Size} and two special tokens do not fit."
                );
        }

        void CheckFeatures(string name, NodeMetadata input, int bits)
        {
            if (input.ElementDataType != TensorElementType.Float || input.Dimensions is not [_, _, var width] || width > 0 && width != bits)
                throw new ModelLoadException(
                    $"'{path}': input '{name}' is {input.ElementDataType} [{string.Join(", ", input.Dimensions)}], "
                        + $"wanted is Float [batch, sequence, {bits}]."
                );
        }
    }
}
