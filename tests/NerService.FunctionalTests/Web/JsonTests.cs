using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using NerService.Protocol;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Web;

public sealed class JsonTests(SharedServer shared) : IDisposable
{
    private const string News = "التقى سامح شكري سيرغي لافروف في القاهرة.";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly HttpClient _http = new() { BaseAddress = shared.Server.Url };

    [Fact]
    public async Task A_document_is_answered_over_plain_http_as_over_grpc()
    {
        using var answer = await _http.PostAsJsonAsync(
            "/v1/entities:extract",
            new { document = new { id = "خبر", text = News }, options = new { offsetUnit = "OFFSET_UNIT_UTF16_CODE_UNIT" } },
            Cancel
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var json = ProtoJson.Parse<V1.ExtractEntitiesResponse>(await answer.Content.ReadAsStringAsync(Cancel));
        var request = new V1.ExtractEntitiesRequest
        {
            Document = new V1.Document { Id = "خبر", Text = News },
            Options = new V1.ExtractionOptions { OffsetUnit = V1.OffsetUnit.Utf16CodeUnit },
        };
        var grpc = await shared.Server.Client.ExtractEntitiesAsync(request, cancellationToken: Cancel);
        (json.Statistics, grpc.Statistics) = (null, null);
        Assert.Equal(grpc, json);
        Assert.NotEmpty(json.Mentions);
        Assert.All(json.Mentions, e => Assert.Equal(e.Text, News[e.Span.Start..e.Span.End]));
    }

    [Fact]
    public async Task What_is_being_served_is_answered_over_plain_http()
    {
        var info = ProtoJson.Parse<V1.ServiceInfo>(await _http.GetStringAsync("/v1/info", Cancel));
        Assert.Equal("arabic-news", info.Model.Name);
        Assert.Contains("B-PER", info.Model.WordLabels);
    }

    [Fact]
    public async Task A_bad_request_is_a_problem_that_names_each_field()
    {
        var problem = await ProblemAsync("""{"document": {"text": "نص"}, "options": {"minConfidence": 7}}""", HttpStatusCode.BadRequest);
        Assert.Equal("INVALID_ARGUMENT", (string?)problem["code"]);
        Assert.Equal("options.minConfidence", (string?)problem["violations"]![0]!["field"]);
        Assert.Equal("options.minConfidence", (string?)problem["metadata"]!["field"]);
        Assert.StartsWith("options.minConfidence: ", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Contains("7", (string?)problem["violations"]![0]!["description"], StringComparison.Ordinal);
        Assert.Equal(400, (int)problem["status"]!);
    }

    [Fact]
    public async Task A_bad_document_of_a_json_batch_is_told_of_fields_by_their_json_names()
    {
        using var content = Json("""{"documents": [{"id": "1"}], "options": {"minConfidence": 7}}""");
        using var answer = await _http.PostAsync("/v1/entities:batchExtract", content, Cancel);
        var outcomes = ProtoJson.Parse<V1.BatchExtractEntitiesResponse>(await answer.Content.ReadAsStringAsync(Cancel)).Outcomes;
        var violations = Assert.Single(outcomes).Error.GetDetail<BadRequest>()!.FieldViolations;
        Assert.Equal(["document", "options.minConfidence"], violations.Select(violation => violation.Field));
        Assert.Contains("tokenizedText", violations[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_that_the_model_lacks_is_told_with_the_field_that_asks_for_it()
    {
        var labels = await ProblemAsync("""{"document": {"text": "نص"}, "options": {"labels": ["PRODCT"]}}""", HttpStatusCode.BadRequest);
        var least = await ProblemAsync(
            """{"document": {"text": "نص"}, "options": {"minConfidenceByLabel": {"PRODCT": 0.5}}}""",
            HttpStatusCode.BadRequest
        );
        Assert.Equal(("LABEL_UNKNOWN", "LABEL_UNKNOWN"), ((string?)labels["reason"], (string?)least["reason"]));
        Assert.Equal("options.labels", (string?)labels["violations"]![0]!["field"]);
        Assert.Equal("options.minConfidenceByLabel[\"PRODCT\"]", (string?)least["violations"]![0]!["field"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"document\": {\"text\": 7}}")]
    [InlineData("{\"document\": {\"text\": \"نص\"}, \"options\": {\"offsetUnit\": \"MILES\"}}")]
    public async Task Json_that_is_not_a_request_is_a_problem(string body) =>
        Assert.Equal("INVALID_ARGUMENT", (string?)(await ProblemAsync(body, HttpStatusCode.BadRequest))["code"]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_is_too_large_is_a_problem_that_names_the_limit(bool lengthIsKnown)
    {
        await using var server = await RunningServer.ServeAsync("Limits:MaxMessageBytes=1024");
        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/entities:extract")
        {
            Content = Json($$$"""{"document": {"text": "{{{new string('م', 5000)}}}"}}"""),
        };
        request.Headers.TransferEncodingChunked = !lengthIsKnown;
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Contains("1024 bytes, the limit", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_a_key_is_a_problem_that_says_so_and_the_page_needs_none()
    {
        await using var server = await KeyedServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Server.Url };
        using var answer = await http.PostAsJsonAsync("/v1/entities:extract", new { document = new { text = News } }, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal("UNAUTHENTICATED", (string?)problem["code"]);
        Assert.Equal("API_KEY_MISSING", (string?)problem["reason"]);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/", Cancel)).StatusCode);
        http.DefaultRequestHeaders.Add("x-api-key", KeyedServer.Key);
        using var known = await http.PostAsJsonAsync("/v1/entities:extract", new { document = new { text = News } }, Cancel);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    [Fact]
    public async Task A_server_that_is_full_says_when_to_come_again()
    {
        await using var server = await RunningServer.ServeAsync([.. RunningServer.Shipped, "Admission:MaxQueuedPaddedSubwords=1"]);
        using var busy = server.Client.ExtractEntitiesAsync(
            new V1.ExtractEntitiesRequest { Document = new V1.Document { Text = string.Join(' ', Enumerable.Repeat(News, 5_000)) } },
            cancellationToken: Cancel
        );
        await Pending.UntilSomeAsync(server);
        using var http = new HttpClient { BaseAddress = server.Url };
        using var answer = await http.PostAsJsonAsync("/v1/entities:extract", new { document = new { text = News } }, Cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter!.Delta);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal("RESOURCE_EXHAUSTED", (string?)problem["code"]);
        Assert.True((double)problem["retryAfterSeconds"]! > 0);
    }

    [Fact]
    public async Task Every_json_call_is_counted_once_however_it_ends()
    {
        await using var server = await RunningServer.ServeAsync("Limits:MaxMessageBytes=1024");
        using var counters = new Counters(server);
        using var http = new HttpClient { BaseAddress = server.Url };
        string[] bodies =
        [
            """{"document": {"text": "القاهرة"}}""",
            "{",
            """{"document": {"text": "نص"}, "options": {"minConfidence": 7}}""",
            $$$"""{"document": {"text": "{{{new string('م', 5000)}}}"}}""",
        ];
        foreach (var body in bodies)
        {
            using var content = Json(body);
            using var answer = await http.PostAsync("/v1/entities:extract", content, Cancel);
        }
        await counters.UntilNothingIsUnderWayAsync(bodies.Length);
        Assert.Equal((4, 1, 3), (counters.Received, counters.Completed("answered"), counters.Completed("refused")));
    }

    [Fact]
    public async Task Only_pages_of_the_origins_that_were_named_may_call()
    {
        await using var server = await RunningServer.ServeAsync("Http:CorsOrigins:0=https://app.example");
        using var http = new HttpClient { BaseAddress = server.Url };
        foreach (var (origin, allowed) in new[] { ("https://app.example", true), ("https://other.example", false) })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/entities:extract")
            {
                Headers =
                {
                    { "origin", origin },
                    { "access-control-request-method", "POST" },
                    { "access-control-request-headers", "content-type" },
                },
            };
            using var answer = await http.SendAsync(preflight, Cancel);
            Assert.Equal(allowed, answer.Headers.Contains("access-control-allow-origin"));
        }
    }

    [Fact]
    public async Task The_page_can_be_switched_off()
    {
        await using var server = await RunningServer.ServeAsync("Http:Page=false");
        using var http = new HttpClient { BaseAddress = server.Url };
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/openapi.json", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_a_problem_too()
    {
        using var answer = await _http.GetAsync("/v1/nothing", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_path_that_takes_another_http_method_says_which()
    {
        using var answer = await _http.GetAsync("/v1/entities:extract", Cancel);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (answer.StatusCode, Assert.Single(answer.Content.Headers.Allow)));
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal(("METHOD_NOT_ALLOWED", "POST"), ((string?)problem["reason"], (string?)problem["metadata"]!["allowed"]));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=windows-1256")]
    [InlineData("application/grpc")] // gRPC has other paths: here its errors would have another form, and unknown fields no error at all
    [InlineData("application/grpc+json")]
    public async Task A_body_of_a_type_or_character_set_that_is_not_read_is_refused_by_its_name(string contentType)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray())
        {
            Headers = { ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType) },
        };
        using var answer = await _http.PostAsync("/v1/entities:extract", content, Cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal(("UNSUPPORTED_MEDIA_TYPE", contentType), ((string?)problem["reason"], (string?)problem["metadata"]!["found"]));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_body_that_is_compressed_is_refused_by_the_name_of_its_coding(string coding)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray())
        {
            Headers = { ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"), ContentEncoding = { coding } },
        };
        using var answer = await _http.PostAsync("/v1/entities:extract", content, Cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("identity", answer.Headers.NonValidated["Accept-Encoding"].ToString());
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal(("UNSUPPORTED_MEDIA_TYPE", coding), ((string?)problem["reason"], (string?)problem["metadata"]!["found"]));
    }

    [Fact]
    public async Task Grpc_web_gives_the_answer_that_grpc_gives()
    {
        using var channel = GrpcChannel.ForAddress(
            shared.Server.Url,
            new GrpcChannelOptions
            {
                HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWebText, new HttpClientHandler()),
                HttpVersion = HttpVersion.Version11,
            }
        );
        var request = new V1.ExtractEntitiesRequest { Document = new V1.Document { Text = News } };
        var web = await new V1.NerService.NerServiceClient(channel).ExtractEntitiesAsync(request, cancellationToken: Cancel);
        var grpc = await shared.Server.Client.ExtractEntitiesAsync(request, cancellationToken: Cancel);
        Assert.Equal(grpc.Mentions, web.Mentions);
    }

    [Fact]
    public async Task Grpc_web_gives_the_errors_that_grpc_gives()
    {
        await using var server = await KeyedServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(
            server.Server.Url,
            new GrpcChannelOptions
            {
                HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new HttpClientHandler()),
                HttpVersion = HttpVersion.Version11,
            }
        );
        var client = new V1.NerService.NerServiceClient(channel);
        var keyless = await Assert.ThrowsAsync<RpcException>(() =>
            client
                .ExtractEntitiesAsync(new V1.ExtractEntitiesRequest { Document = new V1.Document { Text = News } }, cancellationToken: Cancel)
                .ResponseAsync
        );
        Assert.Equal("API_KEY_MISSING", keyless.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        var bad = new V1.ExtractEntitiesRequest
        {
            Document = new V1.Document { Text = News },
            Options = new V1.ExtractionOptions { MinConfidence = 7 },
        };
        var refused = await Assert.ThrowsAsync<RpcException>(() =>
            client.ExtractEntitiesAsync(bad, new Metadata { { "x-api-key", KeyedServer.Key } }, cancellationToken: Cancel).ResponseAsync
        );
        Assert.Equal("options.min_confidence", refused.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[0].Field);
    }

    [Fact]
    public async Task The_openapi_document_holds_every_json_method_message_and_field_with_its_comment()
    {
        var document = JsonNode.Parse(await _http.GetStringAsync("/openapi.json", Cancel))!;
        Assert.Equal("3.1.0", (string?)document["openapi"]);
        Assert.NotNull(document["paths"]!["/v1/entities:extract"]!["post"]);
        Assert.NotNull(document["paths"]!["/v1/entities:batchExtract"]!["post"]);
        Assert.NotNull(document["paths"]!["/v1/info"]!["get"]);
        var schemas = document["components"]!["schemas"]!.AsObject();
        foreach (var message in V1.NerReflection.Descriptor.MessageTypes)
        {
            // Those of the stream, and the one that a GET has no body for.
            if (message.Name is "StreamExtractEntitiesRequest" or "StreamExtractEntitiesResponse" or "GetServiceInfoRequest")
                continue;
            var properties = schemas[message.Name]!["properties"]!.AsObject();
            Assert.Equal(message.Fields.InDeclarationOrder().Select(f => f.JsonName), properties.Select(p => p.Key));
        }
        Assert.StartsWith(
            "The probability that span and type are right, in [0, 1]",
            (string?)schemas["Mention"]!["properties"]!["confidence"]!["description"],
            StringComparison.Ordinal
        );
        Assert.Equal(
            ["ENTITY_TYPE_UNSPECIFIED", "ENTITY_TYPE_PERSON", "ENTITY_TYPE_LOCATION", "ENTITY_TYPE_ORGANIZATION", "ENTITY_TYPE_OTHER"],
            schemas["Entity"]!["properties"]!["type"]!["enum"]!.AsArray().Select(v => (string?)v)
        );
        foreach (var reference in References(document))
            Assert.True(schemas.ContainsKey(reference["#/components/schemas/".Length..]), reference);
    }

    public void Dispose() => _http.Dispose();

    private static IEnumerable<string> References(JsonNode? node) =>
        node switch
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
