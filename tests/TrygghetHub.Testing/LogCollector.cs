using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TrygghetHub.Testing;

/// <summary>A log that keeps what it gets.</summary>
public sealed class LogCollector : ILoggerProvider
{
    /// <summary>Each line with its level and category.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>The same with everything that a log collector would get.</summary>
    public ConcurrentQueue<LoggedEvent> Events { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, LogCollector collector) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            collector.Events.Enqueue(new LoggedEvent(
                logLevel, category, eventId, text,
                state is IEnumerable<KeyValuePair<string, object?>> fields
                    ? fields.DistinctBy(f => f.Key).ToDictionary(f => f.Key, f => f.Value?.ToString() ?? "")
                    : [],
                exception));
            collector.Lines.Enqueue($"{logLevel} {category}: {text} {exception}");
        }
    }
}
