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
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Partners.RevokeCertificateAsync(new RevokeCertificateRequest
            {
                // Other tools write it with colons and in capitals.
                ThumbprintSha256 = parsed.GetRequiredValue(thumbprint).Replace(":", "", StringComparison.Ordinal)
                    .Trim().ToLowerInvariant(),
                Reason = parsed.GetRequiredValue(reason),
            }, cancellationToken: cancellation);
            screen.Line($"Revoked: {answer.Certificate.ThumbprintSha256}, {Words.Time(answer.Certificate.RevokeTime)}.");
            screen.Line("It is refused from the next handshake and the next call on, and its running streams end.");
            screen.Note("Next: thub partner code ID, for a new certificate with a new key.");
            return ExitCode.Fine;
        });
    }
}
