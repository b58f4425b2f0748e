using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NerService.Inference.Models;

namespace NerService.Inference.Onnx;

/// <summary>
/// One ONNX Runtime session of a verified model. Spinning is off (an idle server uses no CPU) and memory patterns are off (memory does not grow with
/// each new shape). One caller at a time.
/// </summary>
internal sealed class OnnxTokenClassifierSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly OnnxInputs _inputs;
    private readonly string[] _inputNames;

    private OnnxTokenClassifierSession(InferenceSession session, OnnxInputs inputs, int threads)
    {
        Threads = threads;
        _session = session;
        _inputs = inputs;
        _inputNames = inputs.TokenTypeIds is { } types ? [inputs.InputIds, inputs.AttentionMask, types] : [inputs.InputIds, inputs.AttentionMask];
    }

    /// <summary>Threads of one run.</summary>
    internal int Threads { get; }

    /// <summary>Loads the graph and checks it against the manifest.</summary>
    /// <param name="folder">A verified folder.</param>
    /// <param name="threads">Threads of one run; at least 1.</param>
    /// <exception cref="ModelLoadException">The file is no ONNX model, or lacks an input or output that the manifest names.</exception>
    internal static OnnxTokenClassifierSession Load(ModelFolder folder, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL, EnableMemoryPattern = false };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        var path = folder.FullPath(folder.OnnxFile);
        InferenceSession session;
        try
        {
            session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelLoadException($"'{path}' cannot be loaded by ONNX Runtime: {e.Message}", e);
        }
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
    /// <param name="ids">Subword ids [batch, length], padded.</param>
    /// <param name="mask">1 for subwords, 0 for padding; same shape.</param>
    /// <param name="batch">Windows in the batch.</param>
    /// <param name="length">Padded length.</param>
    /// <param name="output">Name of the output wanted; the others are not computed.</param>
    /// <param name="logits">Receives [batch, length, labels].</param>
    /// <param name="labels">Labels of the output.</param>
    internal void Run(Memory<long> ids, Memory<long> mask, int batch, int length, string output, Memory<float> logits, int labels)
    {
        long[] shape = [batch, length];
        using var idsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ids, shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, mask, shape);
        using var logitsValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, logits, [batch, length, labels]);
        if (_inputs.TokenTypeIds is null)
        {
            _session.Run(_runOptions, _inputNames, [idsValue, maskValue], [output], [logitsValue]);
            return;
        }
        using var typesValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, new long[batch * length].AsMemory(), shape);
        _session.Run(_runOptions, _inputNames, [idsValue, maskValue, typesValue], [output], [logitsValue]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static void CheckGraph(string path, InferenceSession session, ModelManifest manifest)
    {
        var inputs = manifest.Onnx.Inputs;
        var wanted = new List<string> { inputs.InputIds, inputs.AttentionMask };
        if (inputs.TokenTypeIds is { } types) wanted.Add(types);
        foreach (var name in wanted)
        {
            if (!session.InputMetadata.TryGetValue(name, out var input)) throw new ModelLoadException($"'{path}' has no input '{name}'; its inputs are {string.Join(", ", session.InputMetadata.Keys)}.");
            if (input.ElementDataType != TensorElementType.Int64 || input.Dimensions.Length != 2) throw new ModelLoadException($"'{path}': input '{name}' is {input.ElementDataType} of rank {input.Dimensions.Length}, wanted is Int64 [batch, sequence].");
        }
        if (session.InputMetadata.Keys.Except(wanted).FirstOrDefault() is { } extra) throw new ModelLoadException($"'{path}' wants an input '{extra}' that {ModelManifest.FileName} does not name.");
        foreach (var (name, labels) in manifest.Outputs)
        {
            if (!session.OutputMetadata.TryGetValue(name, out var output)) throw new ModelLoadException($"'{path}' has no output '{name}'; its outputs are {string.Join(", ", session.OutputMetadata.Keys)}.");
            var shape = output.Dimensions;
            if (output.ElementDataType != TensorElementType.Float || shape.Length != 3 || shape[2] > 0 && shape[2] != labels.Count)
                throw new ModelLoadException($"'{path}': output '{name}' is {output.ElementDataType} [{string.Join(", ", shape)}], wanted is Float [batch, sequence, {labels.Count}].");
        }
    }
}
