using Grpc.HealthCheck;
using Microsoft.Extensions.Logging.Abstractions;
using NerService.Server.Lifecycle;
using NerService.Server.Options;

namespace NerService.Server.Tests.Lifecycle;

public sealed class DrainServiceTests
{
    [Fact]
    public async Task Load_balancers_get_their_delay_then_streams_two_thirds_and_documents_five_sixths_of_the_drain()
    {
        var (clock, moment) = (new CountingClock(), TimeSpan.FromTicks(1));
        using var state = new ServingState(new HealthServiceImpl());
        var options = new ShutdownOptions { DelaySeconds = 5, DrainSeconds = 12 };
        var drain = new DrainService(state, Microsoft.Extensions.Options.Options.Create(options), clock, NullLogger<DrainService>.Instance);

        var stopping = drain.StoppingAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ServingPhase.Draining, state.Phase);
        clock.Advance(TimeSpan.FromSeconds(5) - moment);
        Assert.False(stopping.IsCompleted);
        clock.Advance(moment);
        await stopping.WithinLimitAsync();

        clock.Advance(TimeSpan.FromSeconds(8) - moment);
        Assert.False(state.EndStreams.IsCancellationRequested);
        clock.Advance(moment);
        Assert.True(state.EndStreams.IsCancellationRequested);

        clock.Advance(TimeSpan.FromSeconds(2) - moment);
        Assert.False(state.EndDocuments.IsCancellationRequested);
        clock.Advance(moment);
        Assert.True(state.EndDocuments.IsCancellationRequested);
        await drain.StoppedAsync(TestContext.Current.CancellationToken);
    }
}
