using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Partners;

internal sealed partial class PartnerRegister
{
    /// <summary>
    /// One transaction's changes: entry, row, the book that will be and what the partner is notified of, always together.
    /// </summary>
    private sealed class Change(
        JournalTransaction transaction, HubDbContext context, Authority authority, PartnerBook before, string by,
        int objectionHours)
    {
        /// <summary>Who asks for it; empty where only a code is known of who asks.</summary>
        public string By => by;

        public PartnerBook Book { get; private set; } = before;

        /// <summary>The security events of this change, raised when it is durable.</summary>
        public List<Action<SecurityEvents>> Told { get; } = [];

        public void Tell(Action<SecurityEvents> raise) => Told.Add(raise);

        public HubDbContext Context => context;

        public JournalTransaction Transaction => transaction;

        public DateTimeOffset Now => transaction.Now;

        /// <summary>When a request is granted whose time begins now.</summary>
        public DateTimeOffset FromNow => Now.AddHours(objectionHours);

        public JournalPoint Append(EntryKind kind, IMessage content) => transaction.Append(kind, content.ToByteArray());

        public RegisteredCertificate Certificate(string thumbprint) => Book.Certificates[thumbprint];

        public IEnumerable<RegisteredCertificate> CertificatesOf(PartnerId id) => Book.CertificatesOf(id);

        /// <summary>Writes a partner as it is from here on.</summary>
        public Partner Put(Partner partner)
        {
            var old = Book.Partners.GetValueOrDefault(partner.Id);
            var point = Append(
                EntryKind.Partner, new PartnerChanged { Partner = PartnerMapping.ToWire(partner).ToByteString(), By = by });
            var row = context.Set<PartnerRow>().Find(partner.Id.Value);
            if (row is null)
            {
                context.Add(row = new PartnerRow
                {
                    Id = partner.Id.Value,
                    Seq = 0,
                    DisplayName = partner.DisplayName,
                    Kind = (int)partner.Kind,
                    EnrolledAt = JournalTime.ToMicros(partner.EnrolledAt),
                    State = 0,
                    StateReason = "",
                    StateAt = 0,
                    Roles = "",
                    RecalledAtSeq = null,
                });
            }

            row.Seq = point.Seq;
            row.State = (int)partner.State;
            row.StateReason = partner.StateReason;
            row.StateAt = JournalTime.ToMicros(partner.StateAt);
            row.Roles = StoredPartners.NumbersOf(partner.Roles);
            row.RecalledAtSeq = partner.RecalledAtSeq;
            Book = Book.With(partner);
            if (old is not null)
            {
                TellOf(point, old, partner);
            }

            return partner;
        }

        /// <summary>Issues a certificate of our own and registers it: a principal's first, or one in place of another.</summary>
        public RegisteredCertificate Issue(string uri, PublicKey key, RegisteredCertificate? predecessor = null)
        {
            using var issued = authority.IssueClient(uri, key);
            return Register(
                uri, issued, authority.ChainPem(issued), isOutside: false, predecessor?.Thumbprint ?? "",
                consentRequest: predecessor?.ConsentRequest ?? "");
        }

        public RegisteredCertificate Register(
            string uri, X509Certificate2 issued, string chainPem, bool isOutside, string predecessor = "", byte[]? code = null,
            string consentRequest = "")
        {
            var certificate = new RegisteredCertificate(
                issued.GetCertHashString(HashAlgorithmName.SHA256), uri, new DateTimeOffset(issued.NotBefore).ToUniversalTime(),
                new DateTimeOffset(issued.NotAfter).ToUniversalTime(), chainPem)
            {
                Issuer = issued.Issuer,
                Outside = isOutside,
                Predecessor = predecessor,
                ConsentRequest = consentRequest,
            };
            var point = Append(EntryKind.Certificate, new CertificateRegistered
            {
                Principal = uri,
                Der = ByteString.CopyFrom(issued.RawData),
                Outside = isOutside,
                Predecessor = predecessor,
                CodeSha256 = ByteString.CopyFrom(code ?? []),
                By = by,
                ConsentRequest = consentRequest,
            });
            context.Add(new CertificateRow
            {
                Thumbprint = certificate.Thumbprint,
                Seq = point.Seq,
                Uri = uri,
                Issuer = certificate.Issuer,
                Outside = isOutside,
                NotBefore = JournalTime.ToMicros(certificate.NotBefore),
                NotAfter = JournalTime.ToMicros(certificate.NotAfter),
                ChainPem = chainPem,
                Predecessor = predecessor,
                ConsentRequest = consentRequest,
            });
            Book = Book.With(certificate);
            Notify(point, PartnerOf(uri), new PartnerNotice
            {
                Kind = isOutside ? NoticeKind.CertificateRegistered
                    : predecessor.Length > 0 ? NoticeKind.CertificateRenewed
                    : NoticeKind.CertificateIssued,
                CertificateSha256 = certificate.Thumbprint,
                ConsentRequest = consentRequest.Length > 0 ? Book.Requests[consentRequest].Name : "",
            });
            Tell(e =>
            {
                if (isOutside)
                {
                    e.CertificateRegistered(uri, certificate.Thumbprint, certificate.Issuer, by);
                }
                else if (code is not null)
                {
                    e.PartnerJoined(uri, certificate.Thumbprint);
                }
                else if (predecessor.Length > 0)
                {
                    e.CertificateRenewed(uri, certificate.Thumbprint, predecessor);
                }
                else
                {
                    e.CertificateIssued(uri, certificate.Thumbprint, by);
                }
            });
            return certificate;
        }

        /// <summary>Writes that a certificate is revoked, or when it retires.</summary>
        public RegisteredCertificate End(RegisteredCertificate ended)
        {
            var point = Append(EntryKind.CertificateEnd, new CertificateEnded
            {
                Thumbprint = ended.Thumbprint,
                RetireMicros = ended.RevokedAt is null ? JournalTime.ToMicros(ended.RetiresAt!.Value) : 0,
                Reason = ended.RevocationReason,
                By = by,
            });
            var row = context.Set<CertificateRow>().Find(ended.Thumbprint)!;
            row.RetiresAt = ended.RetiresAt is { } retires ? JournalTime.ToMicros(retires) : null;
            row.RevokedAt = ended.RevokedAt is { } revoked ? JournalTime.ToMicros(revoked) : null;
            row.RevocationReason = ended.RevocationReason;
            Book = Book.With(ended);
            Notify(point, PartnerOf(ended.Uri), new PartnerNotice
            {
                Kind = ended.RevokedAt is null ? NoticeKind.CertificateRetiring : NoticeKind.CertificateRevoked,
                CertificateSha256 = ended.Thumbprint,
                Reason = ended.RevocationReason,
            });
            if (ended.RevokedAt is not null)
            {
                Tell(e => e.CertificateRevoked(ended.Uri, ended.Thumbprint, ended.RevocationReason, by));
            }

            return ended;
        }

        /// <summary>Asks for a partner's consent to a certificate that is about to be registered.</summary>
        /// <param name="partner">Whose consent.</param>
        /// <param name="certificate">What waits for it.</param>
        /// <param name="requestedBy">Who asks, in words that stand in the document.</param>
        public ConsentRequest Ask(Partner partner, X509Certificate2 certificate, string requestedBy)
        {
            var document = NewDocument(partner, requestedBy);
            document.Certificate = new RequestedCertificate
            {
                ThumbprintSha256 = certificate.GetCertHashString(HashAlgorithmName.SHA256),
                PublicKey = ByteString.CopyFrom(certificate.PublicKey.ExportSubjectPublicKeyInfo()),
                Issuer = certificate.Issuer,
                NotAfter = certificate.NotAfter.ToUniversalTime().ToTimestamp(),
            };
            // Where somebody can consent, no time grants it; where nobody can, the partner must not be locked out for good.
            return Ask(
                partner, document, document.Certificate.ThumbprintSha256, [],
                Book.CanConsent(partner.Id, Now) ? null : FromNow);
        }

        /// <summary>Asks for a partner's consent to roles that give it more than it has.</summary>
        public ConsentRequest Ask(Partner partner, ImmutableArray<Role> roles)
        {
            var document = NewDocument(partner, by);
            document.Roles = new RequestedRoles
            {
                Roles = { roles.Select(PartnerMapping.ToWire) },
                Added = { roles.Except(partner.Roles).Select(PartnerMapping.ToWire) },
            };
            return Ask(partner, document, "", roles, fullAt: null);
        }

        /// <summary>Writes from when on an open request is granted unless somebody objects; null for by consent alone.</summary>
        public void Delay(ConsentRequest request, DateTimeOffset? until)
        {
            var point = Append(EntryKind.ConsentRequest, new ConsentEntry
            {
                Partner = request.Partner.Value,
                Request = request.Id,
                By = by,
                DelayedUntilMicros = until is { } full ? JournalTime.ToMicros(full) : 0,
            });
            var row = context.Set<ConsentRequestRow>().Find(request.Id)!;
            (row.Seq, row.FullAt) = (point.Seq, until is { } at ? JournalTime.ToMicros(at) : null);
            request = request with { Seq = point.Seq, FullAt = until };
            Book = Book.With(request);
            NotifyOf(point, request, until is null ? NoticeKind.ConsentWaiting : NoticeKind.ConsentDelayed);
        }

        /// <summary>Writes how a request ended.</summary>
        /// <param name="request">One that is open, or whose time has come.</param>
        /// <param name="outcome">Decided at the time of this change.</param>
        /// <param name="contact">The function of the contact that signed; empty for the partner itself.</param>
        public ConsentRequest Decide(ConsentRequest request, ConsentOutcome outcome, string contact = "")
        {
            var entry = new ConsentEntry { Partner = request.Partner.Value, Request = request.Id, By = by };
            var given = new ConsentGiven
            {
                Signature = ByteString.CopyFrom(outcome.Signature),
                Chain = { outcome.Chain.Select(c => ByteString.CopyFrom(c)) },
                Contact = contact,
                KeepExisting = outcome.KeepExisting,
            };
            switch (outcome.State)
            {
                case ConsentState.Consented:
                    entry.Given = given;
                    break;
                case ConsentState.Objected:
                    entry.Objected = new ConsentObjected
                    {
                        Reason = outcome.Reason,
                        Signature = given.Signature,
                        Certificate = given.Chain.FirstOrDefault(ByteString.Empty),
                        Contact = contact,
                    };
                    break;
                case ConsentState.Withdrawn:
                    entry.Withdrawn = outcome.Reason;
                    break;
                default:
                    entry.Elapsed = true;
                    break;
            }

            var point = Append(EntryKind.ConsentRequest, entry);
            var row = context.Set<ConsentRequestRow>().Find(request.Id)!;
            row.Seq = point.Seq;
            row.State = (int)outcome.State;
            row.DecidedAt = JournalTime.ToMicros(outcome.At);
            row.DecidedBy = outcome.By;
            row.Reason = outcome.Reason;
            row.Given = outcome.Signature.Length > 0 ? given.ToByteArray() : [];
            request = request with { Seq = point.Seq, Outcome = outcome };
            Book = Book.With(request);
            NotifyOf(point, request, outcome.State switch
            {
                ConsentState.Consented => NoticeKind.ConsentGiven,
                ConsentState.Objected => NoticeKind.ConsentObjected,
                ConsentState.Withdrawn => NoticeKind.ConsentWithdrawn,
                _ => NoticeKind.ConsentElapsed,
            });
            if (request.IsOfCertificate && outcome.State is ConsentState.Consented or ConsentState.Elapsed
                && Book.CanConsent(request.Partner, Now))
            {
                // Somebody can consent again: nothing else grants the others.
                foreach (var other in Book.Requests.Values.Where(r => r.Partner == request.Partner && r.Outcome is null
                    && r.FullAt is not null).OrderBy(r => r.Seq).ToList())
                {
                    Delay(other, until: null);
                }
            }

            return request;
        }

        /// <summary>Writes all contacts of a partner.</summary>
        public void SetContacts(PartnerId partner, ImmutableArray<Contact> contacts)
        {
            var changed = Book.ContactsOf(partner).With(contacts, Now);
            var set = new ContactsSet
            {
                Partner = partner.Value,
                Contacts = { contacts.Select(c => c.ToWire().ToByteString()) },
                By = by,
                Former = { changed.Former.Select(c => c.ToWire().ToByteString()) },
                ChangeMicros = changed.ChangedAt is { } at ? JournalTime.ToMicros(at) : 0,
                RecentMicros = { changed.Recent.Select(JournalTime.ToMicros) },
            };
            var point = Append(EntryKind.PartnerContacts, set);
            var row = context.Set<ContactsRow>().Find(partner.Value);
            if (row is null)
            {
                context.Add(row = new ContactsRow { Partner = partner.Value, Seq = 0, Contacts = [] });
            }

            (row.Seq, row.Contacts) = (point.Seq, set.ToByteArray());
            Book = Book.With(partner, changed);
            Notify(point, partner, new PartnerNotice { Kind = NoticeKind.ContactsChanged }, toParties: true);
            Tell(e => e.ContactsChanged(partner.Value, by));
        }

        /// <summary>Keeps a partner's notice of an entry; there is none of the operator's own certificates.</summary>
        public void Notify(
            JournalPoint point, PartnerId? partner, PartnerNotice notice, bool toParties = false, string? who = null)
        {
            if (partner is not { } id)
            {
                return;
            }

            notice.Partner = id.Value;
            notice.Time = point.At.ToTimestamp();
            notice.By = who ?? (by.Length > 0 ? by : "code");
            context.Add(new NoticeRow
            {
                Seq = point.Seq,
                Partner = id.Value,
                ToParties = toParties,
                Content = notice.ToByteArray(),
            });
        }

        // A change of what a partner is: to its notices, and to the security events.
        private void TellOf(JournalPoint point, Partner was, Partner now)
        {
            var id = now.Id.Value;
            if (!was.Roles.SequenceEqual(now.Roles))
            {
                Notify(point, now.Id, new PartnerNotice
                {
                    Kind = NoticeKind.RolesChanged,
                    Roles = { now.Roles.Select(PartnerMapping.ToWire) },
                });
                Tell(e => e.RolesChanged(id, string.Join(' ', was.Roles), string.Join(' ', now.Roles), by));
                return;
            }

            if (was.State == now.State)
            {
                return;
            }

            var (kind, tell) = now.State switch
            {
                PartnerState.Suspended => (
                    NoticeKind.Suspended, (Action<SecurityEvents>)(e => e.PartnerSuspended(id, now.StateReason, by))),
                PartnerState.Left => (NoticeKind.Left, e => e.PartnerLeft(id, now.StateReason, by)),
                _ => (NoticeKind.Resumed, e => e.PartnerResumed(id, by)),
            };
            Notify(point, now.Id, new PartnerNotice { Kind = kind, Reason = now.StateReason });
            Tell(tell);
        }

        private void NotifyOf(JournalPoint point, ConsentRequest request, NoticeKind kind)
        {
            var who = request.Outcome is { } outcome ? Decider(outcome) : by.Length > 0 ? by : "code";
            Tell(e => e.ConsentStep(request.Partner.Value, request.Id, kind.ToString(), who));
            Notify(point, request.Partner, NoticeOf(request, kind), toParties: true, who);
        }

        // A partner has several certificates: which of them signed tells it where to look.
        private static string Decider(ConsentOutcome outcome) => outcome.Chain.IsEmpty
            ? outcome.By
            : $"{outcome.By}, certificate {Convert.ToHexString(SHA256.HashData(outcome.Chain[0]))}";

        private static PartnerNotice NoticeOf(ConsentRequest request, NoticeKind kind) => new()
        {
            Kind = kind,
            CertificateSha256 = request.Thumbprint,
            ConsentRequest = request.Name,
            Roles = { request.Roles.Select(PartnerMapping.ToWire) },
            Reason = request.Outcome?.Reason ?? "",
            GrantTime = request.FullAt?.ToTimestamp(),
        };

        private ConsentDocument NewDocument(Partner partner, string requestedBy) => new()
        {
            Type = "TrygghetHub consent request 1",
            HubRootSha256 = Convert.ToHexString(SHA256.HashData(authority.Root.RawData)),
            // 50 random bits: a name, and no secret.
            Request = $"partners/{partner.Id}/consentRequests/{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 10)}",
            Partner = partner.Id.Value,
            PartnerName = partner.DisplayName,
            RequestTime = Now.ToTimestamp(),
            RequestedBy = requestedBy,
        };

        private ConsentRequest Ask(
            Partner partner, ConsentDocument document, string thumbprint, ImmutableArray<Role> roles, DateTimeOffset? fullAt)
        {
            var bytes = document.ToByteArray();
            var id = document.Request[(document.Request.LastIndexOf('/') + 1)..];
            var point = Append(EntryKind.ConsentRequest, new ConsentEntry
            {
                Partner = partner.Id.Value,
                Request = id,
                By = by,
                Asked = new ConsentAsked
                {
                    Document = ByteString.CopyFrom(bytes),
                    FullMicros = fullAt is { } full ? JournalTime.ToMicros(full) : 0,
                },
            });
            var request = new ConsentRequest(id, partner.Id, Now, bytes)
            {
                Seq = point.Seq,
                Thumbprint = thumbprint,
                Roles = roles,
                FullAt = fullAt,
            };
            context.Add(new ConsentRequestRow
            {
                Id = id,
                Seq = point.Seq,
                Partner = partner.Id.Value,
                AskedAt = JournalTime.ToMicros(Now),
                Document = bytes,
                Thumbprint = thumbprint,
                Roles = StoredPartners.NumbersOf(roles),
                FullAt = fullAt is { } at ? JournalTime.ToMicros(at) : null,
            });
            Book = Book.With(request);
            NotifyOf(point, request, NoticeKind.ConsentAsked);
            return request;
        }
    }
}
