using NerService.Contracts.V1;

namespace NerService.Protocol;

/// <summary>What an answer is to hold.</summary>
public static class Features
{
    /// <summary>Whether the options ask for a feature: none listed means <see cref="Feature.Entities"/>, and mentions are in every answer.</summary>
    public static bool Wants(this ExtractionOptions? options, Feature feature) =>
        feature == Feature.Mentions || (options is { Features.Count: > 0 } ? options.Features.Contains(feature) : feature == Feature.Entities);
}
