using System.Collections.Concurrent;
using Google.Protobuf;

namespace NerService.Server.Telemetry;

/// <summary>
/// Keeps callers from filling the log. Of one kind of line (category, event and wording) so many a minute are written, and then how many more there
/// were; and what a caller did wrong is one line of a warning, without the stack that says only where the server noticed. Debug and trace lines,
/// which an operator asks for, pass.
/// </summary>
internal sealed class RateLimitedLoggerFactory(ILoggerFactory inner, TimeProvider time) : ILoggerFactory
{
    /// <summary>Lines of one kind in each <see cref="Window"/>.</summary>
    internal const int LinesPerWindow = 20;

    /// <summary>How long a count lasts.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public ILogger CreateLogger(string categoryName) => new RateLimitedLogger(inner.CreateLogger(categoryName), time);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    /// <summary>Whether an exception tells of a message that a caller sent broken or not whole, or that it left.</summary>
    internal static bool IsCallersFault(Exception error) =>
        error
            is InvalidProtocolBufferException
                or InvalidJsonException
                or Grpc.Core.RpcException
                or BadHttpRequestException
                or IOException
                or InvalidDataException
                or System.Text.Json.JsonException;

    private sealed class RateLimitedLogger(ILogger inner, TimeProvider time) : ILogger
    {
        private readonly ConcurrentDictionary<(LogLevel Level, int Event, string Wording), Kind> _kinds = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel < LogLevel.Information)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
                return;
            }
            if (!IsEnabled(logLevel))
                return;
            var kind = _kinds.GetOrAdd((logLevel, eventId.Id, WordingOf(state)), static (_, time) => new Kind(time), time);
            if (!kind.MayPass(out var left))
                return;
            if (left > 0)
                inner.Log(logLevel, "{Count} more lines were left out in the last minutes, of the kind that follows", left);
            // The type says enough: a message could quote what the caller sent.
            if (logLevel == LogLevel.Error && exception is not null && IsCallersFault(exception))
                inner.Log(LogLevel.Warning, eventId, state, null, (s, _) => $"{formatter(s, null)} ({exception.GetType().Name})");
            else
                inner.Log(logLevel, eventId, state, exception, formatter);
        }

        /// <summary>The template of the line, which does not vary with its values.</summary>
        private static string WordingOf<TState>(TState state) =>
            state is IReadOnlyList<KeyValuePair<string, object?>> { Count: > 0 } values
            && values[^1] is { Key: "{OriginalFormat}", Value: string wording }
                ? wording
                : "";
    }

    private sealed class Kind(TimeProvider time)
    {
        private readonly Lock _gate = new();
        private long _since = time.GetTimestamp();
        private int _lines;

        /// <summary>Whether a line may be written, and how many were not since the last.</summary>
        internal bool MayPass(out int left)
        {
            lock (_gate)
            {
                left = 0;
                if (time.GetElapsedTime(_since) >= Window)
                {
                    left = Math.Max(0, _lines - LinesPerWindow);
                    (_since, _lines) = (time.GetTimestamp(), 0);
                }
                return ++_lines <= LinesPerWindow;
            }
        }
    }
}
