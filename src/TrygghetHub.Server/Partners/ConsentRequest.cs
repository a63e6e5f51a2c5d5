using System.Collections.Immutable;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// A request for a partner's consent to a further certificate or to wider roles, and what became of it. Immutable.
/// </summary>
/// <remarks>
/// Its state follows from its facts and the time alone, so that it can be said of any entry and any instant afterwards
/// how much a certificate could do.
/// </remarks>
/// <param name="Id">10 characters of a–z and 2–7; no other request has it.</param>
/// <param name="Partner">Whose consent is asked for.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Document">The bytes that are signed: a serialised <see cref="ConsentDocument"/>.</param>
internal sealed record ConsentRequest(string Id, PartnerId Partner, DateTimeOffset AskedAt, byte[] Document)
{
    /// <summary>The journal entry that last changed it.</summary>
    public required long Seq { get; init; }

    /// <summary>The certificate that waits, upper-case hexadecimal; empty where roles do.</summary>
    public string Thumbprint { get; init; } = "";

    /// <summary>The roles that the partner has with its consent; empty where a certificate waits.</summary>
    public ImmutableArray<Role> Roles { get; init; } = [];

    /// <summary>When it is granted unless somebody objects; null where only a consent grants it.</summary>
    public DateTimeOffset? FullAt { get; init; }

    /// <summary>How it ended; null while nobody has decided.</summary>
    public ConsentOutcome? Outcome { get; init; }

    public string Name => $"partners/{Partner}/consentRequests/{Id}";

    public bool IsOfCertificate => Thumbprint.Length > 0;

    /// <summary>
    /// Its state at an instant by its own facts: a time that has come grants it, with or without an entry that says so.
    /// <see cref="PartnerBook.StateOf"/> looks at the partner and its other requests too.
    /// </summary>
    public ConsentState StateAt(DateTimeOffset at) => Outcome?.State
        ?? (FullAt is not { } full ? ConsentState.Waiting : at < full ? ConsentState.Delayed : ConsentState.Elapsed);

    /// <summary>How much of the partner's rights the certificate has that was asked for, and what renewed it.</summary>
    public CertificateAccess AccessAt(DateTimeOffset at) => AccessIn(StateAt(at));

    /// <summary>The access that comes with a state.</summary>
    public static CertificateAccess AccessIn(ConsentState state) => state switch
    {
        ConsentState.Consented or ConsentState.Elapsed => CertificateAccess.Full,
        ConsentState.Delayed => CertificateAccess.Sending,
        ConsentState.Waiting => CertificateAccess.Pending,
        _ => CertificateAccess.None,
    };
}

/// <summary>How a request ended.</summary>
/// <param name="State">Consented, elapsed, objected or withdrawn.</param>
/// <param name="At">When.</param>
/// <param name="By">The principal's URI, <c>contact:</c> and a function, or <c>hub</c>.</param>
internal sealed record ConsentOutcome(ConsentState State, DateTimeOffset At, string By)
{
    /// <summary>Why it was objected to or withdrawn.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The consent, or the objection of a contact, CMS; empty where nothing was signed.</summary>
    public byte[] Signature { get; init; } = [];

    /// <summary>The signer's chain, DER, the signer first; of a contact its certificate alone.</summary>
    public ImmutableArray<byte[]> Chain { get; init; } = [];

    /// <summary>The consent lets the partner's other certificates go on.</summary>
    public bool KeepExisting { get; init; }
}
