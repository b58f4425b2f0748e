using System.Collections.Immutable;
using NerService.Inference.Models;
using NerService.Inference.Scheduling;

namespace NerService.Inference.Onnx;

/// <summary>
/// Two sessions of one graph: one whose runs stay on the calling thread, so that each core can have a run of its own, and one that spreads a run over
/// all cores. Both compute the same, bit for bit: threads divide rows and columns of a product among them, never a sum.
/// </summary>
internal sealed class SessionRunner : IBatchRunner, IDisposable
{
    private readonly ImmutableArray<(string Name, int Labels)> _outputs;

    private SessionRunner(OnnxTokenClassifierSession onOneCore, OnnxTokenClassifierSession onAllCores, ModelManifest manifest)
    {
        (OnOneCore, OnAllCores) = (onOneCore, onAllCores);
        _outputs = [.. manifest.Outputs.Select(output => (output.Key, output.Value.Count))];
    }

    /// <summary>The session for one run per core; any number of callers at once.</summary>
    internal OnnxTokenClassifierSession OnOneCore { get; }

    /// <summary>The session for one run on all cores; the same as <see cref="OnOneCore"/> when there is one core.</summary>
    internal OnnxTokenClassifierSession OnAllCores { get; }

    /// <summary>Loads the sessions of a verified folder.</summary>
    /// <exception cref="ModelLoadException">The graph cannot be run or is not what the manifest says.</exception>
    internal static SessionRunner Load(ModelFolder folder, int cores)
    {
        var one = OnnxTokenClassifierSession.Load(folder, threads: 1, spins: false);
        try
        {
            return new SessionRunner(one, cores == 1 ? one : OnnxTokenClassifierSession.Load(folder, cores, spins: true), folder.Manifest);
        }
        catch
        {
            one.Dispose();
            throw;
        }
    }

    /// <summary>Gives each window of a batch a run of its own from now on, so that its answer cannot depend on the others.</summary>
    internal void RunOneByOne() => OnOneCore.OneByOne = OnAllCores.OneByOne = true;

    public void Run(BatchTensors batch, int output, Memory<float> logits, bool onAllCores) =>
        (onAllCores ? OnAllCores : OnOneCore).Run(batch, _outputs[output].Name, logits, _outputs[output].Labels);

    public void Dispose()
    {
        OnOneCore.Dispose();
        if (OnAllCores != OnOneCore)
            OnAllCores.Dispose();
    }
}
