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

    [Fact]
    public void A_store_that_is_disposed_does_not_say_that_it_is_still_loading()
    {
        var store = new SnapshotStore();
        store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => store.Acquire());
        Assert.False(store.IsReady);
    }
}
