using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using NerService.Protocol.Errors;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

/// <summary>Reasons that a request brings about by what it holds. Others are told where they come up: overload, keys, reload, drain.</summary>
public sealed class ErrorReasonTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private RunningServer? _server;

    public static TheoryData<string, V1.ExtractEntitiesRequest> Requests =>
        new()
        {
            { "INVALID_FIELD", Samples.Text("نص", new V1.ExtractionOptions { MinConfidence = 2 }) },
            { "INVALID_FIELD", Samples.Text("نص", new V1.ExtractionOptions { Features = { (V1.Feature)99 } }) },
            { "DOCUMENT_MISSING", new V1.ExtractEntitiesRequest() },
            { "TEXT_TOO_LONG", Samples.Text(new string('ا', 101)) },
            { "TOO_MANY_TOKENS", Samples.Tokens(["و", "و", "و", "و"]) },
            { "TOKEN_TOO_LONG", Samples.Tokens([new string('ل', 11)]) },
            { "DOCUMENT_ID_TOO_LONG", Samples.Text("نص", id: "12345") },
            {
                "TOO_MANY_GAZETTEER_ENTRIES",
                Samples.Text("نص", new V1.ExtractionOptions { Gazetteer = new V1.GazetteerOptions { Deny = { "مصر", "غزة", "دمشق" } } })
            },
            { "LABEL_UNKNOWN", Samples.Text("نص", new V1.ExtractionOptions { Labels = { "PRODCT" } }) },
            { "LABEL_UNKNOWN", Samples.Text("نص", new V1.ExtractionOptions { MinConfidenceByLabel = { ["PRODCT"] = 0.5f } }) },
            { "MODEL_VERSION_MISMATCH", Samples.Text("نص", new V1.ExtractionOptions { ModelVersion = "other@1" }) },
            { "GAZETTEER_VERSION_MISMATCH", Samples.Text("نص", new V1.ExtractionOptions { GazetteerVersion = "00" }) },
        };

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.ServeAsync(
            "Limits:MaxTextLength=100",
            "Limits:MaxTokens=3",
            "Limits:MaxTokenLength=10",
            "Limits:MaxDocumentIdLength=4",
            "Limits:MaxGazetteerEntries=2",
            "Limits:MaxBatchDocuments=2"
        );

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_that_is_refused_says_why_in_a_word_that_stays(string reason, V1.ExtractEntitiesRequest request)
    {
        var call = await Assert.ThrowsAsync<RpcException>(async () => await _server!.Client.ExtractEntitiesAsync(request, cancellationToken: Cancel));
        AssertReason(reason, call.GetRpcStatus()!);
        // The same for a document of a stream and of a batch, which go on.
        using var stream = _server!.Client.StreamExtractEntities(cancellationToken: Cancel);
        await stream.RequestStream.WriteAsync(
            new V1.StreamExtractEntitiesRequest { Document = request.Document ?? new V1.Document(), Options = request.Options },
            Cancel
        );
        await stream.RequestStream.CompleteAsync();
        AssertReason(reason, Assert.Single(await stream.ResponseStream.OutcomesAsync(Cancel)).Error);
        var batch = await _server.Client.BatchExtractEntitiesAsync(
            new V1.BatchExtractEntitiesRequest { Documents = { request.Document ?? new V1.Document() }, Options = request.Options },
            cancellationToken: Cancel
        );
        AssertReason(reason, Assert.Single(batch.Outcomes).Error);
    }

    [Fact]
    public async Task A_batch_of_too_many_documents_is_refused_as_a_whole()
    {
        var request = new V1.BatchExtractEntitiesRequest
        {
            Documents =
            {
                new V1.Document { Text = "1" },
                new V1.Document { Text = "2" },
                new V1.Document { Text = "3" },
            },
        };
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server!.Client.BatchExtractEntitiesAsync(request, cancellationToken: Cancel)
        );
        AssertReason("TOO_MANY_DOCUMENTS", error.GetRpcStatus()!);
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_told_as_such()
    {
        var method = new Method<V1.GetServiceInfoRequest, V1.ServiceInfo>(
            MethodType.Unary,
            "ner.v1.NerService",
            "Extract",
            Marshallers.Create(_ => [], V1.GetServiceInfoRequest.Parser.ParseFrom),
            Marshallers.Create(_ => [], V1.ServiceInfo.Parser.ParseFrom)
        );
        var error = await Assert.ThrowsAsync<RpcException>(() =>
            _server!
                .Channel.CreateCallInvoker()
                .AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancel), new V1.GetServiceInfoRequest())
                .ResponseAsync
        );
        AssertReason("METHOD_UNKNOWN", error.GetRpcStatus()!);
    }

    [Fact]
    public async Task What_the_server_gets_wrong_itself_is_told_without_how()
    {
        await using var server = await RunningServer.StartAsync(services =>
            services.Configure<GrpcServiceOptions>(options => options.Interceptors.Add<Failing>())
        );
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.ExtractEntitiesAsync(Samples.Text("نص"), cancellationToken: Cancel)
        );
        AssertReason("SERVER_FAILED", error.GetRpcStatus()!);
        Assert.DoesNotContain("InvalidOperation", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("a state that cannot be", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("a state that cannot be", server.Logs, StringComparison.Ordinal);
    }

    private sealed class Failing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request,
            ServerCallContext context,
            UnaryServerMethod<TRequest, TResponse> continuation
        ) => throw new InvalidOperationException("a state that cannot be");
    }

    private static void AssertReason(string reason, Google.Rpc.Status status)
    {
        var info = status.GetDetail<ErrorInfo>()!;
        Assert.Equal((reason, "ner.v1"), (info.Reason, info.Domain));
        var rule = ErrorTable.RuleOf(status)!;
        Assert.Equal((int)rule.Code, status.Code);
        Assert.Equal(rule.Metadata.Order(), info.Metadata.Keys.Order());
        Assert.Null(status.GetDetail<RetryInfo>());
        Assert.DoesNotContain("Ner:", status.Message, StringComparison.Ordinal);
    }
}
