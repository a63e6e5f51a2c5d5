using Microsoft.Extensions.Logging;

namespace TrygghetHub.Server;

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

    /// <summary>Where the log goes; by default nowhere.</summary>
    public Action<ILoggingBuilder> Logging { get; init; } = _ => { };
}
