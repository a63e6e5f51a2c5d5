using System.Collections.Immutable;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// An agreement's whole life under one id: its versions, who signed them, who holds it suspended, how it ended. Folded
/// from its journal entries; immutable.
/// </summary>
internal sealed record AgreementCase(string Id)
{
    /// <summary>In the order of their numbers.</summary>
    public ImmutableArray<DocumentVersion> Versions { get; init; } = [];

    /// <summary>By who made it.</summary>
    public ImmutableSortedDictionary<string, (string Reason, DateTimeOffset At)> Suspensions { get; init; } =
        ImmutableSortedDictionary.Create<string, (string, DateTimeOffset)>(StringComparer.Ordinal);

    /// <summary>Why it was ended for good, by whom, and from when.</summary>
    public (string Reason, string By, DateTimeOffset End)? Termination { get; init; }

    /// <summary>The version that is drafted or before the parties, of which there is at most one; null where none is.</summary>
    public DocumentVersion? Open => Versions is [.., { Agreed: null, IsReplaced: false } last] ? last : null;

    /// <summary>The same after one more entry.</summary>
    public AgreementCase After(AgreementEntry entry, JournalPoint point) => entry.StepCase switch
    {
        AgreementEntry.StepOneofCase.Drafted => this with
        {
            Versions = WithoutOpen(entry.Version).Add(DocumentVersion.Drafted(entry, point)),
        },
        AgreementEntry.StepOneofCase.Applied => this with
        {
            Versions = WithoutOpen(entry.Version).Add(DocumentVersion.Applied(entry, point)),
        },
        AgreementEntry.StepOneofCase.Proposed => With(entry.Version, v => v with { ProposedAt = point.At }),
        AgreementEntry.StepOneofCase.Signed => With(entry.Version, v => v.Signed(entry.Signed, point)),
        AgreementEntry.StepOneofCase.Suspended => this with
        {
            Suspensions = Suspensions.SetItem(entry.By, (entry.Suspended, point.At)),
        },
        AgreementEntry.StepOneofCase.Resumed => this with { Suspensions = Suspensions.Remove(entry.By) },
        AgreementEntry.StepOneofCase.Terminated => this with
        {
            Termination = (entry.Terminated.Reason, entry.By, JournalTime.FromMicros(entry.Terminated.EndMicros)),
        },
        _ => throw new InvalidDataException($"Entry {point.Seq} is no step of an agreement."),
    };

    /// <summary>The versions that all have agreed on, each up to where a later one, or the end, takes its place.</summary>
    public IEnumerable<Agreement> Terms()
    {
        Agreement? previous = null;
        var agreed = Versions.Where(v => v.Agreed is not null).ToList();
        for (var i = 0; i < agreed.Count; i++)
        {
            var terms = AgreementRules.Read(agreed[i].Document, agreed[i].Number, agreed[i].Agreed!.Value, previous);
            previous = terms;
            yield return terms with { ValidTo = EndOf(agreed, i), IsSuspended = !Suspensions.IsEmpty };
        }
    }

    /// <summary>Where a version stands.</summary>
    public AgreementState StateOf(DocumentVersion version, DateTimeOffset now)
    {
        if (version.Agreed is null)
        {
            return version.IsReplaced ? AgreementState.Superseded
                : version.ProposedAt is null ? AgreementState.Draft
                : AgreementState.Proposed;
        }

        var agreed = Versions.Where(v => v.Agreed is not null).ToList();
        var end = EndOf(agreed, agreed.IndexOf(version));
        return now < end
            ? now < version.Content.ValidFrom.ToDateTimeOffset() ? AgreementState.Signed
                : Suspensions.IsEmpty ? AgreementState.Active
                : AgreementState.Suspended
            : Termination is { } ended && ended.End == end ? AgreementState.Terminated
            : end == version.Content.ValidTo.ToDateTimeOffset() ? AgreementState.Expired
            : AgreementState.Superseded;
    }

    /// <summary>The first instant at which an agreed version holds no more; null for one that is not agreed on.</summary>
    public DateTimeOffset? EndOf(DocumentVersion version)
    {
        var agreed = Versions.Where(v => v.Agreed is not null).ToList();
        return version.Agreed is null ? null : EndOf(agreed, agreed.IndexOf(version));
    }

    private DateTimeOffset EndOf(List<DocumentVersion> agreed, int index)
    {
        var ends = agreed.Skip(index + 1)
            .Select(later => Latest(later.Agreed!.Value.At, later.Content.ValidFrom.ToDateTimeOffset()))
            .Append(agreed[index].Content.ValidTo.ToDateTimeOffset());
        return Termination is { } ended ? ends.Append(ended.End).Min() : ends.Min();

        static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
    }

    // A draft is replaced by the next under the same number; what was proposed keeps its number, and its place.
    private ImmutableArray<DocumentVersion> WithoutOpen(int number) =>
        Open is not { } open ? Versions
        : open.Number == number ? Versions.Remove(open)
        : Versions.Replace(open, open with { IsReplaced = true });

    private AgreementCase With(int number, Func<DocumentVersion, DocumentVersion> change)
    {
        var version = Versions.Single(v => v.Number == number);
        return this with { Versions = Versions.Replace(version, change(version)) };
    }
}

/// <summary>One version's document and what became of it. Immutable.</summary>
internal sealed record DocumentVersion
{
    public required int Number { get; init; }

    /// <summary>The stored bytes: what is hashed and signed.</summary>
    public required byte[] Document { get; init; }

    /// <summary>The same, read. Not to be changed.</summary>
    public required CooperationAgreement Content { get; init; }

    public required string Drafter { get; init; }

    public required DateTimeOffset DraftedAt { get; init; }

    public DateTimeOffset? ProposedAt { get; init; }

    public ImmutableArray<KeptSignature> Signatures { get; init; } = [];

    /// <summary>The entry with which all had agreed; null before.</summary>
    public JournalPoint? Agreed { get; init; }

    /// <summary>Another draft has taken its place before all had signed.</summary>
    public bool IsReplaced { get; init; }

    public IEnumerable<PartnerId> Unsigned => Content.Parties.Select(p => new PartnerId(p.Partner))
        .Except(Signatures.Select(s => s.Partner));

    public bool HasParty(string partner) => Content.Parties.Any(p => p.Partner == partner);

    public static DocumentVersion Drafted(AgreementEntry entry, JournalPoint point) =>
        Of(entry, entry.Drafted.ToByteArray(), point);

    public static DocumentVersion Applied(AgreementEntry entry, JournalPoint point) =>
        Of(entry, entry.Applied.ToByteArray(), point) with { ProposedAt = point.At, Agreed = point };

    public DocumentVersion Signed(SignedStep step, JournalPoint point)
    {
        var signed = this with
        {
            Signatures = Signatures.Add(new KeptSignature(
                new PartnerId(step.Partner), step.Signature.ToByteArray(),
                [.. step.Chain.Select(c => c.ToByteArray())], point.At)),
        };
        return signed.Unsigned.Any() ? signed : signed with { Agreed = point };
    }

    private static DocumentVersion Of(AgreementEntry entry, byte[] document, JournalPoint point) => new()
    {
        Number = entry.Version,
        Document = document,
        Content = CooperationAgreement.Parser.ParseFrom(document),
        Drafter = entry.By,
        DraftedAt = point.At,
    };
}

/// <summary>A party's signature as it was taken.</summary>
/// <param name="Partner">The party.</param>
/// <param name="Cms">CMS SignedData, DER.</param>
/// <param name="Chain">Certificates, DER, the signer's first, the root last.</param>
/// <param name="At">When.</param>
internal sealed record KeptSignature(
    PartnerId Partner, byte[] Cms, ImmutableArray<byte[]> Chain, DateTimeOffset At);
