using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NerService.Server.Telemetry;

namespace NerService.Server.Tests.Telemetry;

public sealed class RateLimitedLoggingTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _lines = new();
    private readonly RateLimitedLoggerFactory _factory;

    public RateLimitedLoggingTests()
    {
        _factory = new RateLimitedLoggerFactory(LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace)), _time);
        _factory.AddProvider(_lines);
    }

    public void Dispose() => _factory.Dispose();

    [Fact]
    public void Of_one_kind_of_line_only_so_many_are_written_a_minute_and_then_how_many_more_there_were()
    {
        var logger = _factory.CreateLogger("a");
        for (var i = 0; i < 1_000; i++)
            logger.LogWarning("Document {Number} is bad", i);
        logger.LogWarning("Something else");
        Assert.Equal(RateLimitedLoggerFactory.LinesPerWindow + 1, _lines.All.Count);
        _time.Advance(RateLimitedLoggerFactory.Window);
        logger.LogWarning("Document {Number} is bad", 1_000);
        Assert.StartsWith("Warning 980 more lines", _lines.All[^2].Text, StringComparison.Ordinal);
        Assert.Equal("Warning Document 1000 is bad", _lines.All[^1].Text);
    }

    [Fact]
    public void What_an_operator_asks_for_to_find_a_fault_is_written_whole()
    {
        var logger = _factory.CreateLogger("a");
        for (var i = 0; i < 1_000; i++)
            logger.LogDebug("Step {Number}", i);
        Assert.Equal(1_000, _lines.All.Count);
    }

    [Fact]
    public void What_a_caller_did_wrong_is_one_line_of_a_warning_and_a_fault_of_the_servers_own_keeps_its_stack()
    {
        var logger = _factory.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");
        var broken = Assert.ThrowsAny<InvalidProtocolBufferException>(() => Google.Rpc.Status.Parser.ParseFrom([0xFF, 0xFF]));
        logger.LogError(broken, "Error reading message.");
        logger.LogError(new InvalidOperationException("ours"), "Error when executing service method '{Method}'.", "Extract");
        Assert.Equal(("Warning Error reading message. (InvalidProtocolBufferException)", null), _lines.All[0]);
        Assert.IsType<InvalidOperationException>(_lines.All[1].Error);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        internal List<(string Text, Exception? Error)> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(($"{logLevel} {formatter(state, exception)}", exception));

        public void Dispose() { }
    }
}
