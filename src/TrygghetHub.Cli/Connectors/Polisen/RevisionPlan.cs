using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>One version of an event, as a file has it.</summary>
/// <param name="Digest"><see cref="PoliceEvent.Version"/>.</param>
/// <param name="Taken">False when its type is never taken.</param>
internal readonly record struct FileVersion(string Digest, bool Taken);

/// <summary>One thing left to tell the hub about an event.</summary>
/// <param name="Version">Which of the file's versions it is of.</param>
/// <param name="Revision">The revision that it becomes.</param>
/// <param name="Withdraws">The event is withdrawn; otherwise the version is sent.</param>
/// <param name="SourceVersion">The mark that the hub keeps of it.</param>
internal readonly record struct RevisionStep(int Version, int Revision, bool Withdraws, string SourceVersion)
{
    /// <summary>
    /// What stands in the hub is surely older, so that it must not go on standing when this one is refused. Not so
    /// where the hub has refused something before that may have been this very version.
    /// </summary>
    public bool Replaces { get; init; }
}

/// <summary>What is left to tell the hub about one event.</summary>
/// <remarks>
/// The connector has no memory of its own: what it has sent before it asks the hub. A file may hold the whole
/// history of an event, its beginning, its end or a piece from the middle, and each must change nothing when the
/// hub has it already:
/// <list type="number">
/// <item>the file's versions stand in a row in what the hub holds: nothing is left;</item>
/// <item>the end of what the hub holds is the beginning of the file's: the file goes on from there;</item>
/// <item>otherwise all the file's versions are news, in their order.</item>
/// </list>
/// After a file has been run once the hub holds its versions in a row, so that no part of it ever changes
/// anything again, and the last of them is what counts.
/// <para>
/// A version of a type that is never taken is a withdrawal. Before anything was sent there is nothing to
/// withdraw; the first version sent then carries short marks of those that it followed, or a file
/// that ends with one of them, run again, would withdraw what came after. A gap in the hub's revision numbers
/// is a version that the hub refused: it stands for any, provided that its neighbour fits. When the hub refuses a
/// correction because no agreement names it, what stood is no longer true, and the connector withdraws it under
/// the mark of the refused version, which is tried again at every run while it is the last. What the hub has withdrawn
/// itself, because a coordinator decided that the type is never taken, is sent again when the file's last version is of a
/// type that is taken: the decision has been taken back.
/// </para>
/// Pure and thread-safe.
/// </remarks>
internal static class RevisionPlan
{
    /// <summary>Length of a version's digest, in letters.</summary>
    public const int DigestLength = 32;

    // A mark is the beginning of a digest. Four of them and a digest fill the 64 characters of a
    // source version; 32 bits each are enough to tell one event's versions apart.
    private const int MarkLength = 8;
    private const int MostMarks = 4;

    private enum Kind
    {
        /// <summary>Sent.</summary>
        Sent,

        /// <summary>Withdrawn, or passed over because nothing had been sent; or refused, and what stood taken back.</summary>
        Gone,

        /// <summary>Refused by the hub: unknown which.</summary>
        Unknown,
    }

    private readonly record struct HeldVersion(Kind Kind, string Digest)
    {
        public bool Is(FileVersion version) =>
            Kind == Kind.Unknown || IsSurely(version);

        // A digest that came from elsewhere may be empty, which every digest begins with.
        public bool IsSurely(FileVersion version) =>
            (Kind == (version.Taken ? Kind.Sent : Kind.Gone) || IsTakenBack(version))
            && Digest.Length is DigestLength or MarkLength
            && version.Digest.StartsWith(Digest, StringComparison.Ordinal);

        // It was to be sent, and the hub holds a withdrawal under its digest.
        public bool IsTakenBack(FileVersion version) =>
            version.Taken && Kind == Kind.Gone && Digest.Length == DigestLength;
    }

    /// <summary>Lists what is left to tell the hub, in the order in which to tell it.</summary>
    /// <param name="file">The event's versions in the file, in its order; one like the one before is no version.</param>
    /// <param name="held">What the hub holds of the event, oldest first.</param>
    public static IReadOnlyList<RevisionStep> For(
        IReadOnlyList<FileVersion> file, IReadOnlyList<HeldRevision> held)
    {
        // More of those at the beginning than there are marks for are forgotten: a file that ends among the
        // forgotten ones may withdraw what came after. Hardly any event begins with one, and none known with two.
        var begin = Math.Max(0, file.TakeWhile(v => !v.Taken).Count() - MostMarks);
        file = [.. file.Skip(begin)];

        var known = Known(held, file.Count);
        var next = file.Count;
        if (!IsRunIn(known, file))
        {
            next = Overlap(known, file);
        }
        else if (EndsTakenBack(known, file) || (IsWithdrawnByHub(held) && EndsSent(known, file)))
        {
            // An agreement may have come that names it, or a decision that takes it.
            next--;
        }

        var steps = new List<RevisionStep>();
        var marks = "";
        var revision = held.Count == 0 ? 0 : held[^1].Revision;
        var replaces = next > 0 || known.TrueForAll(v => v.Kind != Kind.Unknown);
        for (var i = next; i < file.Count; i++)
        {
            var nothingSent = held.Count == 0 && steps.Count == 0;
            if (file[i].Taken)
            {
                var mark = file[i].Digest + (nothingSent ? marks : "");
                steps.Add(new(begin + i, ++revision, Withdraws: false, mark) { Replaces = replaces });
            }
            else if (nothingSent)
            {
                marks += file[i].Digest[..MarkLength];
            }
            else
            {
                steps.Add(new(begin + i, ++revision, Withdraws: true, file[i].Digest));
            }
        }

        return steps;
    }

    private static List<HeldVersion> Known(IReadOnlyList<HeldRevision> held, int mostUnknown)
    {
        var known = new List<HeldVersion>();
        var last = 0;
        foreach (var revision in held)
        {
            // However wide a gap is, no more of it can matter than the file has versions.
            for (var gap = Math.Min(revision.Revision - last - 1, mostUnknown); gap > 0; gap--)
            {
                known.Add(new(Kind.Unknown, ""));
            }

            last = revision.Revision;
            if (revision is { Withdrawn: true, SourceVersion: EventTypeList.WithdrawalMark })
            {
                // No version of the event's, but the hub's word on its type.
                continue;
            }

            var mark = revision.SourceVersion;
            for (var at = DigestLength; at + MarkLength <= mark.Length; at += MarkLength)
            {
                known.Add(new(Kind.Gone, mark.Substring(at, MarkLength)));
            }

            var digest = mark.Length > DigestLength ? mark[..DigestLength] : mark;
            known.Add(new(revision.Withdrawn ? Kind.Gone : Kind.Sent, digest));
        }

        return known;
    }

    // Unknown versions alone prove nothing: one at least must be the file's for sure.
    private static bool IsRunIn(List<HeldVersion> known, IReadOnlyList<FileVersion> file)
    {
        for (var start = 0; start + file.Count <= known.Count; start++)
        {
            if (Matches(known, start, file, file.Count))
            {
                return true;
            }
        }

        return file.Count == 0;
    }

    private static bool EndsTakenBack(List<HeldVersion> known, IReadOnlyList<FileVersion> file) =>
        file.Count > 0 && file.Count <= known.Count && known[^1].IsTakenBack(file[^1])
        && Matches(known, known.Count - file.Count, file, file.Count);

    private static bool IsWithdrawnByHub(IReadOnlyList<HeldRevision> held) =>
        held is [.., { Withdrawn: true, SourceVersion: EventTypeList.WithdrawalMark }];

    private static bool EndsSent(List<HeldVersion> known, IReadOnlyList<FileVersion> file) =>
        file.Count > 0 && file.Count <= known.Count && file[^1].Taken && Matches(known, known.Count - file.Count, file, file.Count);

    // The longest end of the one that is a beginning of the other.
    private static int Overlap(List<HeldVersion> known, IReadOnlyList<FileVersion> file)
    {
        for (var length = Math.Min(known.Count, file.Count); length > 0; length--)
        {
            if (Matches(known, known.Count - length, file, length))
            {
                return length;
            }
        }

        return 0;
    }

    private static bool Matches(List<HeldVersion> known, int start, IReadOnlyList<FileVersion> file, int length)
    {
        var sure = false;
        for (var i = 0; i < length; i++)
        {
            if (!known[start + i].Is(file[i]))
            {
                return false;
            }

            sure |= known[start + i].IsSurely(file[i]);
        }

        return sure;
    }
}
