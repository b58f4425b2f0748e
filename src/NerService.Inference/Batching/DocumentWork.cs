using NerService.Inference.Tokenization;
using NerService.Inference.Windowing;

namespace NerService.Inference.Batching;

/// <summary>
/// One document on its way through the model. Its caller awaits <see cref="Completion"/>; everything else belongs to the scheduler's thread once the
/// work is submitted, except <see cref="TryAbandon"/>, which any thread may call.
/// </summary>
internal sealed class DocumentWork
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _completedWindows;

    internal DocumentWork(EncodedDocument document, List<Window> windows, int output, int labels, WorkPriority priority, DateTimeOffset? deadline)
    {
        Document = document;
        Windows = windows;
        Output = output;
        Labels = labels;
        Priority = priority;
        Deadline = deadline;
        Logits = new float[document.WordCount * labels];
    }

    internal EncodedDocument Document { get; }

    internal List<Window> Windows { get; }

    /// <summary>Index of the model output wanted.</summary>
    internal int Output { get; }

    internal int Labels { get; }

    internal WorkPriority Priority { get; }

    internal DateTimeOffset? Deadline { get; }

    /// <summary>[words, labels], filled window by window.</summary>
    internal float[] Logits { get; }

    /// <summary>The next window to queue.</summary>
    internal int NextWindow { get; set; }

    /// <summary>Padded subwords of the windows that are not done; what the work still weighs in the queue.</summary>
    internal long PendingTokens { get; set; }

    /// <summary>The longest wait of a window so far.</summary>
    internal TimeSpan QueueTime { get; private set; }

    /// <summary>Duration of the batches so far.</summary>
    internal TimeSpan InferenceTime { get; private set; }

    /// <summary>Ends when every window is done, or with the reason why not.</summary>
    internal Task Completion => _completion.Task;

    /// <summary>Whether nobody waits any more, or it failed: the windows left need not be run.</summary>
    internal bool IsOver => _completion.Task.IsCompleted;

    /// <summary>Ends the work because its caller has gone.</summary>
    internal void TryAbandon(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    /// <summary>Ends the work with an error.</summary>
    internal void Fail(Exception error) => _completion.TrySetException(error);

    /// <summary>Takes the result of one window.</summary>
    /// <param name="index">Which.</param>
    /// <param name="rows">Logits of the window's subwords [length, labels], its leading mark first.</param>
    /// <param name="queueTime">How long the window waited.</param>
    /// <param name="inferenceTime">How long its batch ran.</param>
    internal void CompleteWindow(int index, ReadOnlySpan<float> rows, TimeSpan queueTime, TimeSpan inferenceTime)
    {
        var window = Windows[index];
        var starts = Document.WordStarts;
        for (var word = window.Owned.Start; word < window.Owned.End; word++)
        {
            var row = 1 + starts[word] - starts[window.Words.Start];
            rows.Slice(row * Labels, Labels).CopyTo(Logits.AsSpan(word * Labels));
        }
        if (queueTime > QueueTime) QueueTime = queueTime;
        InferenceTime += inferenceTime;
        if (++_completedWindows == Windows.Count) _completion.TrySetResult();
    }
}
