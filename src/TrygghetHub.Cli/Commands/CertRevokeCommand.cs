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
            Description = "SHA-256 thumbprint of the certificate in hexadecimal, as listed by `thub cert list`.",
        };
        var reason = PartnerArguments.Reason("It is sent to clients with an open connection that uses the certificate");
        var successors = new Option<bool>("--with-successors")
        {
            Description = "Also revoke certificates that were renewed from it, since a thief may have renewed it.",
        };
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("revoke", "Revoke a certificate permanently (operator).")
        {
            thumbprint, reason, successors, yes, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            // Other tools write it with colons and in capitals.
            var hash = parsed.GetRequiredValue(thumbprint).Replace(":", "", StringComparison.Ordinal).Trim().ToLowerInvariant();
            if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))
            {
                throw new UsageException("This is no SHA-256 thumbprint: it has 64 hexadecimal digits.",
                    "Copy it from thub cert list ID.");
            }

            Confirmation.Require(screen, parsed.GetValue(yes), hash[..8], $"This revokes the certificate {hash[..8]}… for good.");
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Partners.RevokeCertificateAsync(new RevokeCertificateRequest
            {
                ThumbprintSha256 = hash,
                Reason = parsed.GetRequiredValue(reason),
                WithSuccessors = parsed.GetValue(successors),
            }, cancellationToken: cancellation);
            var standing = answer.Successors.Where(s => s.State is CertificateState.Valid or CertificateState.Retiring).ToList();
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return standing.Count > 0 ? ExitCode.Warnings : ExitCode.Fine;
            }

            screen.Line($"Revoked: {answer.Certificate.ThumbprintSha256}, {Words.Time(answer.Certificate.RevokeTime)}.");
            screen.Line("It is refused from the next handshake and call on, and its running streams end.");
            foreach (var each in answer.Successors)
            {
                screen.Line($"  renewed as {each.ThumbprintSha256} at {Words.Time(each.NotBefore)}: {Words.Of(each.State)}");
            }

            if (standing.Count > 0)
            {
                screen.Note("What was renewed from it still stands. If its key was stolen, the thief may have renewed:");
                screen.Note($"  thub cert revoke {hash} --reason ... --with-successors");
                return ExitCode.Warnings;
            }

            screen.Note("Next: thub partner code ID, for a new certificate with a new key.");
            return ExitCode.Fine;
        });
    }
}
