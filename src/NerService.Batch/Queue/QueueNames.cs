using System.Globalization;
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
        if (!Allowed().IsMatch(job))
            throw new BatchException(BatchFailure.Usage, $"--job '{job}': a job's name has 1 to 64 letters, digits, - and _.");
        Job = job;
    }

    internal string Job { get; }

    /// <summary>The stream of documents that wait: a message leaves it when it is acknowledged.</summary>
    internal string Documents => $"NER_{Job}_DOCUMENTS";

    /// <summary>The stream of answers, in whatever order they came.</summary>
    internal string Results => $"NER_{Job}_RESULTS";

    /// <summary>The stream of documents that could not be answered, each with its reason.</summary>
    internal string DeadLetters => $"NER_{Job}_DEAD";

    internal string Bucket => $"NER_{Job}";

    internal string DocumentsSubject => $"ner.{Job}.documents";

    /// <summary>The subjects of all answers: each document's has its own, so that the server keeps one answer per document and counts them.</summary>
    internal string ResultsSubjects => ResultSubjectStart + "*";

    internal string DeadLettersSubject => $"ner.{Job}.dead";

    private string ResultSubjectStart => $"ner.{Job}.results.";

    internal string ResultSubject(long number) => $"{ResultSubjectStart}{number}";

    /// <summary>The document that an answer's subject is about.</summary>
    internal long NumberOf(string resultSubject) => long.Parse(resultSubject.AsSpan(ResultSubjectStart.Length), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Allowed();
}
