using Grpc.Core;
using NerService.Client;
using NerService.Contracts.V1;

// NER_SERVER holds one address or several, separated by commas.
var options = new NerClientOptions { Timeout = TimeSpan.FromSeconds(10) };
foreach (var address in (Environment.GetEnvironmentVariable("NER_SERVER") ?? "http://localhost:5051").Split(','))
    options.Addresses.Add(new Uri(address));
using var client = NerClient.Connect(options);

string[] texts = args.Length > 0 ? args : ["وصل وزير الخارجية الروسي سيرغي لافروف إلى القاهرة أمس.", "زار الوفد غزة وباريس."];
try
{
    // One call a text. Offsets slice the string.
    foreach (var text in texts)
    foreach (var mention in (await client.ExtractEntitiesAsync(text)).Mentions)
        Console.WriteLine(
            string.Join(
                '\t',
                mention.Label,
                text[mention.Span.Start..mention.Span.End],
                text[mention.CoreSpan.Start..mention.CoreSpan.End],
                $"{mention.Confidence:0.00}",
                mention.Source
            )
        );

    // Many texts over one stream: answers come in order, and a bad text is answered with its own error.
    var number = 0;
    await foreach (
        var outcome in client.StreamExtractEntitiesAsync(texts.ToAsyncEnumerable(), new ExtractionOptions { Types_ = { EntityType.Person } })
    )
        Console.WriteLine(
            outcome.Result is { } result ? $"text {++number}: {result.Mentions.Count} people" : $"text {++number}: {outcome.Error.Message}"
        );
}
catch (RpcException e)
{
    Console.Error.WriteLine($"{e.StatusCode}: {e.Status.Detail}");
    return 1;
}
return 0;
