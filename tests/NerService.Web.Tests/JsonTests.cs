using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using NerService.Mapping;
using NerService.Server.FunctionalTests;
using V1 = NerService.Contracts.V1;

namespace NerService.Web.Tests;

public sealed class JsonTests(SharedServer shared) : IDisposable
{
    private const string News = "التقى سامح شكري سيرغي لافروف في القاهرة.";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly HttpClient _http = new() { BaseAddress = shared.Server.Url };

    [Fact]
    public async Task A_document_is_answered_over_plain_http_as_over_grpc()
    {
        using var answer = await _http.PostAsJsonAsync("/v1/entities:extract", new { documentId = "خبر", text = News, options = new { offsetUnit = "UTF16_CODE_UNIT" } }, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var json = ProtoJson.Parse<V1.ExtractResponse>(await answer.Content.ReadAsStringAsync(Cancel));
        var request = new V1.ExtractRequest { DocumentId = "خبر", Text = News, Options = new V1.ExtractOptions { OffsetUnit = V1.OffsetUnit.Utf16CodeUnit } };
        var grpc = await shared.Server.Client.ExtractAsync(request, cancellationToken: Cancel);
        (json.Statistics, grpc.Statistics) = (null, null);
        Assert.Equal(grpc, json);
        Assert.NotEmpty(json.Entities);
        Assert.All(json.Entities, e => Assert.Equal(e.Text, News[e.Span.Start..e.Span.End]));
    }

    [Fact]
    public async Task What_is_being_served_is_answered_over_plain_http()
    {
        var info = ProtoJson.Parse<V1.ServiceInfo>(await _http.GetStringAsync("/v1/info", Cancel));
        Assert.Equal("arabic-news", info.Model.Name);
        Assert.Contains("B-PER", info.Model.Labels);
    }

    [Fact]
    public async Task A_bad_request_is_a_problem_that_names_each_field()
    {
        var problem = await ProblemAsync("""{"text": "نص", "options": {"minConfidence": 7}}""", HttpStatusCode.BadRequest);
        Assert.Equal("INVALID_ARGUMENT", (string?)problem["code"]);
        Assert.Equal("options.min_confidence", (string?)problem["violations"]![0]!["field"]);
        Assert.Contains("7", (string?)problem["violations"]![0]!["description"], StringComparison.Ordinal);
        Assert.Equal(400, (int)problem["status"]!);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"text\": 7}")]
    [InlineData("{\"text\": \"نص\", \"options\": {\"offsetUnit\": \"MILES\"}}")]
    public async Task Json_that_is_no_request_is_a_problem(string body) => Assert.Equal("INVALID_ARGUMENT", (string?)(await ProblemAsync(body, HttpStatusCode.BadRequest))["code"]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_is_too_large_is_a_problem_that_names_the_limit(bool lengthIsKnown)
    {
        await using var server = await RunningServer.ServeAsync("Limits:MaxMessageBytes=1024");
        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/entities:extract") { Content = Json($$"""{"text": "{{new string('م', 5000)}}"}""") };
        request.Headers.TransferEncodingChunked = !lengthIsKnown;
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Contains("1024 bytes, the limit that Ner:Limits:MaxMessageBytes sets", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_a_problem_too()
    {
        using var answer = await _http.GetAsync("/v1/nothing", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Grpc_web_gives_the_answer_that_grpc_gives()
    {
        using var channel = GrpcChannel.ForAddress(shared.Server.Url, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWebText, new HttpClientHandler()), HttpVersion = HttpVersion.Version11 });
        var request = new V1.ExtractRequest { Text = News };
        var web = await new V1.NerService.NerServiceClient(channel).ExtractAsync(request, cancellationToken: Cancel);
        var grpc = await shared.Server.Client.ExtractAsync(request, cancellationToken: Cancel);
        Assert.Equal(grpc.Entities, web.Entities);
    }

    [Fact]
    public async Task The_openapi_document_holds_every_json_method_message_and_field_with_its_comment()
    {
        var document = JsonNode.Parse(await _http.GetStringAsync("/openapi.json", Cancel))!;
        Assert.Equal("3.1.0", (string?)document["openapi"]);
        Assert.NotNull(document["paths"]!["/v1/entities:extract"]!["post"]);
        Assert.NotNull(document["paths"]!["/v1/info"]!["get"]);
        var schemas = document["components"]!["schemas"]!.AsObject();
        foreach (var message in V1.NerReflection.Descriptor.MessageTypes)
        {
            // Those are only for the stream, and the one that a GET has no body for.
            if (message.Name is "ExtractStreamResponse" or "GetServiceInfoRequest") continue;
            var properties = schemas[message.Name]!["properties"]!.AsObject();
            Assert.Equal(message.Fields.InDeclarationOrder().Select(f => f.JsonName), properties.Select(p => p.Key));
        }
        Assert.Equal("The arbiter's calibrated probability that span and type are right, in [0, 1].", (string?)schemas["Entity"]!["properties"]!["confidence"]!["description"]);
        Assert.Equal(["ENTITY_TYPE_UNSPECIFIED", "PERSON", "LOCATION", "ORGANIZATION"], schemas["Entity"]!["properties"]!["type"]!["enum"]!.AsArray().Select(v => (string?)v));
        foreach (var reference in References(document)) Assert.True(schemas.ContainsKey(reference["#/components/schemas/".Length..]), reference);
    }

    public void Dispose() => _http.Dispose();

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p.Key == "$ref" ? [(string)p.Value!] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private async Task<JsonNode> ProblemAsync(string body, HttpStatusCode status)
    {
        using var content = Json(body);
        using var answer = await _http.PostAsync("/v1/entities:extract", content, Cancel);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
    }
}
