using NerService.Batch.Documents;
using NerService.Contracts.V1;

namespace NerService.Batch.Checkpoints;

/// <summary>What a job has done so far, all its runs together.</summary>
internal sealed class BatchTotals
{
    public long Documents { get; set; }

    /// <summary>Documents and lines that could not be.</summary>
    public long Errors { get; set; }

    /// <summary>Words of the documents answered.</summary>
    public long Words { get; set; }

    /// <summary>Windows that the model saw.</summary>
    public long Windows { get; set; }

    /// <summary>Seconds worked up to the last checkpoint; what a kill undid does not count.</summary>
    public double Seconds { get; set; }

    /// <summary>Mentions by label and source: PER MODEL and so on.</summary>
    public SortedDictionary<string, long> Mentions { get; init; } = new(StringComparer.Ordinal);

    internal void Add(ExtractEntitiesResponse response)
    {
        Documents++;
        Words += response.Statistics?.Words ?? 0;
        Windows += response.Statistics?.Windows ?? 0;
        foreach (var mention in response.Mentions)
        {
            var kind = $"{mention.Label} {Enum.GetName(mention.Source)?.ToUpperInvariant()}";
            Mentions[kind] = Mentions.GetValueOrDefault(kind) + 1;
        }
    }
}

/// <summary>How far a job is, for whoever looks on. Numbers are read while they change; each is whole by itself.</summary>
internal sealed class BatchProgress
{
    /// <summary>Bytes of all inputs; 0 when unknown, as of standard input.</summary>
    internal long InputBytes { get; set; }

    /// <summary>Bytes of the inputs behind the last document done.</summary>
    internal long DoneBytes { get; set; }

    /// <summary>Documents of the whole job; 0 when unknown. Where it is known it says the share done, else the bytes do.</summary>
    internal long ExpectedDocuments { get; set; }

    /// <summary>Share of the job done in earlier runs.</summary>
    internal double ShareBefore { get; private set; }

    /// <summary>What was done in earlier runs: documents and words.</summary>
    internal (long Documents, long Words) Before { get; private set; }

    /// <summary>Whether an earlier run had ended the job, so that this one had nothing to do.</summary>
    internal bool WasComplete { get; private set; }

    /// <summary>Where a job's errors are written; null where nothing is kept of them but what is printed.</summary>
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
