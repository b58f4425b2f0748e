using System.Text.RegularExpressions;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace NerService.Batch.Queue;

/// <summary>What the queue's server refuses, for people.</summary>
internal static partial class QueueErrors
{
    /// <summary>Lost documents that a message names; of more it says how many.</summary>
    private const int NamedRanges = 10;

    /// <summary>What JetStream answers where its store, its memory or a stream's limit is full.</summary>
    private static readonly int[] Full = [10002, 10023, 10028, 10047, 10077, 10122];

    /// <summary>The error for whoever runs the command.</summary>
    internal static BatchException Of(NatsException error, string job)
    {
        var message = error switch
        {
            NatsJSApiException { Error: var refusal } when Array.IndexOf(Full, refusal.ErrCode) >= 0 =>
                $"The queue's server has no room for job '{job}': {refusal.Description}. Nothing that is on the queue is lost. Give it more "
                    + "(max_file_store of its configuration), or remove jobs that are collected ('ner queue delete'); then the same command goes "
                    + "on.",
            NatsJSApiException { Error: var refusal } =>
                $"The queue's server refused, for job '{job}': {refusal.Description} (JetStream's error {refusal.ErrCode}).",
            NatsNoRespondersException or NatsJSApiNoResponseException =>
                "The queue's server has no JetStream, or not for this user; it is switched on in its configuration (jetstream {}) or by its "
                    + "option -js.",
            _ => $"The queue's server did not do as it was asked, for job '{job}': {WithoutPassword(error.Message)}",
        };
        return new BatchException(BatchFailure.ServerRefused, message, error);
    }

    /// <summary>The error of documents that the server has neither waiting nor answered.</summary>
    internal static BatchException Lost(string job, IReadOnlyList<long> lost) =>
        new(
            BatchFailure.ResultsLost,
            $"The queue's server has lost {lost.Count} documents of job '{job}': they neither wait nor are answered (it was restored from an "
                + "older copy?). "
                + $"'ner queue submit' with the job's own input and options puts them on the queue again. Their numbers: {Describe(lost)}."
        );

    /// <summary>Text without the user and password of any address in it.</summary>
    internal static string WithoutPassword(string text) => UserInfo().Replace(text, "://***@");

    /// <summary>Ascending numbers as ranges: 3, 7-9.</summary>
    private static string Describe(IReadOnlyList<long> numbers)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (var number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
                ranges[^1] = (ranges[^1].First, number);
            else
                ranges.Add((number, number));
        }
        var named = ranges.Take(NamedRanges).Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}");
        return string.Join(", ", named) + (ranges.Count > NamedRanges ? " and more" : "");
    }

    /// <summary>A password may hold anything, an @ too; an address ends at a comma, a quote or white space.</summary>
    [GeneratedRegex("://[^,'\"\\s]*@")]
    private static partial Regex UserInfo();
}
