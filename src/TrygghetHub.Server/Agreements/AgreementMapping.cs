using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;

namespace TrygghetHub.Server.Agreements;

/// <summary>Between what is kept of agreements and decisions, and the wire.</summary>
internal static class AgreementMapping
{
    public static string Sha256(byte[] document) => Convert.ToHexStringLower(SHA256.HashData(document));

    public static AgreementVersion ToWire(AgreementCase agreement, DocumentVersion version, DateTimeOffset now)
    {
        var state = agreement.StateOf(version, now);
        var wire = new AgreementVersion
        {
            Name = $"agreements/{agreement.Id}/versions/{version.Number}",
            Version = version.Number,
            State = state,
            Document = UnsafeByteOperations.UnsafeWrap(version.Document),
            Agreement = version.Content,
            DocumentSha256 = Sha256(version.Document),
            Drafter = version.Drafter,
            DraftTime = version.DraftedAt.ToTimestamp(),
            ProposeTime = version.ProposedAt?.ToTimestamp(),
            Signatures =
            {
                version.Signatures.Select(s => new AgreementSignature
                {
                    Partner = s.Partner.Value,
                    Signature = UnsafeByteOperations.UnsafeWrap(s.Cms),
                    Chain = { s.Chain.Select(c => UnsafeByteOperations.UnsafeWrap(c)) },
                    SignTime = s.At.ToTimestamp(),
                }),
            },
        };
        if (version.Agreed is not { } agreed)
        {
            wire.UnsignedParties.Add(version.Unsigned.Select(p => p.Value));
            return wire;
        }

        var validFrom = version.Content.ValidFrom.ToDateTimeOffset();
        wire.EffectiveTime = (agreed.At > validFrom ? agreed.At : validFrom).ToTimestamp();
        wire.EndTime = agreement.EndOf(version)!.Value.ToTimestamp();
        wire.TerminationReason = state == AgreementState.Terminated || agreement.Termination?.End > now
            ? agreement.Termination?.Reason ?? ""
            : "";
        if (state == AgreementState.Suspended)
        {
            wire.Suspensions.Add(agreement.Suspensions.Select(s => new Suspension
            {
                By = s.Key,
                Reason = s.Value.Reason,
                SuspendTime = s.Value.At.ToTimestamp(),
            }));
        }

        return wire;
    }

    /// <summary>By what something is shown.</summary>
    /// <param name="receipt">Of the decision.</param>
    /// <param name="withheld">Values that were left out or coarsened.</param>
    public static Grounds ToWire(DecisionReceipt receipt, IEnumerable<string> withheld) => new()
    {
        Agreement = receipt.Agreement,
        Version = receipt.Version,
        Clause = receipt.Clause,
        Ceilings = { receipt.Ceilings },
        CeilingsVersion = receipt.CeilingsVersion,
        FlowOrderVersion = receipt.Agreement.Length == 0 ? 0 : FlowOrder.Version,
        OnwardSharing = receipt.OnwardSharing,
        RetentionDays = receipt.RetentionDays,
        Withheld = { withheld },
    };
}
