using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using TrygghetHub.Agreements;
using TrygghetHub.Agreements.V1;

namespace TrygghetHub.Client;

/// <summary>Verifies, without the hub, an agreement with its signatures, as <c>thub agreement export</c> writes it.</summary>
/// <remarks>
/// It holds when each party of the document has one signature, over exactly the document's bytes, by a certificate
/// that leads to a trusted root. The document is never written anew to verify it.
/// <para>
/// Not covered, since nobody has signed it: the version's number, and the time at which the hub took a signature, at
/// which its certificate is taken to have been valid. Whether a certificate was revoked is not asked: the hub did when it
/// took the signature. Whether the agreement is in force is for the hub to say.
/// </para>
/// Thread-safe.
/// </remarks>
public static class SignedAgreementVerification
{
    private const string PartnerUri = "urn:trygghet:partner:";
    private const string HubUri = "urn:trygghet:";
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string Remedy = "Get the file again, with `thub agreement export`.";
    private const int MostChain = 10;

    private static readonly MessageParser<SignedAgreement> KnownFile =
        SignedAgreement.Parser.WithDiscardUnknownFields(true);

    private static readonly MessageParser<CooperationAgreement> KnownDocument =
        CooperationAgreement.Parser.WithDiscardUnknownFields(true);

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are no signed agreement; says why, and what to do.</exception>
    public static SignedAgreement Read(ReadOnlySpan<byte> file)
    {
        SignedAgreement signed;
        try
        {
            signed = SignedAgreement.Parser.ParseFrom(file);
            if (!KnownFile.ParseFrom(file).Equals(signed))
            {
                throw new InvalidDataException("It has parts that no signed agreement has. " + Remedy);
            }
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException("It is no signed agreement, or a part of one. " + Remedy, exception);
        }

        return signed.Document.IsEmpty ? throw new InvalidDataException("It holds no document. " + Remedy) : signed;
    }

    /// <summary>Verifies a file's bytes.</summary>
    /// <inheritdoc cref="Verify(SignedAgreement, IEnumerable{X509Certificate2}, IEnumerable{X509Certificate2})"/>
    /// <exception cref="InvalidDataException">They are no signed agreement; says why, and what to do.</exception>
    public static AgreementVerification Verify(
        ReadOnlySpan<byte> file, IEnumerable<X509Certificate2> hubRoots,
        IEnumerable<X509Certificate2>? outsideRoots = null) =>
        Verify(Read(file), hubRoots, outsideRoots);

    /// <summary>Verifies an agreement's signatures.</summary>
    /// <param name="kept">The document and its signatures.</param>
    /// <param name="hubRoots">
    /// Roots of the hub's own authority, such as those in <c>ca.crt</c>: what it issued names the partner.
    /// </param>
    /// <param name="outsideRoots">
    /// Roots of authorities from outside that parties sign with. What they issued names a subject that the hub alone says
    /// is the party.
    /// </param>
    public static AgreementVerification Verify(
        SignedAgreement kept, IEnumerable<X509Certificate2> hubRoots,
        IEnumerable<X509Certificate2>? outsideRoots = null)
    {
        ArgumentNullException.ThrowIfNull(kept);
        ArgumentNullException.ThrowIfNull(hubRoots);
        var document = kept.Document.ToByteArray();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(document));
        if (Agreement(document) is not { } agreement)
        {
            return new AgreementVerification(sha256, kept.Version, null, [], ["The document cannot be read."]);
        }

        var faults = DocumentFaults(document, agreement).ToList();
        var parties = agreement.Parties.Select(p => p.Partner).Distinct(StringComparer.Ordinal).ToList();
        var signatures = new List<VerifiedSignature>();
        foreach (var party in parties)
        {
            var own = kept.Signatures.Where(s => s.Partner == party).ToList();
            signatures.Add(own is [var one]
                ? Judge(one, document, hubRoots, outsideRoots ?? [])
                : new VerifiedSignature(party, null, null, Holds: false,
                    own.Count == 0 ? "It has not signed." : $"It has signed {own.Count} times; one is wanted.",
                    PartyNaming.Nobody));
        }

        signatures.AddRange(kept.Signatures.Where(s => !parties.Contains(s.Partner)).Select(s => new VerifiedSignature(
            s.Partner, null, null, Holds: false, "It is no party to the document.", PartyNaming.Nobody)));
        return new AgreementVerification(sha256, kept.Version, agreement, signatures, faults);
    }

    private static CooperationAgreement? Agreement(byte[] document)
    {
        try
        {
            return CooperationAgreement.Parser.ParseFrom(document);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static IEnumerable<string> DocumentFaults(byte[] document, CooperationAgreement agreement)
    {
        if (agreement.Parties.Count < 2)
        {
            yield return "The document has fewer parties than two.";
        }

        if (agreement.Parties.Select(p => p.Partner).Distinct(StringComparer.Ordinal).Count() != agreement.Parties.Count)
        {
            yield return "The document names a party twice.";
        }

        // Signed or not, what cannot be shown cannot be vouched for.
        if (!KnownDocument.ParseFrom(document).Equals(agreement))
        {
            yield return "The document has terms that this version does not know: verify it with a newer one.";
        }
    }

    private static VerifiedSignature Judge(
        AgreementSignature signature, byte[] document, IEnumerable<X509Certificate2> hubRoots,
        IEnumerable<X509Certificate2> outsideRoots)
    {
        var chain = new List<X509Certificate2>();
        try
        {
            foreach (var bytes in signature.Chain.Take(MostChain))
            {
                var certificate = X509CertificateLoader.LoadCertificate(bytes.Span);
                chain.Add(certificate);
                // What it was read from may be more than the certificate, or another way to write it.
                if (!certificate.RawDataMemory.Span.SequenceEqual(bytes.Span))
                {
                    return Fails("Its chain holds something else than certificates in DER.");
                }
            }

            if (chain.Count == 0 || signature.Chain.Count > MostChain)
            {
                return Fails("Its chain of certificates is missing, or too long.");
            }

            var time = TimeOf(signature);
            return time is null ? Fails("It lacks the time at which the hub took it.")
                : SignatureProfile.WhyNot(signature.Signature.ToByteArray(), document, chain[0]) is { } why
                    ? Fails($"The signature does not hold: {why}.")
                : Leads(chain, hubRoots, time.Value) ? Named(chain[0], time.Value)
                : Leads(chain, outsideRoots, time.Value) ? new VerifiedSignature(
                    signature.Partner, chain[0].Subject, time, Holds: true,
                    $"Signed by {chain[0].Subject}. An outside authority issued the certificate: that its subject is "
                    + $"{signature.Partner} is the hub's word.",
                    PartyNaming.Hub)
                : Fails($"The certificate does not lead to a trusted root, or was not valid then; its chain ends at {chain[^1].Subject}.");
        }
        catch (CryptographicException)
        {
            return Fails("Its chain holds a certificate that cannot be read.");
        }
        finally
        {
            chain.ForEach(c => c.Dispose());
        }

        VerifiedSignature Fails(string why) => new(
            signature.Partner, chain.Count > 0 ? chain[0].Subject : null, TimeOf(signature), Holds: false, why,
            PartyNaming.Nobody);

        VerifiedSignature Named(X509Certificate2 signer, DateTimeOffset at) =>
            HubNames(signer) is [var name] && name == PartnerUri + signature.Partner
                ? new VerifiedSignature(signature.Partner, signer.Subject, at, Holds: true,
                    $"Signed by {name}, as the certificate names it.", PartyNaming.Certificate)
                : Fails($"The certificate does not name {PartnerUri}{signature.Partner} and nobody else.");
    }

    // The chain as it was kept, certificate for certificate, up to one of the roots; nothing is fetched.
    private static bool Leads(
        List<X509Certificate2> kept, IEnumerable<X509Certificate2> roots, DateTimeOffset at)
    {
        if (!roots.Any(r => r.RawDataMemory.Span.SequenceEqual(kept[^1].RawDataMemory.Span)))
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(kept[^1]);
        chain.ChainPolicy.ExtraStore.AddRange(kept.Skip(1).ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = at.LocalDateTime;
        return chain.Build(kept[0])
            && chain.ChainElements.Select(e => e.Certificate.RawData)
                .Zip(kept, (built, one) => built.AsSpan().SequenceEqual(one.RawDataMemory.Span)).All(same => same)
            && chain.ChainElements.Count == kept.Count;
    }

    private static DateTimeOffset? TimeOf(AgreementSignature signature) =>
        signature.SignTime is { Seconds: >= 0 and <= 253402300799, Nanos: >= 0 and <= 999_999_999 } time
            ? time.ToDateTimeOffset()
            : null;

    // The names by which the hub's authority tells principals apart; an operator's is one too, and no party.
    private static List<string> HubNames(X509Certificate2 certificate)
    {
        var names = new List<string>();
        var uri = new Asn1Tag(TagClass.ContextSpecific, 6);
        foreach (var extension in certificate.Extensions.Where(e => e.Oid?.Value == SubjectAlternativeName))
        {
            try
            {
                var alternatives = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (alternatives.HasData)
                {
                    if (!alternatives.PeekTag().HasSameClassAndValue(uri))
                    {
                        alternatives.ReadEncodedValue();
                    }
                    else if (alternatives.ReadCharacterString(UniversalTagNumber.IA5String, uri) is var name
                        && name.StartsWith(HubUri, StringComparison.Ordinal))
                    {
                        names.Add(name);
                    }
                }
            }
            catch (AsnContentException exception)
            {
                throw new CryptographicException("The names of a certificate cannot be read.", exception);
            }
        }

        return names;
    }
}
