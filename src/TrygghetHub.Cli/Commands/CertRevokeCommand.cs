using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub cert revoke</c>.</summary>
internal static class CertRevokeCommand
{
    public static Command Create()
    {
        var thumbprint = new Argument<string>("THUMBPRINT")
        {
            Description = "SHA-256 of the certificate, hexadecimal, as thub cert list shows it.",
        };
        var reason = PartnerArguments.Reason("whoever uses it is told");
        var caller = CallerOptions.As();
        var command = new Command("revoke", "Revoke a certificate for good (operator).") { thumbprint, reason, caller };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            // Other tools write it with colons and in capitals.
            var hash = parsed.GetRequiredValue(thumbprint).Replace(":", "", StringComparison.Ordinal).Trim().ToLowerInvariant();
            if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))
            {
                throw new UsageException("This is no SHA-256 thumbprint: it has 64 hexadecimal digits.",
                    "Copy it from thub cert list ID.");
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Partners.RevokeCertificateAsync(new RevokeCertificateRequest
            {
                ThumbprintSha256 = hash,
                Reason = parsed.GetRequiredValue(reason),
            }, cancellationToken: cancellation);
            screen.Line($"Revoked: {answer.Certificate.ThumbprintSha256}, {Words.Time(answer.Certificate.RevokeTime)}.");
            screen.Line("It is refused from the next call on, and its running streams end.");
            screen.Note("Next: thub partner code ID, for a new certificate with a new key.");
            return ExitCode.Fine;
        });
    }
}
