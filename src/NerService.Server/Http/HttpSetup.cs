using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Extensions.Options;
using NerService.Protocol;
using NerService.Server.Errors;
using NerService.Server.Options;
using NerService.Server.Ports;

namespace NerService.Server.Http;

/// <summary>Everything that plain HTTP callers and browsers get: JSON for every unary method, gRPC-Web, the OpenAPI document and the page.</summary>
internal static class HttpSetup
{
    internal static void AddNerHttp(this IServiceCollection services)
    {
        services.AddGrpc().AddJsonTranscoding();
        services.Configure<GrpcJsonTranscodingOptions>(options => options.TypeRegistry = ProtoJson.Types);
        services.AddCors();
        services
            .AddOptions<CorsOptions>()
            .Configure<IOptions<HttpOptions>>(
                (cors, http) =>
                    cors.AddDefaultPolicy(policy =>
                        policy
                            .WithOrigins(http.Value.CorsOrigins)
                            .AllowAnyHeader()
                            .WithMethods("GET", "POST")
                            .WithExposedHeaders(WireStatus.StatusHeader, WireStatus.MessageHeader, WireStatus.DetailsHeader, "retry-after")
                    )
            );
    }

    /// <summary>Before anything that looks at a call as gRPC: translates gRPC-Web, and turns errors of JSON calls into problem details.</summary>
    internal static void UseNerHttp(this IApplicationBuilder app)
    {
        app.UseWhen(context => EndpointRoles.RoleOf(context) == EndpointRole.Public, callers => callers.UseCors());
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.UseMiddleware<ProblemDetailsErrors>();
    }

    internal static void MapNerHttp(this WebApplication app)
    {
        app.MapGet("/openapi.json", OpenApiDocument.WriteAsync).WithMetadata(new NoKeyAttribute());
        if (app.Services.GetRequiredService<IOptions<HttpOptions>>().Value.Page)
            app.MapGet("/", PlaygroundPage.WriteAsync).WithMetadata(new NoKeyAttribute());
    }
}
