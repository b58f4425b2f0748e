using NerService.Gazetteer.Loading;

namespace NerService.Extraction.Tests.Grouping;

internal static class NamePartsFile
{
    internal static async Task<NameParts> LoadAsync() =>
        (
            await NameParts.LoadAsync(
                Path.Combine(AppContext.BaseDirectory, "gazetteer", "name-parts.tsv"),
                cancellationToken: TestContext.Current.CancellationToken
            )
        ).Value;
}
