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
/// Reads what <see cref="AccessCounts"/> counts: the last weeks' reports, and the rules of any time or with a draft.
/// Thread-safe.
/// </summary>
internal sealed class AccessReviews(
    AgreementRegister register, AccessExplanations explanations, IHeldReports reports, TimeProvider time)
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
        var recipient = AccessQuestions.RequirePartner(request.Recipient, "recipient", rules);
        var asker = AskerOf(caller);

        // Another's reports are nothing to a partner that asks about a third.
        var sender = asker.Oversees || asker.Is(recipient) ? (PartnerId?)null : new PartnerId(caller.Id);
        return new ReviewAccessResponse
        {
            Visible =
            {
                AccessCounts.Visible(
                    reports.Standing(from, entry, sender, cancellation), recipient, request.Purpose, rules, at, asker),
            },
        };
    }

    /// <exception cref="HubException">AGREEMENT_INVALID, or a field is wrong.</exception>
    public RehearseAgreementResponse Rehearse(
        CooperationAgreement agreement, int weeks, Principal caller, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var from = FirstWeek(weeks, now);
        var before = register.Rules;
        AgreementRules.Check(agreement, before);
        var replaced = before.Agreements.Versions.Where(a => a.Id == agreement.Id).ToList();
        var draft = AsIfInForce(agreement, replaced.Count == 0 ? 1 : replaced[^1].Version + 1, now);
        var after = before with
        {
            Agreements = new AgreementBook(
                before.Agreements.Versions.Where(a => a.Id != agreement.Id).Append(draft), before.Partners),
        };

        // Between all others both books say the same.
        var pairs = replaced.Append(draft).SelectMany(PairsOf).ToHashSet();
        var asker = AskerOf(caller);
        var senders = pairs.Where(p => asker.Oversees || asker.Is(p.Sender) || asker.Is(p.Recipient))
            .Select(p => p.Sender).ToHashSet();
        var standing = senders
            .SelectMany(s => reports.Standing(from, long.MaxValue, s, cancellation))
            .ToList();
        return new RehearseAgreementResponse
        {
            Changes = { AccessCounts.Changes(standing, before, after, pairs, now, asker) },
        };
    }

    private static CountedFor AskerOf(Principal caller) =>
        new(caller.Id, caller.IsOperator || caller.Roles.Contains(Role.Auditor));

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
