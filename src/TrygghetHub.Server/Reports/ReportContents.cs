using Google.Protobuf;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Contents of reports as the journal keeps them: sealed under the key of their sender and the day, so that no file of the
/// hub holds a text in clear and destroying the key disposes of every copy. Thread-safe.
/// </summary>
internal sealed class ReportContents(ContentKeys keys)
{
    /// <param name="sender">Whose.</param>
    /// <param name="now">The hub's clock: the key is that of its Swedish day, the day of receipt or the one before it.</param>
    /// <param name="content">What to keep.</param>
    public byte[] Seal(PartnerId sender, DateTimeOffset now, ReportContent content) =>
        keys.Seal(sender.Value, DateOnly.FromDateTime(SwedishTime.ToLocal(now).Date), content.ToByteArray());

    /// <summary>Whether a content can be opened: it is neither emptied nor is its key gone.</summary>
    /// <param name="sender">Whose.</param>
    /// <param name="content">As the journal has it, or null.</param>
    public bool IsThere(PartnerId sender, byte[]? content) => content is not null && keys.CanOpen(sender.Value, content);

    /// <summary>The content of a report that may be seen; null when it is disposed of.</summary>
    /// <param name="stored">Its columns.</param>
    /// <param name="content">As the journal has it.</param>
    /// <param name="projection">What may be seen: nothing is opened without one.</param>
    public ReportContent? Open(StoredReport stored, ReadOnlySpan<byte> content, Projection projection) =>
        projection is not null && keys.Open(stored.Envelope.Sender.Value, content) is { } opened
            ? ReportContent.Parser.ParseFrom(opened)
            : null;
}
