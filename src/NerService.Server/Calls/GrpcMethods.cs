using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace NerService.Server.Calls;

/// <summary>Which method of a gRPC service a request is for, whatever protocol it came by.</summary>
internal static class GrpcMethods
{
    /// <summary>The method; null for paths that are not a service's.</summary>
    internal static IMethod? GrpcMethod(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method;

    /// <summary>Whether it is one of the public contract, rather than of health, reflection or the admin port.</summary>
    internal static bool IsPublic(this IMethod method) => method.ServiceName == Contracts.V1.NerService.Descriptor.FullName;
}
