namespace TrygghetHub.Client;

/// <summary>Where a store says that a subscription goes on: after a cursor, or after the one that the hub keeps.</summary>
public sealed record FeedPosition
{
    private FeedPosition()
    {
    }

    /// <summary>Nothing is kept yet.</summary>
    public static FeedPosition None { get; } = new();

    /// <summary>The cursor; null where the hub keeps it, or nothing is kept.</summary>
    public ReadOnlyMemory<byte>? Cursor { get; private init; }

    /// <summary>The name under which the hub keeps it; null where it does not.</summary>
    public string? Name { get; private init; }

    /// <summary>Whether there is something to go on after. A name alone is not: nothing may be kept under it yet.</summary>
    public bool IsKept { get; private init; }

    /// <summary>After a cursor that one has kept oneself.</summary>
    public static FeedPosition After(ReadOnlyMemory<byte> cursor) => new() { Cursor = cursor, IsKept = true };

    /// <summary>After the cursor that the hub keeps under a name.</summary>
    /// <param name="name">As given to the hub.</param>
    /// <param name="isKept">Whether it keeps one yet.</param>
    public static FeedPosition AtHub(string name, bool isKept) => new() { Name = name, IsKept = isKept };
}
