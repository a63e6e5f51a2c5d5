using TrygghetHub.Agreements.V1;

namespace TrygghetHub.Client;

/// <summary>What <see cref="SignedAgreementVerification"/> found.</summary>
/// <param name="DocumentSha256">SHA-256 of the document's bytes, in hexadecimal.</param>
/// <param name="Version">The number under which the hub keeps it: the hub's word, that nobody has signed.</param>
/// <param name="Agreement">The document, read; null where it cannot be.</param>
/// <param name="Signatures">One for each party, in the document's order, then those of whoever is none.</param>
/// <param name="Faults">What is wrong with the whole of it, each a sentence.</param>
public sealed record AgreementVerification(
    string DocumentSha256, int Version, CooperationAgreement? Agreement, IReadOnlyList<VerifiedSignature> Signatures,
    IReadOnlyList<string> Faults)
{
    /// <summary>Every party has signed exactly these bytes, and every signature holds.</summary>
    public bool Holds => Faults.Count == 0 && Signatures.Count > 0 && Signatures.All(s => s.Holds);
}

/// <summary>One party's signature, and whether it holds.</summary>
/// <param name="Party">Partner id.</param>
/// <param name="Subject">Subject of the signer's certificate; null where there is none to read.</param>
/// <param name="SignTime">When the hub took it: the hub's word, that nobody has signed.</param>
/// <param name="Holds">Whether it does.</param>
/// <param name="Text">Why, as a sentence.</param>
/// <param name="NamedBy">By whose word the signer is this party.</param>
public sealed record VerifiedSignature(
    string Party, string? Subject, DateTimeOffset? SignTime, bool Holds, string Text, PartyNaming NamedBy);

/// <summary>By whose word a signer is a party.</summary>
public enum PartyNaming
{
    /// <summary>Nobody's: the signature does not hold.</summary>
    Nobody,

    /// <summary>The certificate names the party, and the hub's authority issued it.</summary>
    Certificate,

    /// <summary>
    /// An outside authority issued the certificate to its subject; that this subject is the party is the hub's word alone.
    /// </summary>
    Hub,
}
