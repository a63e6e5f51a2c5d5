namespace TrygghetHub.Server;

/// <summary>A running hub.</summary>
public sealed class Hub : IAsyncDisposable
{
    /// <summary>The address at which partners reach it, with the port that was really taken.</summary>
    public Uri Url => throw new InvalidOperationException();

    /// <summary>Identity folder of the operator, made at the first start: <c>DIR/operator</c>.</summary>
    public string OperatorFolder => throw new InvalidOperationException();

    /// <summary>Starts a hub; the first start on a data directory makes authority, server certificate and operator.</summary>
    public static Task<Hub> StartAsync(HubOptions options, CancellationToken cancellation = default) =>
        throw new InvalidOperationException();

    /// <summary>
    /// Runs the weekly Quartz job now and waits for it: every frozen week that lacks a picture is compiled, and
    /// <paramref name="week"/> ("2026-W46") where given.
    /// </summary>
    public Task RunWeeklyPicturesAsync(string? week = null, CancellationToken cancellation = default) =>
        throw new InvalidOperationException();

    /// <summary>Waits until the hub is told to stop (SIGTERM, Ctrl+C).</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) => throw new InvalidOperationException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>What a hub needs to start.</summary>
public sealed record HubOptions
{
    /// <summary>Directory of the hub's data; made when absent, readable by its owner only.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Address to listen on; port 0 takes a free one.</summary>
    public Uri Url { get; init; } = new("https://127.0.0.1:5443");

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Development turns gRPC reflection on.</summary>
    public bool Development { get; init; }
}
