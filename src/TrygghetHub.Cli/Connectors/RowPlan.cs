using System.Security.Cryptography;
using Google.Protobuf;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors;

/// <summary>What is left to tell the hub about a row, from what it holds: connectors have no memory of their own.</summary>
/// <remarks>
/// A row is one version, the one that counts; its mark is a digest of what would be sent. The hub's last revision with the
/// same mark means that it is held. A report that somebody has withdrawn stays so until its row changes; one that the
/// connector took back itself, because no agreement names what it was corrected to, is tried again, and so is one that the hub
/// withdrew by a decision on its type. They differ by the mark of the withdrawal: a digest, the hub's own, or any other.
/// Pure and thread-safe.
/// </remarks>
internal static class RowPlan
{
    /// <summary>Length of a digest, in letters.</summary>
    public const int DigestLength = 32;

    /// <summary>Digest of a report without revision and mark. 128 bits are plenty for one report's versions.</summary>
    public static string Digest(TypedReport report)
    {
        var bare = report.Copy();
        bare.Report.Revision = 0;
        bare.Report.SourceVersion = "";
        // A message without maps has one encoding, fields in the order of their numbers.
        var hash = SHA256.HashData(bare.Incident?.ToByteArray() ?? bare.Observation!.ToByteArray());
        return LetterDigest.Of(hash.AsSpan(0, DigestLength / 2));
    }

    /// <summary>Decides; the revision is what the report becomes where it is to be sent, otherwise the last held.</summary>
    /// <param name="digest">Of the row.</param>
    /// <param name="held">What the hub holds under its id, oldest first.</param>
    public static (RowStep Step, int Revision) For(string digest, IReadOnlyList<HeldRevision> held)
    {
        if (held.Count == 0)
        {
            return (RowStep.New, 1);
        }

        var last = held[^1];
        if (!last.Withdrawn)
        {
            return last.SourceVersion == digest ? (RowStep.Held, last.Revision) : (RowStep.Correction, last.Revision + 1);
        }

        var takenBack = IsDigest(last.SourceVersion) || last.SourceVersion == EventTypeList.WithdrawalMark;
        return !takenBack && held.LastOrDefault(h => !h.Withdrawn)?.SourceVersion == digest
            ? (RowStep.LeftWithdrawn, last.Revision)
            : (RowStep.New, last.Revision + 1);
    }

    private static bool IsDigest(string mark) => mark.Length == DigestLength && LetterDigest.IsOne(mark);
}
