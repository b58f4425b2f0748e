using System.Globalization;
using System.Runtime.CompilerServices;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Batch.Tagging;
using NerService.Contracts.V1;

namespace NerService.Batch;

/// <summary>A job in one process.</summary>
/// <param name="Input">What is read.</param>
/// <param name="Output">Where answers go; resolved.</param>
internal sealed record BatchJob(JobInput Input, OutputOptions Output)
{
    /// <summary>Finds the job's input, and that it is nothing that the job would write.</summary>
    /// <exception cref="BatchException">The input cannot be read or is the output, or the options contradict each other.</exception>
    internal static async Task<BatchJob> FindAsync(InputOptions input, OutputOptions output, CancellationToken cancellationToken)
    {
        output = output.Resolved();
        var found = await JobInput.FindAsync(input, cancellationToken);
        new JobFiles(output.Path, output.Format).RefuseInputs(found.Files);
        return new BatchJob(found, output);
    }

    /// <summary>Reads, tags and writes. Cancelled, it can be resumed.</summary>
    /// <exception cref="BatchException">Says why the job ended before its time.</exception>
    internal async Task<BatchTotals> RunAsync(ExtractionOptions extract, ITagger tagger, BatchProgress progress, CancellationToken cancellationToken)
    {
        var answers = await tagger.DescribeAsync(cancellationToken);
        progress.InputBytes = Input.Bytes;
        var options = OptionsFor(Output.Format, extract);
        var job = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Output.CanResume)
        {
            await Input.DescribeAsync(job, cancellationToken);
            DescribeOutput(job, Output, options);
            foreach (var (name, value) in answers.Identity)
                job[name] = value;
        }
        return await JobWriter.WriteAsync(
            Output,
            job,
            (from, token) => TagAsync(DocumentReader.ReadAsync(Input, from, token), answers.Hold(options), tagger, token),
            progress,
            cancellationToken
        );
    }

    /// <summary>How a document is asked about so that the output's format finds what it needs.</summary>
    internal static ExtractionOptions OptionsFor(OutputFormat format, ExtractionOptions extract)
    {
        var options = extract.Clone();
        options.Priority = Priority.Bulk;
        // A server and the model in this process must count alike; the client would choose for itself.
        if (options.OffsetUnit == OffsetUnit.Unspecified)
            options.OffsetUnit = OffsetUnit.UnicodeCodePoint;
        if (format == OutputFormat.Conll)
        {
            options.OffsetUnit = OffsetUnit.Utf16CodeUnit;
            options.Features.Clear();
            options.Features.Add(Feature.WordLabels);
        }
        if (format == OutputFormat.Standoff)
            options.OffsetUnit = OffsetUnit.UnicodeCodePoint;
        return options;
    }

    /// <summary>Adds what the output is to a job's description.</summary>
    internal static void DescribeOutput(Dictionary<string, string> job, OutputOptions output, ExtractionOptions options)
    {
        DescribeAnswers(job, output.Format, options);
        job["--compression"] = $"{output.Compression}";
        job["--include-text"] = output.IncludeText ? "on" : "off";
        job["--checkpoint-every"] = $"{output.BlockDocuments} documents or {output.BlockCharacters} characters";
    }

    /// <summary>Adds what documents are asked to a job's description.</summary>
    internal static void DescribeAnswers(Dictionary<string, string> job, OutputFormat format, ExtractionOptions options)
    {
        job["program"] = typeof(BatchJob).Assembly.GetName().Version!.ToString(3);
        job["--format"] = $"{format}";
        job["--offsets"] = $"{options.OffsetUnit}";
        var types = options.Types_.Select(type => $"{type}").Concat(options.Labels).ToList();
        job["--types"] = types.Count == 0 ? "all" : string.Join(',', types);
        job["--min-confidence"] = options.MinConfidence.ToString(CultureInfo.InvariantCulture);
        if (options.Gazetteer?.Deny.Count > 0)
            job["--deny"] = string.Join(", ", options.Gazetteer.Deny);
        job["--gazetteer"] = options.Gazetteer?.Disabled == true ? "off" : "on";
    }

    /// <summary>Answers records as they come, in their order, many at once.</summary>
    private static async IAsyncEnumerable<AnsweredDocument> TagAsync(
        IAsyncEnumerable<BatchDocument> documents,
        ExtractionOptions options,
        ITagger tagger,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var answer in OrderedWork.RunAsync(documents, AnswerAsync, tagger.Concurrency, cancellationToken))
            yield return await answer;

        async Task<AnsweredDocument> AnswerAsync(BatchDocument document, CancellationToken token)
        {
            if (!document.IsDocument)
                return new AnsweredDocument(document, null, document.Problem);
            var (response, error, _) = await tagger.TagAsync(document.ToProto(), options, token);
            return new AnsweredDocument(document, response, error);
        }
    }
}
