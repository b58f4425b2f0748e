using NerService.Extraction.Snapshots;

namespace NerService.Extraction.Tests.Snapshots;

public sealed class SnapshotStoreTests
{
    [Fact]
    public void Before_the_first_snapshot_there_is_nothing_to_lease()
    {
        using var store = new SnapshotStore();
        Assert.False(store.IsReady);
        var e = Assert.Throws<SnapshotUnavailableException>(() => store.Acquire());
        Assert.Contains("loading", e.Message, StringComparison.Ordinal);
    }
}
