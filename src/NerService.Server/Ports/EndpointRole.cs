namespace NerService.Server.Ports;

/// <summary>Which of the two ports a connection came in by. The connection has it, so no header can claim it.</summary>
internal enum EndpointRole
{
    /// <summary>The port that callers reach.</summary>
    Public,

    /// <summary>The admin port.</summary>
    Admin,
}

/// <summary>Marks what only the admin port offers.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AdminOnlyAttribute : Attribute;

/// <summary>Marks what both ports offer.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AnyPortAttribute : Attribute;

/// <summary>Marks what needs no API key because it says no more than the contract does.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NoKeyAttribute : Attribute;

/// <summary>Lets each port offer only what is its own.</summary>
internal static class EndpointRoles
{
    internal static void UseEndpointRoles(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<AnyPortAttribute>() is not null)
                    return next(context);
                var wanted = endpoint.Metadata.GetMetadata<AdminOnlyAttribute>() is null ? EndpointRole.Public : EndpointRole.Admin;
                if (wanted != RoleOf(context))
                    context.SetEndpoint(null);
                return next(context);
            }
        );

    internal static EndpointRole RoleOf(HttpContext context) => context.Features.Get<PortEndPoint>()?.Role ?? EndpointRole.Public;
}
