using System.Text.RegularExpressions;

namespace NerService.Batch.Queue;

/// <summary>What a job is called on the queue's server: three streams, a bucket, and the consumer that all workers share.</summary>
internal sealed partial record QueueNames
{
    /// <summary>The consumer of the documents' stream that every worker pulls from.</summary>
    internal const string Consumer = "workers";

    /// <summary>Names for a job.</summary>
    /// <exception cref="BatchException">The job's name is not one that the server takes.</exception>
    internal QueueNames(string job)
    {
        if (!Allowed().IsMatch(job)) throw new BatchException(BatchFailure.Usage, $"--job '{job}': a job's name has 1 to 64 letters, digits, - and _.");
        Job = job;
    }

    /// <summary>The job's name.</summary>
    internal string Job { get; }

    /// <summary>The stream of documents that wait: a message leaves it when it is acknowledged.</summary>
    internal string Documents => $"NER_{Job}_DOCUMENTS";

    /// <summary>The stream of answers, in whatever order they came.</summary>
    internal string Results => $"NER_{Job}_RESULTS";

    /// <summary>The stream of documents that could not be answered, each with its reason.</summary>
    internal string DeadLetters => $"NER_{Job}_DEAD";

    /// <summary>The bucket that holds what the job is.</summary>
    internal string Bucket => $"NER_{Job}";

    /// <summary>The subject of a stream.</summary>
    internal static string SubjectOf(string stream) => stream.Replace('_', '.');

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex Allowed();
}
