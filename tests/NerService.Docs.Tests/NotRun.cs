namespace NerService.Docs.Tests;

/// <summary>What a build machine cannot run, and why. Nothing else is left out.</summary>
internal static class NotRun
{
    internal static readonly IReadOnlyDictionary<string, string> Reasons = new Dictionary<string, string>
    {
        ["whole-suite"] = "It runs these tests, among all others.",
        ["docker"] = "It needs a Docker daemon; .ci/check-images.sh builds what the images hold from the files that they copy.",
        ["published"] = "The package must be on a public feed first; .ci/check-release.sh installs it from the folder of the release.",
        ["other-exporter"] = "It fetches PyTorch and somebody's model; the check that follows it is run on a folder of the same form.",
        ["corpora"] = "It needs corpora that are not part of this repository, and hours; models/training/test.sh runs each step on small data.",
        ["quiet-machine"] = "It is a measurement: minutes on a machine that does nothing else, beside libraries from other registries.",
        ["no-commands"] = "It is a picture of files, not commands.",
    };
}
