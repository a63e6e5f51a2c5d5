namespace TrygghetHub.Server;

/// <summary>What a hub found in the operator's identity folder when it started.</summary>
public enum OperatorFolderState
{
    /// <summary>The operator's identity, which the hub takes.</summary>
    InPlace,

    /// <summary>The operator's identity, whose certificate ends within 30 days: it is to be renewed.</summary>
    Expiring,

    /// <summary>An identity that the hub does not accept: ended, damaged, or without its key. It was left as it is.</summary>
    NotAccepted,

    /// <summary>Nothing: the identity was made earlier, and is kept elsewhere or lost.</summary>
    Absent,

    /// <summary>An identity of another hub's; it was left as it is.</summary>
    OfAnotherHub,

    /// <summary>Something that the hub may not read; it was left as it is.</summary>
    Unreadable,
}
