using System.Collections.Immutable;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// Answers what a partner may see, or would by a draft: in numbers for partners, of what they may count, and by
/// <see cref="OverseenFigures"/> for those who oversee the hub. Thread-safe.
/// </summary>
internal sealed class AccessReviews(
    AgreementRegister register, AccessExplanations explanations, IHeldReports reports, BandedCells cells, TimeProvider time)
{
    private const int UsualWeeks = 4;
    private const int MostWeeks = 52;

    /// <exception cref="HubException">A field is wrong.</exception>
    public ReviewAccessResponse Review(ReviewAccessRequest request, Principal caller, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var at = WireTime.ReadPast(request.Time, "time", now);
        AccessQuestions.RequirePurpose(request.Purpose);
        var from = FirstWeek(request.Weeks, at);
        var entry = explanations.EntryAt(at, now);
        var rules = register.RulesAsOf(entry);
        var recipient = AccessQuestions.RequirePartner(request.Recipient, "recipient", rules, caller);
        var response = new ReviewAccessResponse();
        if (PartnerOf(caller) is { } asker)
        {
            // Another's reports are nothing to a partner that asks about a third.
            var standing = reports.Standing(from, entry, asker == recipient ? null : asker, cancellation);
            response.Visible.Add(AccessCounts.Visible(standing, recipient, request.Purpose, rules, at, asker));
        }

        if (caller.Oversees())
        {
            var quarters = OverseenFigures.QuartersFrom(from, at);
            response.Reached.Add(Overseen(quarters, cancellation).Reached(recipient, request.Purpose, rules, at, cancellation));
            response.Quarters.Add(quarters.Select(OverseenFigures.ToWire));
        }

        return response;
    }

    /// <exception cref="HubException">AGREEMENT_INVALID, or a field is wrong.</exception>
    public RehearseAgreementResponse Rehearse(
        CooperationAgreement agreement, int weeks, Principal caller, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var from = FirstWeek(weeks, now);
        var before = register.Rules;
        AgreementRules.Check(agreement, before);
        // Whether others have an agreement of this id does not show in what a partner is answered.
        var replaced = before.Agreements.Versions
            .Where(a => a.Id == agreement.Id && (caller.Oversees() || a.Parties.ContainsKey(new PartnerId(caller.Id)))).ToList();
        var draft = AsIfInForce(agreement, replaced.Count == 0 ? 1 : replaced[^1].Version + 1, now);
        var after = before with
        {
            Agreements = new AgreementBook(
                before.Agreements.Versions.Except(replaced).Append(draft), before.Partners),
        };

        // Between all others both books say the same.
        var pairs = replaced.Append(draft).SelectMany(PairsOf).ToHashSet();
        var response = new RehearseAgreementResponse();
        if (PartnerOf(caller) is { } asker)
        {
            var standing = pairs.Where(p => asker == p.Sender || asker == p.Recipient).Select(p => p.Sender).Distinct()
                .SelectMany(sender => reports.Standing(from, long.MaxValue, sender, cancellation));
            response.Changes.Add(AccessCounts.Changes(standing, before, after, pairs, now, asker));
        }

        if (caller.Oversees())
        {
            var quarters = OverseenFigures.QuartersFrom(from, now);
            var purposes = replaced.Append(draft).SelectMany(a => a.Purposes).Distinct().ToList();
            response.ReachChanges.Add(Overseen(quarters, cancellation).Changes(before, after, pairs, purposes, now, cancellation));
            response.Quarters.Add(quarters.Select(OverseenFigures.ToWire));
        }

        return response;
    }

    private static PartnerId? PartnerOf(Principal caller) => caller.IsOperator ? null : new PartnerId(caller.Id);

    private OverseenAccess Overseen(IReadOnlyList<IsoQuarter> quarters, CancellationToken cancellation) =>
        new(cell => cells.Of(cell, quarters, cancellation));

    /// <summary>
    /// A draft as if all had signed it and it held now; which of its grounds hold is asked for the instant of its validity
    /// that is nearest.
    /// </summary>
    private static Agreement AsIfInForce(CooperationAgreement document, int version, DateTimeOffset now)
    {
        var draft = AgreementRules.Read(document.ToByteArray(), version, new JournalPoint(0, now), previous: null);
        var nearest = now < draft.ValidFrom ? draft.ValidFrom
            : now < draft.ValidTo ? now
            : draft.ValidTo.AddMicroseconds(-1);
        return draft with
        {
            ValidFrom = Interval.Always.From,
            ValidTo = Interval.Always.To,
            Parties = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
                draft.Parties, p => p.Key, p => HeldAt(p.Value)),
            SecrecyGrounds = [.. draft.SecrecyGrounds.Where(g => g.Holds.Contains(nearest)).Select(g => g with { Holds = Interval.Always })],
        };

        ImmutableArray<Interval> HeldAt(ImmutableArray<Interval> bases) =>
            bases.Any(b => b.Contains(nearest)) ? [Interval.Always] : [];
    }

    private static IEnumerable<(PartnerId Sender, PartnerId Recipient)> PairsOf(Agreement agreement) =>
        agreement.Flows.SelectMany(f => f.To.Select(to => (f.From, to)))
            .Concat(agreement.Prohibitions.SelectMany(b => b.From.SelectMany(f => b.To.Select(to => (f, to)))))
            .Where(p => p.Item1 != p.Item2);

    private static IsoWeek FirstWeek(int weeks, DateTimeOffset at) =>
        weeks is >= 0 and <= MostWeeks
            ? IsoWeek.Of(at).Plus(1 - (weeks == 0 ? UsualWeeks : weeks))
            : throw new HubException(
                ErrorReason.FieldInvalid, "weeks", $"One looks back 1 to {MostWeeks} weeks; 0 means {UsualWeeks}.",
                "Ask for fewer weeks.");
}
