using Microsoft.Extensions.Logging;

namespace TrygghetHub.Testing;

/// <summary>What a log collector gets of one line.</summary>
public sealed record LoggedEvent(
    LogLevel Level, string Category, EventId Id, string Text, IReadOnlyDictionary<string, string> Fields, Exception? Exception);
