using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace NerService.FunctionalTests.Server;

/// <summary>A gRPC call whose bytes no generated client would send.</summary>
internal static class RawCall
{
    /// <summary>A message with its header.</summary>
    internal static byte[] Frame(byte[] message) =>
        [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];

    internal static async Task<RawAnswer> PostAsync(Uri server, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        return await PostAsync(server, content);
    }

    /// <summary>Sends a body on a connection of its own.</summary>
    internal static async Task<RawAnswer> PostAsync(
        Uri server,
        HttpContent body,
        string contentType = "application/grpc",
        string? encoding = null,
        string? timeout = null,
        string path = "/ner.v1.NerService/ExtractEntities"
    )
    {
        using var http = new HttpClient { Timeout = Wait.Limit };
        body.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (encoding is not null)
            request.Headers.Add("grpc-encoding", encoding);
        if (timeout is not null)
            request.Headers.Add("grpc-timeout", timeout);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        string Read(string name) =>
            response.TrailingHeaders.Concat(response.Headers).Where(h => h.Key == name).SelectMany(h => h.Value).FirstOrDefault("");
        var details = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(Read("grpc-status-details-bin")));
        return new RawAnswer(
            (StatusCode)int.Parse(Read("grpc-status"), CultureInfo.InvariantCulture),
            Uri.UnescapeDataString(Read("grpc-message")),
            details.GetDetail<Google.Rpc.ErrorInfo>()?.Reason ?? ""
        );
    }
}

/// <summary>How a call ended.</summary>
internal readonly record struct RawAnswer(StatusCode Status, string Message, string Reason)
{
    internal void Deconstruct(out StatusCode status, out string message) => (status, message) = (Status, Message);
}

/// <summary>A body of which the beginning is sent, and nothing more until a task ends.</summary>
internal sealed class HeldContent(byte[] beginning, Task until) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(beginning, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        await until.WaitAsync(Wait.Limit, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
