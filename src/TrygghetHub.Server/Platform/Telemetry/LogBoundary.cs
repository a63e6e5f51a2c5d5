using System.Collections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>
/// What every line passes on its way to the host's log, whoever writes it:
/// <code>
/// 1  capped     categories that write tokens or addresses of requests say nothing below a warning, whatever is configured
/// 2  faults     an exception that a caller can cause at will is told in one line, without its stack trace
/// 3  bounded    what a connection or a call causes is bounded for each origin: see LogBudget. Of partners warnings and errors
///               alone; changes that were made (SecurityEvents) are always written
/// 4  visible    message, fields and exception hold no control characters and no secrets: see LogText
/// </code>
/// So no log call can forget it. Thread-safe.
/// </summary>
internal sealed partial class LogBoundary : ILoggerFactory
{
    // Origins that are named when a minute ends; the rest is one line.
    private const int MostNamed = 20;

    // Tokens, headers, bodies, and paths and queries of requests (which may hold anything) are what they log in detail.
    private static readonly string[] Capped =
    [
        "OpenIddict", "Microsoft.IdentityModel", "Microsoft.AspNetCore.HttpLogging", "Microsoft.AspNetCore.Authentication",
        "System.Net.Http", "Microsoft.AspNetCore.Server.Kestrel.Core.Internal.LoggingConnectionMiddleware",
        "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.HttpOverrides",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
    ];

    // Those that read what comes from outside before the hub does.
    private static readonly string[] Framework = ["Microsoft.AspNetCore", "Grpc", "OpenIddict", "Microsoft.IdentityModel", "System.Net"];

    private readonly ILoggerFactory inner;
    private readonly ILogger security;
    private readonly LogBudget budget;

    public LogBoundary(ILoggerFactory inner, TimeProvider time)
    {
        this.inner = inner;
        security = inner.CreateLogger(SecurityEvents.Category);
        budget = new LogBudget(time, TellLeftOut);
    }

    /// <summary>Puts the boundary before the log that the host has set up. To be called after the host has.</summary>
    public static void Enclose(IServiceCollection services, TimeProvider time)
    {
        const string host = "host";
        var descriptor = services.Last(s => s.ServiceType == typeof(ILoggerFactory) && !s.IsKeyedService);
        services.Add(
            descriptor.ImplementationInstance is { } instance ? new ServiceDescriptor(typeof(ILoggerFactory), host, instance)
            : descriptor.ImplementationFactory is { } factory
                ? new ServiceDescriptor(typeof(ILoggerFactory), host, (s, _) => factory(s), ServiceLifetime.Singleton)
            : new ServiceDescriptor(typeof(ILoggerFactory), host, descriptor.ImplementationType!, ServiceLifetime.Singleton));
        services.RemoveAll<ILoggerFactory>();
        services.AddSingleton<ILoggerFactory>(s => new LogBoundary(s.GetRequiredKeyedService<ILoggerFactory>(host), time));
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public ILogger CreateLogger(string categoryName) => new BoundedLogger(
        inner.CreateLogger(categoryName), budget, IsOf(categoryName, Framework),
        categoryName == SecurityEvents.Category, IsOf(categoryName, Capped) ? LogLevel.Warning : LogLevel.Trace);

    /// <summary>Ends the minute at hand: who has used up an allowance has another.</summary>
    public void EndWindow() => budget.EndWindow();

    // The container disposes of the host's own.
    public void Dispose() => budget.Dispose();

    private static bool IsOf(string category, string[] families) => Array.Exists(
        families, f => category.StartsWith(f, StringComparison.Ordinal) && (category.Length == f.Length || category[f.Length] == '.'));

    private void TellLeftOut(IReadOnlyList<LeftOut> left)
    {
        foreach (var (origin, count) in left.Take(MostNamed))
        {
            LogLeftOut(security, count, LogText.Value(origin));
        }

        if (left.Count > MostNamed)
        {
            LogLeftOut(security, left.Skip(MostNamed).Sum(l => l.Count), $"{left.Count - MostNamed} other origins");
        }
    }

    [LoggerMessage((int)SecurityEvent.LinesLeftOut, LogLevel.Warning, "{Count} more lines about {Origin} in the last minute were left out", EventName = nameof(SecurityEvent.LinesLeftOut))]
    private static partial void LogLeftOut(ILogger logger, long count, string origin);

    private sealed class BoundedLogger(ILogger inner, LogBudget budget, bool isFramework, bool isSecurity, LogLevel least) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && inner.IsEnabled(logLevel);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(new BoundedState(state, null));

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var origin = CallOrigin.Current;
            var message = formatter(state, exception);
            if (exception is not null && isFramework && CallerFault.Is(exception))
            {
                // Each layer of the framework tells of it on its way out.
                if (origin?.IsTold(exception) == true)
                {
                    return;
                }

                message = $"{message} {exception.GetType().Name}: {exception.Message}";
                exception = null;
            }

            var bounded = new BoundedState(state, message);
            var fault = exception is null ? null : BoundedException.Of(exception);
            var isBounded = logLevel >= LogLevel.Warning
                ? origin is not null || isFramework
                : !isSecurity && (origin is null ? isFramework : origin.Principal is null);
            if (isBounded && !budget.TryTake(origin, logLevel, bounded.Message.Length + (fault?.ToString().Length ?? 0)))
            {
                return;
            }

            inner.Log(logLevel, eventId, bounded, fault, static (s, _) => s.Message);
        }
    }

    /// <summary>A line's message and fields, each as <see cref="LogText"/> has it; of a scope only when somebody reads it.</summary>
    private sealed class BoundedState(object? state, string? message) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly IReadOnlyList<KeyValuePair<string, object?>> fields = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];

        private string? bounded;

        public string Message => bounded ??= LogText.Message(message ?? state?.ToString() ?? "");

        public int Count => fields.Count;

        public KeyValuePair<string, object?> this[int index] =>
            new(fields[index].Key, Bounded(fields[index].Value));

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => Message;

        // Numbers and times stay what they are, for collectors that compare them.
        private static object? Bounded(object? value) => value switch
        {
            null => null,
            string text => LogText.Value(text),
            _ when value.GetType() is { IsPrimitive: true } or { IsEnum: true } => value is char c ? LogText.Value(c.ToString()) : value,
            DateTime or DateTimeOffset or TimeSpan or DateOnly or TimeOnly or Guid or decimal => value,
            IEnumerable<object?> many => LogText.Value(string.Join(", ", many.Take(100))),
            _ => LogText.Value(value.ToString() ?? ""),
        };
    }

    /// <summary>An exception whose text holds what a log must not.</summary>
    private sealed class BoundedException(Exception exception, string text)
        // Collectors take the type from the object: it is said in the message.
        : Exception(LogText.Message($"{exception.GetType().FullName}: {exception.Message}"))
    {
        public override string? StackTrace => exception.StackTrace;

        public static Exception Of(Exception exception)
        {
            var text = LogText.Fault(exception);
            return text == exception.ToString() ? exception : new BoundedException(exception, text);
        }

        public override string ToString() => text;
    }
}
