using Google.Api;
using Google.Protobuf.Reflection;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Http;

/// <summary>The methods that are called by JSON, as the contract's annotations name them.</summary>
internal static class JsonMethods
{
    /// <summary>HTTP method in lowercase, and method of the service, by path.</summary>
    internal static IReadOnlyDictionary<string, (string Verb, MethodDescriptor Method)> ByPath { get; } =
        V1
            .NerReflection.Descriptor.Services.SelectMany(service => service.Methods)
            .Select(method => (Method: method, Rule: method.GetOptions()?.GetExtension(AnnotationsExtensions.Http)))
            .Where(entry => entry.Rule is not null)
            .ToDictionary(
                entry => entry.Rule!.PatternCase == HttpRule.PatternOneofCase.Post ? entry.Rule.Post : entry.Rule.Get,
                entry => (entry.Rule!.PatternCase == HttpRule.PatternOneofCase.Post ? "post" : "get", entry.Method),
                StringComparer.Ordinal
            );
}
