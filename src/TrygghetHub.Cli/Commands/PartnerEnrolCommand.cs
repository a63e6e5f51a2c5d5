using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner enrol</c>: makes a key here, has the hub certify it, and writes the identity folder.</summary>
static class PartnerEnrolCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "The partner's id: a–z, 0–9 and hyphens, such as polisen." };
        var name = new Option<string>("--name") { Description = "The name that people use.", HelpName = "NAME", Required = true };
        var kind = new Option<string>("--kind")
        {
            Description = "What it is: " + string.Join(", ", Words.PartnerKinds) + ".", HelpName = "KIND", Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The identity folder to make; never overwritten.", HelpName = "DIR", Required = true,
        };
        var caller = CallerOptions.As();
        var command = new Command("enrol", "Enrol a partner and make its identity folder.") { id, name, kind, output, caller };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var partner = new Partner
            {
                Id = parsed.GetRequiredValue(id),
                DisplayName = parsed.GetRequiredValue(name),
                Kind = Words.PartnerKindOf(parsed.GetRequiredValue(kind)),
            };
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            using var enrolled = await EnrolAsync(
                client, identity.Url, partner, parsed.GetRequiredValue(output), cancellation);
            screen.Line($"Enrolled {partner.DisplayName} as {enrolled.Id}.");
            screen.Line($"Identity folder: {enrolled.Path}; its certificate holds until "
                + Words.Day(Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(enrolled.Certificate.NotAfter.ToUniversalTime())) + ".");
            screen.Note("It holds the private key: give it to the partner in a safe way. Next: thub agreement apply FILE.json");
            return ExitCode.Fine;
        });
    }

    /// <summary>Enrols a partner into a new identity folder; after a break, the same again takes up where it was.</summary>
    public static async Task<IdentityFolder> EnrolAsync(
        HubClient client, Uri url, Partner partner, string directory, CancellationToken cancellation)
    {
        using var key = IdentityFolder.PrepareKey(directory);
        EnrolPartnerResponse answer;
        try
        {
            var request = new CertificateRequest(
                new X500DistinguishedName("CN=" + new string([.. partner.Id.Where(char.IsAsciiLetterOrDigit)])),
                key, HashAlgorithmName.SHA256);
            answer = await client.Partners.EnrolPartnerAsync(new EnrolPartnerRequest
            {
                Partner = partner,
                CsrDer = ByteString.CopyFrom(request.CreateSigningRequest()),
            }, cancellationToken: cancellation);
        }
        // Without a reason it is not known whether the hub has registered the key: then it is kept for another try.
        catch (HubException exception) when (exception is { Reason: not null, IsTransient: false })
        {
            IdentityFolder.Abandon(directory);
            throw;
        }
        return IdentityFolder.Complete(directory, url, "urn:trygghet:partner:" + answer.Partner.Id,
            answer.CertificateChainPem, answer.RootPem);
    }
}
