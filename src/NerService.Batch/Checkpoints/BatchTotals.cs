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
