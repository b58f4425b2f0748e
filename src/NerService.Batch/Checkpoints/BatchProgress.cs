using NerService.Batch.Documents;

namespace NerService.Batch.Checkpoints;

/// <summary>How far a job is, for whoever looks on. Numbers are read while they change; each is whole by itself.</summary>
internal sealed class BatchProgress
{
    /// <summary>Bytes of all inputs; 0 when unknown, as of standard input.</summary>
    internal long InputBytes { get; set; }

    /// <summary>Bytes of the inputs after the last document done.</summary>
    internal long DoneBytes { get; set; }

    /// <summary>Documents of the whole job; 0 when unknown. Where it is known it says the share done, else the bytes do.</summary>
    internal long ExpectedDocuments { get; set; }

    /// <summary>Share of the job done in earlier runs.</summary>
    internal double ShareBefore { get; private set; }

    /// <summary>What was done in earlier runs: documents and words.</summary>
    internal (long Documents, long Words) Before { get; private set; }

    /// <summary>Whether an earlier run had ended the job, so that this one had nothing to do.</summary>
    internal bool WasComplete { get; private set; }

    /// <summary>Where a job's errors are written; null where they are only printed.</summary>
    internal string? ErrorsFile { get; set; }

    internal BatchTotals Totals { get; private set; } = new();

    /// <summary>Share of the job done, 0 to 1; null when unknown.</summary>
    internal double? Share =>
        ExpectedDocuments > 0 ? Math.Min(1, (double)(Totals.Documents + Totals.Errors) / ExpectedDocuments)
        : InputBytes > 0 ? Math.Min(1, (double)DoneBytes / InputBytes)
        : null;

    /// <summary>Begins at what earlier runs did.</summary>
    internal void Begin(BatchTotals totals, bool complete = false)
    {
        WasComplete = complete;
        (Totals, Before) = (totals, (totals.Documents, totals.Words));
        ShareBefore = Share ?? 0;
    }

    internal void Advance(BatchDocument document) => DoneBytes = document.BytesRead;
}
