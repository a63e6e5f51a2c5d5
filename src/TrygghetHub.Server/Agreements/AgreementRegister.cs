using System.Collections.Concurrent;
using System.Collections.Immutable;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// Agreements and their lives, and with partners, areas, codes and ceilings the <see cref="RuleBook"/> of any journal
/// entry. Thread-safe; changes are published on the journal's lane, between the entry that makes them and the next.
/// </summary>
internal sealed class AgreementRegister
{
    private readonly JournalLane journal;
    private readonly HubDatabase database;
    private readonly PartnerRegister partners;
    private readonly AreaRegister areas;
    private readonly KeptSignatures signatures;

    // Earlier books of rules, by epoch, areas and how many recalls there were: the same objects until partners change.
    private readonly ConcurrentDictionary<(PartnerBook Today, int Epoch, AreaBook Areas, int Recalls), RuleBook> earlier = new();
    private volatile State state;
    private volatile RuleBook? current;

    public AgreementRegister(
        JournalLane journal, HubDatabase database, PartnerRegister partners, AreaRegister areas, KeptSignatures signatures)
    {
        this.journal = journal;
        this.database = database;
        this.partners = partners;
        this.areas = areas;
        this.signatures = signatures;
        state = Load();
    }

    /// <summary>Told after every change of what is in force; on the journal's lane, so be brief.</summary>
    public event Action? Changed;

    /// <summary>Every agreement, by id.</summary>
    public ImmutableSortedDictionary<string, AgreementCase> Cases => state.Cases;

    /// <summary>
    /// The rules as they stand. The same object until they change, so that whoever decided by it can tell cheaply
    /// whether the decision still holds.
    /// </summary>
    public RuleBook Rules
    {
        get
        {
            var (epoch, people, geography) = (state.Epochs[^1], partners.Book, areas.Current);
            var rules = current;
            // Certificates come and go; who takes part is what is decided by.
            if (rules is null || rules.Agreements != epoch.Book || rules.Partners.Partners != people.Partners
                || rules.Areas != geography.Book)
            {
                if (rules?.Partners.Partners != people.Partners)
                {
                    earlier.Clear();
                }

                current = rules = Assemble(epoch, people, geography);
            }

            return rules;
        }
    }

    /// <summary>
    /// The rules as they were at an entry. Partners are today's but for recalls: those who joined later stand in no
    /// agreement of that time, and what a partner is does not change.
    /// </summary>
    public RuleBook RulesAsOf(long seq)
    {
        var rules = Rules;
        var epochs = state.Epochs;
        var index = epochs.Length - 1;
        while (index > 0 && epochs[index].From.Seq > seq)
        {
            index--;
        }

        var laterRecalls = rules.Partners.Recalls - rules.Partners.RecallsUpTo(seq);
        var geography = areas.AsOf(seq);
        return laterRecalls == 0 && epochs[index].Book == rules.Agreements && geography.Book == rules.Areas
            ? rules
            : earlier.GetOrAdd(
                (rules.Partners, index, geography.Book, laterRecalls),
                static (key, at) => Assemble(at.Epoch, key.Today.AsOf(at.Seq), at.Geography),
                (Epoch: epochs[index], Geography: geography, Seq: seq));
    }

    /// <summary>To whom any version of any agreement has let reports of a sender be shown, in the order of ids.</summary>
    public IReadOnlyCollection<PartnerId> RecipientsEver(PartnerId sender) =>
        state.Recipients.GetValueOrDefault(sender, []);

    /// <summary>Writes the draft of the next version; what equals the draft that there is changes nothing.</summary>
    /// <exception cref="HubException">AGREEMENT_INVALID or AGREEMENT_STATE.</exception>
    public Task<DocumentVersion> DraftAsync(Principal by, CooperationAgreement agreement, CancellationToken cancellation) =>
        StepAsync(by, agreement.Id, (known, now) =>
        {
            AgreementRules.Check(agreement, Rules);
            RequireTheirs(known, agreement, by);
            RequireNotEnded(known);
            RequireAllPartiesOf(known, agreement, now);
            var document = agreement.ToByteArray();
            return known?.Open is { ProposedAt: null } draft && draft.Drafter == by.Uri
                && draft.Document.AsSpan().SequenceEqual(document)
                ? Nothing(draft.Number)
                : new Step(new AgreementEntry { Drafted = UnsafeByteOperations.UnsafeWrap(document) }, NextNumber(known));
        }, cancellation);

    /// <summary>Puts a draft before the parties.</summary>
    /// <exception cref="HubException">NOT_FOUND, AGREEMENT_INVALID or AGREEMENT_STATE.</exception>
    public Task<DocumentVersion> ProposeAsync(
        Principal by, string id, int number, string documentSha256, CancellationToken cancellation) =>
        StepAsync(by, id, (known, now) =>
        {
            // An auditor sees drafts, and they are not its to put before others.
            var version = Find(
                known, number, v => MaySee(known!, v, by) && (v.ProposedAt is not null || v.Drafter == by.Uri || by.IsOperator));
            if (!string.Equals(AgreementMapping.Sha256(version.Document), documentSha256, StringComparison.OrdinalIgnoreCase))
            {
                throw new HubException(
                    ErrorReason.AgreementState, "document_sha256", "The draft has other bytes than those.",
                    "Get the version, read it again, and propose it with its hash.");
            }

            if (version is { ProposedAt: not null, IsReplaced: false })
            {
                return Nothing(number);
            }

            if (version.IsReplaced)
            {
                throw WrongState(known!, version, now, "Draft it anew.");
            }

            AgreementRules.Check(version.Content, Rules);
            RequireAllPartiesOf(known, version.Content, now);
            return new Step(new AgreementEntry { Proposed = true }, number);
        }, cancellation);

    /// <summary>Takes a party's signature; with the last one the version is agreed on.</summary>
    /// <exception cref="HubException">NOT_FOUND, SIGNATURE_INVALID or AGREEMENT_STATE.</exception>
    public Task<DocumentVersion> SignAsync(
        Principal by, string id, int number, byte[] signature, CancellationToken cancellation) =>
        StepAsync(by, id, (known, now) =>
        {
            var party = new PartnerId(by.Id);
            var version = Find(known, number, v => v.HasParty(by.Id) && MaySee(known!, v, by));
            if (version.Signatures.Any(s => s.Partner == party))
            {
                return Nothing(number);
            }

            if (version is not { ProposedAt: not null, Agreed: null, IsReplaced: false } || known!.Termination is not null)
            {
                throw WrongState(known!, version, now, "Only what is proposed is signed.");
            }

            if (version.Content.ValidTo.ToDateTimeOffset() <= now)
            {
                throw new HubException(
                    ErrorReason.AgreementState, "name", "The validity of this version is over.", "Draft the next one.");
            }

            return new Step(
                new AgreementEntry
                {
                    Signed = new SignedStep
                    {
                        Partner = by.Id,
                        Signature = UnsafeByteOperations.UnsafeWrap(signature),
                        Chain =
                        {
                            signatures.CheckPartner(version.Document, signature, party.Value, "agreements.sign", "this version")
                                .Chain.Select(c => UnsafeByteOperations.UnsafeWrap(c)),
                        },
                    },
                },
                number);
        }, cancellation);

    /// <summary>Puts a document in force unsigned; what equals the version in force changes nothing.</summary>
    public Task<DocumentVersion> ApplyAsync(Principal by, CooperationAgreement agreement, CancellationToken cancellation) =>
        StepAsync(by, agreement.Id, (known, _) =>
        {
            AgreementRules.Check(agreement, Rules);
            RequireTheirs(known, agreement, by);
            RequireNotEnded(known);
            var document = agreement.ToByteArray();
            return known?.Versions.LastOrDefault(v => v.Agreed is not null) is { } last
                && last.Document.AsSpan().SequenceEqual(document)
                ? Nothing(last.Number)
                : new Step(new AgreementEntry { Applied = UnsafeByteOperations.UnsafeWrap(document) }, NextNumber(known));
        }, cancellation);

    /// <summary>Suspends an agreement for its caller; again, it changes nothing.</summary>
    public Task<DocumentVersion> SuspendAsync(Principal by, string id, string reason, CancellationToken cancellation) =>
        StepAsync(by, id, (known, now) =>
        {
            var version = AgreedOf(known, by);
            RequireReason(reason);
            return known!.Suspensions.ContainsKey(by.Uri)
                ? Nothing(version.Number)
                : known.EndOf(version) <= now
                    ? throw WrongState(known, version, now, "What has ended is not suspended.")
                    : new Step(new AgreementEntry { Suspended = reason }, version.Number);
        }, cancellation);

    /// <summary>Takes back the caller's own suspension; again, it changes nothing.</summary>
    public Task<DocumentVersion> ResumeAsync(Principal by, string id, CancellationToken cancellation) =>
        StepAsync(by, id, (known, _) =>
        {
            var version = AgreedOf(known, by);
            return known!.Suspensions.ContainsKey(by.Uri)
                ? new Step(new AgreementEntry { Resumed = true }, version.Number)
                : Nothing(version.Number);
        }, cancellation);

    /// <summary>Ends an agreement for good.</summary>
    /// <param name="by">A party, or the operator.</param>
    /// <param name="id">Which.</param>
    /// <param name="reason">Why.</param>
    /// <param name="end">From when; null means now.</param>
    /// <param name="validateOnly">Whether it is only checked, and nothing is changed.</param>
    /// <param name="cancellation">Cancels what has not begun.</param>
    public Task<DocumentVersion> TerminateAsync(
        Principal by, string id, string reason, DateTimeOffset? end, bool validateOnly, CancellationToken cancellation) =>
        StepAsync(by, id, (known, now) =>
        {
            var version = AgreedOf(known, by);
            RequireReason(reason);
            var from = JournalTime.FromMicros(JournalTime.ToMicros(end ?? now));
            var until = known!.EndOf(version)!.Value;
            if (until <= now || until == from)
            {
                return Nothing(version.Number);
            }

            // A slip of the pen in a date must not end an agreement for good.
            return from < now
                ? throw new HubException(
                    ErrorReason.TimeOutOfRange, "end_time", "The time has passed.", "Leave it out to end the agreement now.")
                : from > until
                    ? throw new HubException(
                        ErrorReason.AgreementState, "end_time", "It ends earlier than that already.", "Leave it as it is.")
                    : validateOnly ? Nothing(version.Number) : Ending();

            Step Ending() => new(
                new AgreementEntry
                {
                    Terminated = new TerminatedStep { Reason = reason, EndMicros = JournalTime.ToMicros(from) },
                },
                version.Number);
        }, cancellation);

    /// <summary>Whether time has made visible what no point in the journal tells of yet.</summary>
    public bool IsVisibilityDue(DateTimeOffset now)
    {
        var known = state;
        using var connection = database.OpenReader();
        return known.Visibility.IsDue(connection, known.Epochs[^1].Book, now);
    }

    /// <summary>Writes such points down.</summary>
    public Task AdvanceVisibilityAsync(CancellationToken cancellation) => journal.WriteAsync(
        transaction => state.Visibility.Advance(transaction, state.Epochs[^1].Book),
        visibility => state = state with { Visibility = visibility },
        cancellation);

    /// <summary>Whether a principal may see a version.</summary>
    public static bool MaySee(AgreementCase agreement, DocumentVersion version, Principal caller) =>
        caller.IsOperator || caller.Roles.Contains(Role.Auditor) || version.Drafter == caller.Uri
        || (version.ProposedAt is not null && version.HasParty(caller.Id));

    /// <summary>The version that people mean by an agreement's name: the one in force, else the last that they may see.</summary>
    public static DocumentVersion? MeantBy(AgreementCase agreement, Principal caller, DateTimeOffset now)
    {
        var seen = agreement.Versions.Where(v => MaySee(agreement, v, caller)).ToList();
        return seen.LastOrDefault(v => agreement.StateOf(v, now) is AgreementState.Active or AgreementState.Suspended)
            ?? seen.LastOrDefault(v => !v.IsReplaced) ?? seen.LastOrDefault();
    }

    private async Task<DocumentVersion> StepAsync(
        Principal by, string id, Func<AgreementCase?, DateTimeOffset, Step> decide, CancellationToken cancellation)
    {
        var (version, _) = await journal.WriteAsync(
            transaction =>
            {
                var known = state.Cases.GetValueOrDefault(id);
                var step = decide(known, transaction.Now);
                var next = step.Entry is null ? null : Write(transaction, by, id, step);
                // As it is by this step: the next may be somebody else's.
                return ((next ?? state).Cases[id].Versions.Single(v => v.Number == step.Number), next);
            },
            written =>
            {
                if (written.Item2 is { } next)
                {
                    var changed = next.Epochs.Length != state.Epochs.Length;
                    state = next;
                    if (changed)
                    {
                        Changed?.Invoke();
                    }
                }
            },
            cancellation);
        return version;
    }

    private State Write(JournalTransaction transaction, Principal by, string id, Step step)
    {
        var entry = step.Entry!;
        (entry.By, entry.Agreement, entry.Version) = (by.Uri, id, step.Number);
        var now = state;
        var known = now.Cases.GetValueOrDefault(id) ?? new AgreementCase(id);
        var next = known.After(entry, new JournalPoint(transaction.LastSeq + 1, transaction.Now));
        var terms = !SameTerms(known, next);

        // What time has made visible under the rules before is told before they change.
        var visibility = terms ? now.Visibility.Advance(transaction, now.Epochs[^1].Book) : now.Visibility;
        var before = transaction.LastSeq;
        var point = transaction.Append(EntryKind.Agreement, entry.ToByteArray());
        next = known.After(entry, point);
        using (var context = transaction.OpenContext())
        {
            context.Add(new AgreementStepRow { Seq = point.Seq, Agreement = id, At = JournalTime.ToMicros(point.At) });
            context.SaveChanges();
        }

        var cases = now.Cases.SetItem(id, next);
        if (!terms)
        {
            return now with { Cases = cases };
        }

        var book = BookOf(cases);
        return new State(
            cases, now.Epochs.Add((point, book)), WithRecipientsOf(book, now.Recipients),
            visibility.Under(transaction, book, before, Widens(entry, next)));
    }

    // With an agreement ends what it prohibits.
    private static bool Widens(AgreementEntry entry, AgreementCase next) => entry.StepCase switch
    {
        AgreementEntry.StepOneofCase.Signed or AgreementEntry.StepOneofCase.Applied or AgreementEntry.StepOneofCase.Resumed => true,
        AgreementEntry.StepOneofCase.Terminated => next.Terms().Any(a => a.Prohibitions.Length > 0),
        _ => false,
    };

    private static bool SameTerms(AgreementCase one, AgreementCase other) =>
        one.Suspensions.IsEmpty == other.Suspensions.IsEmpty && one.Termination == other.Termination
        && one.Versions.Count(v => v.Agreed is not null) == other.Versions.Count(v => v.Agreed is not null);

    private AgreementBook BookOf(ImmutableSortedDictionary<string, AgreementCase> cases) =>
        new(cases.Values.SelectMany(c => c.Terms()), partners.Book);

    private static RuleBook Assemble(
        (JournalPoint From, AgreementBook Book) epoch, PartnerBook people, (long From, AreaBook Book) geography) =>
        new(epoch.Book, people, geography.Book, CategoryList.Embedded, CeilingList.Embedded)
        {
            Since = Math.Max(epoch.From.Seq, geography.From),
        };

    private State Load() => database.Read(context =>
    {
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        var cases = ImmutableSortedDictionary.Create<string, AgreementCase>(StringComparer.Ordinal);
        var epochs = State.Start.Epochs;
        var recipients = State.Start.Recipients;
        foreach (var row in context.Set<AgreementStepRow>().OrderBy(r => r.Seq).ToList())
        {
            var entry = AgreementEntry.Parser.ParseFrom(JournalReader.Content(connection, row.Seq)!);
            var point = new JournalPoint(row.Seq, JournalTime.FromMicros(row.At));
            var known = cases.GetValueOrDefault(row.Agreement) ?? new AgreementCase(row.Agreement);
            var next = known.After(entry, point);
            cases = cases.SetItem(row.Agreement, next);
            if (!SameTerms(known, next))
            {
                epochs = epochs.Add((point, BookOf(cases)));
                recipients = WithRecipientsOf(epochs[^1].Book, recipients);
            }
        }

        return new State(cases, epochs, recipients, Visibility.Load(connection, epochs));
    });

    private static ImmutableDictionary<PartnerId, ImmutableSortedSet<PartnerId>> WithRecipientsOf(
        AgreementBook book, ImmutableDictionary<PartnerId, ImmutableSortedSet<PartnerId>> before) =>
        before.SetItems(book.Flows.GroupBy(f => f.Flow.From).Select(g => KeyValuePair.Create(
            g.Key, before.GetValueOrDefault(g.Key, []).Union(g.Select(f => f.Recipient)))));

    private static Step Nothing(int number) => new(null, number);

    private static int NextNumber(AgreementCase? known) => known switch
    {
        { Open: { ProposedAt: null } draft } => draft.Number,
        { Versions: [.., var last] } => last.Number + 1,
        _ => 1,
    };

    private static DocumentVersion Find(AgreementCase? known, int number, Func<DocumentVersion, bool> isTheirs) =>
        known?.Versions.FirstOrDefault(v => v.Number == number && isTheirs(v)) ?? throw HubException.NotFound("name");

    // The last version that was agreed on, to a party of it and to the operator.
    private static DocumentVersion AgreedOf(AgreementCase? known, Principal by) =>
        known?.Versions.LastOrDefault(v => v.Agreed is not null && (by.IsOperator || v.HasParty(by.Id)))
        ?? throw HubException.NotFound("name");

    private static void RequireNotEnded(AgreementCase? known)
    {
        if (known?.Termination is not null)
        {
            throw new HubException(
                ErrorReason.AgreementState, "agreement.id", "The agreement of this id was ended for good.",
                "Draft the new one under an id of its own.");
        }
    }

    // An amendment is signed by its own parties. Whoever it left out would lose what the agreement prohibits without
    // having been asked; those who want to go on without a party end the agreement and make another.
    private void RequireAllPartiesOf(AgreementCase? known, CooperationAgreement amendment, DateTimeOffset now)
    {
        var people = partners.Book.Partners;
        if (known?.Versions.LastOrDefault(v => v.Agreed is not null) is { } agreed && known.EndOf(agreed) > now
            && agreed.Content.Parties.FirstOrDefault(p =>
                amendment.Parties.All(a => a.Partner != p.Partner)
                && people.TryGetValue(new PartnerId(p.Partner), out var partner) && partner.State != PartnerState.Left) is { } left)
        {
            throw new HubException(
                ErrorReason.AgreementInvalid, "agreement.parties",
                $"The agreement has {left.Partner} as a party, and an amendment has it too.",
                "Name it, or end the agreement and draft another under an id of its own.");
        }
    }

    // Whoever has no part in an agreement must neither take the place of its drafts nor learn that there is one: a partner gives new
    // agreements ids of its own, which nobody else gives, and every other id gets one answer.
    private void RequireTheirs(AgreementCase? known, CooperationAgreement agreement, Principal by)
    {
        if (by.IsOperator)
        {
            if (known is null && partners.Book.Partners.Keys.FirstOrDefault(p =>
                IsIdOf(p.Value) && agreement.Parties.All(party => party.Partner != p.Value)) is { Value: not null } other)
            {
                throw new HubException(
                    ErrorReason.AgreementInvalid, "agreement.id", $"Ids that end with {other} are for agreements that it is a party to.",
                    "Choose another id.");
            }
        }
        else if (known is null
            ? !IsIdOf(by.Id)
            : !known.Versions.Any(v => v.Drafter == by.Uri || (v.ProposedAt is not null && v.HasParty(by.Id))))
        {
            throw new HubException(
                ErrorReason.AgreementInvalid, "agreement.id",
                "A partner drafts agreements that it has a part in, and new ones under ids that end with its own.",
                $"Choose an id such as est-{by.Id}.");
        }

        bool IsIdOf(string partner) =>
            agreement.Id == partner || agreement.Id.EndsWith("-" + partner, StringComparison.Ordinal);
    }

    private static void RequireReason(string reason)
    {
        if (reason.Trim().Length is 0 or > 500 || !AgreementRules.IsPlain(reason))
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "reason", "A reason has 1 to 500 characters, and no control characters.",
                "Say why: the other parties read it.");
        }

        CleanText.RequireNobody(reason, "reason");
    }

    private static HubException WrongState(AgreementCase known, DocumentVersion version, DateTimeOffset now, string remedy) =>
        new(ErrorReason.AgreementState, "name",
            $"Version {version.Number} is {known.StateOf(version, now).ToString().ToLowerInvariant()}.", remedy);

    /// <summary>A step to take, or none where the version is what was asked for already.</summary>
    private sealed record Step(AgreementEntry? Entry, int Number);

    /// <summary>All of it at one entry.</summary>
    private sealed record State(
        ImmutableSortedDictionary<string, AgreementCase> Cases,
        ImmutableArray<(JournalPoint From, AgreementBook Book)> Epochs,
        ImmutableDictionary<PartnerId, ImmutableSortedSet<PartnerId>> Recipients,
        Visibility Visibility)
    {
        public static readonly State Start = new(
            ImmutableSortedDictionary.Create<string, AgreementCase>(StringComparer.Ordinal),
            [(new JournalPoint(0, DateTimeOffset.UnixEpoch), AgreementBook.Empty)],
            ImmutableDictionary<PartnerId, ImmutableSortedSet<PartnerId>>.Empty, Visibility.Nothing);
    }
}
