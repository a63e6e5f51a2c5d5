using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// Whom a partner has outside the hub: a function and where it is reached, and perhaps a key with which it can object, and can
/// consent for a partner that has lost all its certificates. Immutable.
/// </summary>
/// <param name="Function">Such as <c>Vakthavande IT</c>; no person.</param>
/// <param name="Address">An e-mail address, or a phone number.</param>
/// <param name="Certificate">DER; empty where the contact cannot sign.</param>
/// <param name="RegisteredAt">Since when it is as it is.</param>
internal sealed partial record Contact(string Function, string Address, byte[] Certificate, DateTimeOffset RegisteredAt)
{
    private const int Most = 10;
    private const int LargestCertificate = 16 * 1024;
    private const int LongestFunction = 60;
    private const int LongestAddress = 254;
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string IssuerAlternativeName = "2.5.29.18";
    private const string GivenName = "2.5.4.42";
    private const string Surname = "2.5.4.4";
    private const string SerialNumber = "2.5.4.5";
    private const string NamesAFunction = "Make one whose subject is a function alone, such as Vakthavande IT: thub contact key.";

    /// <summary>When it was removed or replaced; null while it is a contact.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>SHA-256 of the public key in its certificate, upper-case hexadecimal; empty without one.</summary>
    public string KeySha256
    {
        get
        {
            if (Certificate.Length == 0)
            {
                return "";
            }

            using var parsed = X509CertificateLoader.LoadCertificate(Certificate);
            return Convert.ToHexString(SHA256.HashData(parsed.PublicKey.ExportSubjectPublicKeyInfo()));
        }
    }

    public bool IsOf(X509Certificate2 signer) => signer.RawDataMemory.Span.SequenceEqual(Certificate);

    public PartnerContact ToWire() => new()
    {
        Function = Function,
        Address = Address,
        CertificateDer = ByteString.CopyFrom(Certificate),
        RegisterTime = RegisteredAt.ToTimestamp(),
        EndTime = EndedAt?.ToTimestamp(),
    };

    /// <summary>A contact as the journal holds it.</summary>
    public static Contact Of(ByteString stored)
    {
        var wire = PartnerContact.Parser.ParseFrom(stored);
        return new Contact(wire.Function, wire.Address, wire.CertificateDer.ToByteArray(), wire.RegisterTime.ToDateTimeOffset())
        {
            EndedAt = wire.EndTime?.ToDateTimeOffset(),
        };
    }

    /// <summary>The contact that a partner is created with. A key would let the operator consent for the partner.</summary>
    /// <exception cref="HubException">FIELD_INVALID, REFUSED_PERSONAL_DATA.</exception>
    public static ImmutableArray<Contact> ReadFirst(PartnerContact wanted, DateTimeOffset now) => wanted.CertificateDer.IsEmpty
        ? [Read(wanted, "contact", now)]
        : throw new HubException(
            ErrorReason.FieldInvalid, "contact.certificate_der", "The operator gives a contact no certificate.",
            "Leave it out; the partner sets it itself: thub contact set.");

    /// <summary>All contacts that a partner sets; those that it has already keep their time.</summary>
    /// <exception cref="HubException">FIELD_INVALID, CERTIFICATE_INVALID, REFUSED_PERSONAL_DATA.</exception>
    public static ImmutableArray<Contact> ReadAll(
        IReadOnlyList<PartnerContact> wanted, ImmutableArray<Contact> before, DateTimeOffset now)
    {
        if (wanted.Count > Most)
        {
            throw Invalid("contacts", $"A partner has at most {Most} contacts.", "Leave some out.");
        }

        var contacts = wanted.Select((contact, i) => Read(contact, $"contacts[{i}]", now)).Select(read =>
            before.FirstOrDefault(b => b.Function == read.Function && b.Address == read.Address
                && b.Certificate.AsSpan().SequenceEqual(read.Certificate)) ?? read).ToImmutableArray();
        return contacts.Select(c => c.Function).Distinct(StringComparer.Ordinal).Count() == contacts.Length
            ? contacts
            : throw Invalid("contacts", "Each contact has a function of its own.", "Write what tells them apart.");
    }

    private static Contact Read(PartnerContact wanted, string field, DateTimeOffset now)
    {
        var function = wanted.Function.Trim();
        if (function.Length is 0 or > LongestFunction || function.Contains('\n', StringComparison.Ordinal))
        {
            throw Invalid(
                field + ".function", $"A function has 1 to {LongestFunction} characters on one line.", "Write it like Vakthavande IT.");
        }

        CleanText.RequireNobody(function, field + ".function");
        RequireNobodysAddress(wanted.Address, field + ".address");
        // A phone number of another length may hold the digits of one by chance.
        if (wanted.Address.Contains('@', StringComparison.Ordinal) || wanted.Address.Count(char.IsAsciiDigit) is 10 or 12)
        {
            CleanText.RequireNoIdentityDigits(wanted.Address, field + ".address");
        }

        return wanted.Address.Length <= LongestAddress && (MailAddress().IsMatch(wanted.Address) || PhoneNumber().IsMatch(wanted.Address))
            ? new Contact(function, wanted.Address, ReadCertificate(wanted.CertificateDer, field + ".certificate_der"), now)
            : throw Invalid(
                field + ".address", "An address is an e-mail address in lower case, or + and 8 to 15 digits.",
                "Write it like it@example.se or +46101234567, best of a function that somebody always answers.");
    }

    private static byte[] ReadCertificate(ByteString der, string field)
    {
        if (der.IsEmpty)
        {
            return [];
        }

        const string remedy = "Send the contact's own certificate alone, in DER, ECDSA P-256 or RSA 2048 and up: thub contact key.";
        if (der.Length > LargestCertificate)
        {
            throw new HubException(ErrorReason.CertificateInvalid, field, "A certificate has at most 16 KiB.", remedy);
        }

        try
        {
            using var parsed = X509CertificateLoader.LoadCertificate(der.ToByteArray());
            RequireNobody(parsed, field);
            return CertificateFiles.HasUsableKey(parsed)
                ? parsed.RawData
                : throw new HubException(
                    ErrorReason.CertificateInvalid, field, $"Its key is {CertificateFiles.KeyName(parsed)}: too weak, or of another kind.", remedy);
        }
        catch (CryptographicException)
        {
            throw new HubException(ErrorReason.CertificateInvalid, field, "It is no certificate.", remedy);
        }
    }

    // A name before the @ is written as anna.svensson or anna_svensson: read as words, it is found.
    private static void RequireNobodysAddress(string address, string field)
    {
        var at = address.IndexOf('@', StringComparison.Ordinal);
        if (at > 0)
        {
            CleanText.RequireNobody(
                CultureInfo.InvariantCulture.TextInfo.ToTitleCase(NoLetters().Replace(address[..at], " ")).Trim(), field);
        }
    }

    // With a consent the certificate is kept for good, and shown: it names a function, as the contact itself does.
    private static void RequireNobody(X509Certificate2 certificate, string field)
    {
        if (certificate.Extensions.Any(e => e.Oid?.Value is SubjectAlternativeName or IssuerAlternativeName))
        {
            throw new HubException(
                ErrorReason.CertificateInvalid, field, "It has alternative names, which may be a person's.", NamesAFunction);
        }

        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Concat(certificate.IssuerName.EnumerateRelativeDistinguishedNames()))
        {
            if (part.HasMultipleElements || part.GetSingleElementType().Value is GivenName or Surname or SerialNumber)
            {
                throw new HubException(
                    ErrorReason.CertificateInvalid, field, "Its subject or issuer has a part that names a person.", NamesAFunction);
            }

            var text = part.GetSingleElementValue() ?? "";
            CleanText.RequireNobody(text, field);
            CleanText.RequireNoIdentityDigits(text, field);
        }
    }

    private static HubException Invalid(string field, string rule, string remedy) =>
        new(ErrorReason.FieldInvalid, field, rule, remedy);

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\z")]
    private static partial Regex MailAddress();

    [GeneratedRegex("[^a-z]+")]
    private static partial Regex NoLetters();

    [GeneratedRegex(@"^\+[1-9][0-9]{7,14}\z")]
    private static partial Regex PhoneNumber();
}
