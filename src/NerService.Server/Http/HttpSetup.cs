using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using NerService.Server.Hosting;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Http;

/// <summary>Everything that plain HTTP callers and browsers get: JSON for every unary method, gRPC-Web, the OpenAPI document and the page.</summary>
internal static class HttpSetup
{
    internal static void AddNerHttp(this IServiceCollection services)
    {
        services.AddGrpc().AddJsonTranscoding();
        services.Configure<GrpcJsonTranscodingOptions>(options => options.TypeRegistry = TypeRegistry.FromFiles(V1.NerReflection.Descriptor, Google.Rpc.ErrorDetailsReflection.Descriptor));
    }

    /// <summary>Before anything that looks at a call as gRPC: translates gRPC-Web, and turns errors of JSON calls into problem details.</summary>
    internal static void UseNerHttp(this IApplicationBuilder app)
    {
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.UseMiddleware<ProblemDetailsErrors>();
    }

    internal static void MapNerHttp(this IEndpointRouteBuilder app)
    {
        // Neither says more than the contract does, so neither asks for a key.
        app.MapGet("/", PlaygroundPage.WriteAsync).WithMetadata(new AnyPortAttribute());
        app.MapGet("/openapi.json", OpenApiDocument.WriteAsync).WithMetadata(new AnyPortAttribute());
    }
}
