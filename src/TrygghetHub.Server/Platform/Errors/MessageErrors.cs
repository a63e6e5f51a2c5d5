using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Messages;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>Why a message is not read.</summary>
internal static class MessageErrors
{
    private const string Kept = "All that was answered before is kept.";

    public static readonly Refusal Unreadable = new(
        ErrorReason.MessageUnreadable, "", "A message could not be read as the type that this RPC takes.",
        "Check that both sides use the same protos. " + Kept);

    public static readonly Refusal TooDeep = new(
        ErrorReason.MessageUnreadable, "", $"The parts of a message may nest {MessageScan.Deepest} deep at most.",
        "Check that both sides use the same protos. " + Kept);

    public static readonly Refusal Compressed = new(
        ErrorReason.CompressionUnsupported, "", "The open endpoint takes no compressed messages.",
        "Send the message without grpc-encoding.");

    public static Refusal TooLarge(int mostKib) => new(
        ErrorReason.MessageTooLarge, "", $"A message to this RPC may have {mostKib} KiB at most, after decompression.",
        "Send less in one message. " + Kept);

    public static Refusal TooManyParts(int mostKib) => new(
        ErrorReason.MessageTooLarge, "", $"A message to this RPC may take {mostKib} KiB of memory at most; this one has too many parts.",
        "Send less in one message. " + Kept);
}
