using NerService.Inference.Tokenization;
using NerService.Inference.Windowing;

namespace NerService.Inference.Scheduling;

/// <summary>
/// One document on its way through the model. Its caller awaits <see cref="Completion"/>; any thread may end it, and each thread of the scheduler may
/// complete windows of it. What concerns its place in the queue is guarded by the scheduler.
/// </summary>
internal sealed class DocumentWork(EncodedDocument document, List<Window> windows, int output, int labels, ClassificationOptions options)
{
    /// <summary>
    /// Windows of the longest document that a caller is waiting for, about three printed pages; a longer one is bulk work, whatever its caller says.
    /// </summary>
    internal const int MaxInteractiveWindows = 16;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _completedWindows;

    internal EncodedDocument Document => document;

    internal List<Window> Windows => windows;

    /// <summary>Index of the model output wanted.</summary>
    internal int Output => output;

    internal int Labels => labels;

    /// <summary>Whose share of the model it takes.</summary>
    internal string Caller => options.Caller;

    internal WorkPriority Priority { get; } = windows.Count > MaxInteractiveWindows ? WorkPriority.Bulk : options.Priority;

    internal DateTimeOffset? Deadline => options.Deadline;

    /// <summary>Whether a full queue refuses it.</summary>
    internal bool MayBeRefused => options.MayBeRefused;

    /// <summary>[words, labels], filled window by window.</summary>
    internal float[] Logits { get; } = new float[document.WordCount * labels];

    /// <summary>Timestamp of the submission.</summary>
    internal long SubmittedAt { get; set; }

    /// <summary>
    /// Time from the submission to the deadline; null without one. Measured from there, so that a clock that is set meanwhile ends no work.
    /// </summary>
    internal TimeSpan? TimeLeft { get; set; }

    /// <summary>The line it stands in once it is submitted.</summary>
    internal Flow? Flow { get; set; }

    /// <summary>The first window that no batch has taken.</summary>
    internal int NextWindow { get; set; }

    /// <summary>Padded subwords of the windows that are not done: what the work still weighs.</summary>
    internal long PendingTokens { get; set; }

    /// <summary>What of <see cref="PendingTokens"/> counts against the queue's bound.</summary>
    internal long HeldTokens { get; set; }

    /// <summary>Whether nothing ran and nothing waited when it came.</summary>
    internal bool CameAlone { get; set; }

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

    /// <summary>Takes the result of one window: the logits of its subwords [length, labels], its begin token first.</summary>
    internal void CompleteWindow(int index, ReadOnlySpan<float> rows, TimeSpan queueTime, TimeSpan inferenceTime)
    {
        var window = Windows[index];
        var begin = Document.WordStarts[window.Words.Start];
        for (var word = window.Owned.Start; word < window.Owned.End; word++)
        {
            var row = 1 + Document.Heads[word] - begin;
            rows.Slice(row * Labels, Labels).CopyTo(Logits.AsSpan(word * Labels));
        }
        lock (_gate)
        {
            if (queueTime > QueueTime)
                QueueTime = queueTime;
            InferenceTime += inferenceTime;
            if (++_completedWindows < Windows.Count)
                return;
        }
        _completion.TrySetResult();
    }
}
