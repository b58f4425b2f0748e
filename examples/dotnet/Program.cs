using Grpc.Core;
using NerService.Client;
using NerService.Contracts.V1;

// NER_SERVER holds one address or several, parted by commas.
var options = new NerClientOptions { Timeout = TimeSpan.FromSeconds(10) };
foreach (var address in (Environment.GetEnvironmentVariable("NER_SERVER") ?? "http://localhost:5051").Split(',')) options.Addresses.Add(new Uri(address));
using var client = NerClient.Connect(options);

string[] texts = args.Length > 0 ? args : ["وصل وزير الخارجية الروسي سيرغي لافروف إلى القاهرة أمس.", "زار الوفد غزة وباريس."];
try
{
    // One call a text. Offsets slice the string.
    foreach (var text in texts)
        foreach (var entity in (await client.ExtractAsync(text)).Entities)
            Console.WriteLine($"{entity.Type}\t{text[entity.Span.Start..entity.Span.End]}\t{text[entity.CoreSpan.Start..entity.CoreSpan.End]}\t{entity.Confidence:0.00}\t{entity.Source}");

    // Many texts over one stream: answers come in order, and a bad text is answered with its own error.
    var number = 0;
    await foreach (var answer in client.ExtractManyAsync(texts.ToAsyncEnumerable(), new ExtractOptions { Types_ = { EntityType.Person } }))
        Console.WriteLine(answer.Result is { } result ? $"text {++number}: {result.Entities.Count} people" : $"text {++number}: {answer.Error.Message}");
}
catch (RpcException e)
{
    Console.Error.WriteLine($"{e.StatusCode}: {e.Status.Detail}");
    return 1;
}
return 0;
