namespace TrygghetHub.Server.Retention;

/// <summary>An entry whose content is going in the transaction at hand. Immutable.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="ReceivedAt">Its journal time.</param>
/// <param name="Leaf">Its evidence leaf, which stays.</param>
internal sealed record DisposedEntry(long Seq, DateTimeOffset ReceivedAt, byte[] Leaf);
