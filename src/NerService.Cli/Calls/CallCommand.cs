using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using NerService.Batch.Documents;
using NerService.Cli.Input;
using NerService.Client;
using NerService.Contracts.V1;
using NerService.Protocol;

namespace NerService.Cli.Calls;

/// <summary><c>ner call</c>: one request from a JSON file, with everything that the server says about it.</summary>
internal static class CallCommand
{
    private const double MaxTimeoutSeconds = 86_400;

    internal static Command Create(CliStreams streams)
    {
        var file = FileArgument.OrStandardInput(
            "A file with an ExtractEntitiesRequest of the contract in proto3 JSON, such as {\"document\": {\"text\": \"...\"}}; - is standard "
                + "input."
        );
        var server = new ServerSetup("The server to ask.", fallback: "http://localhost:5051");
        var timeout = CliOption.Number<double>("--timeout", "SECONDS", "The call's deadline.", 30);
        var command = new Command(
            "call",
            "Sends one request to a server and prints the answer as JSON; status, details and timings go to standard error."
        )
        {
            file,
            timeout,
            server.All,
        };
        command.SetAction(RunAsync);
        return command;

        async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
        {
            var request = await ReadAsync(streams, parsed.GetValue(file)!, cancellationToken);
            var seconds = parsed.GetValue(timeout)!.Value;
            if (!(seconds > 0 && seconds <= MaxTimeoutSeconds))
                throw new CliException(ExitCode.Usage, $"--timeout is {seconds}; allowed are more than 0 and at most {MaxTimeoutSeconds} seconds.");
            // The request goes out as the file has it: nothing is added, and nothing is tried twice.
            using var client = server.Connect(
                parsed,
                server.Address(parsed)!,
                options => (options.MaxAttempts, options.Timeout, options.OffsetUnit) = (1, TimeSpan.FromSeconds(seconds), OffsetUnit.Unspecified)
            );
            return await SendAsync(streams, client, request, cancellationToken);
        }
    }

    private static async Task<int> SendAsync(
        CliStreams streams,
        NerClient client,
        ExtractEntitiesRequest request,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var answer = await client.ExtractEntitiesAsync(request, cancellationToken);
            var took = Stopwatch.GetElapsedTime(started);
            await streams.Out.WriteLineAsync(ProtoJson.Format(answer));
            var s = answer.Statistics;
            var (queue, preparation, inference) = (s.QueueTime.ToTimeSpan(), s.PreparationTime.ToTimeSpan(), s.InferenceTime.ToTimeSpan());
            var rest = took - queue - preparation - inference;
            await streams.Error.WriteLineAsync(
                $"OK in {Ms(took)} ms: queue {Ms(queue)}, preparation {Ms(preparation)}, inference {Ms(inference)}, connection and all else "
                    + $"{Ms(rest)}"
            );
            await streams.Error.WriteLineAsync(
                $"{answer.Mentions.Count} mentions, {s.Words} words, {s.Subwords} subwords, {s.Windows} windows; model {answer.ModelVersion}, "
                    + $"gazetteer {answer.GazetteerVersion}"
            );
            return ExitCode.Success;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            await streams.Error.WriteLineAsync(
                $"{e.StatusCode} in {Ms(Stopwatch.GetElapsedTime(started))} ms: {NerErrors.Describe(e)}{ServerSetup.Advice(e)}"
            );
            await WriteDetailsAsync(streams.Error, e);
            return ExitCode.ServerRefused;
        }
    }

    private static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static async Task<ExtractEntitiesRequest> ReadAsync(CliStreams streams, string file, CancellationToken cancellationToken)
    {
        var (_, json) = await TextFile.ReadAsync(file, DocumentExtent.File, streams.In, cancellationToken).SingleAsync(cancellationToken);
        try
        {
            return ProtoJson.Parse<ExtractEntitiesRequest>(json);
        }
        catch (Exception e) when (e is InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new CliException(ExitCode.BadInput, $"{InputFile.Of(file).Name} is not an ExtractEntitiesRequest: {e.Message}", e);
        }
    }

    private static async Task WriteDetailsAsync(TextWriter error, RpcException refusal)
    {
        if (refusal.Trailers.GetValueBytes("grpc-status-details-bin") is not { } bytes)
            return;
        foreach (var detail in Google.Rpc.Status.Parser.ParseFrom(bytes).Details)
        {
            if (detail.TryUnpack<BadRequest>(out var bad))
                foreach (var violation in bad.FieldViolations)
                    await error.WriteLineAsync($"  {(violation.Field.Length == 0 ? "request" : violation.Field)}: {violation.Description}");
            else if (detail.TryUnpack<RetryInfo>(out var retry))
                await error.WriteLineAsync($"  try again in {retry.RetryDelay.ToTimeSpan().TotalSeconds:0.###} s");
            else if (detail.TryUnpack<ErrorInfo>(out var info))
                await error.WriteLineAsync($"  {info.Reason} ({info.Domain})");
            else
                await error.WriteLineAsync($"  {detail.TypeUrl}");
        }
    }
}
