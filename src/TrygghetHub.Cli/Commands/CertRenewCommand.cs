using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub cert renew</c>: a new certificate for a new key, in the same folder.</summary>
internal static class CertRenewCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("renew", "Renew your certificate now, with a new key.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            // Not by itself as well: this command is that renewal.
            using var client = HubClient.Connect(identity, new HubClientOptions { RenewsCertificate = false });
            var renewed = await client.RenewAsync(cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(new Renewed(
                    Path.GetFullPath(identity.Path), renewed.NotAfter.UtcDateTime, renewed.RetireTime?.UtcDateTime));
                return ExitCode.Fine;
            }

            screen.Line($"Renewed in {identity.Path}: the new certificate holds until "
                + $"{Words.Day(Timestamp.FromDateTimeOffset(renewed.NotAfter))}.");
            if (renewed.RetireTime is { } retired)
            {
                screen.Line($"The one before is taken until {Words.Time(Timestamp.FromDateTimeOffset(retired))}; "
                    + "restart what still uses it by then.");
            }

            return ExitCode.Fine;
        });
    }

    /// <summary>What <c>--json</c> prints.</summary>
    /// <param name="Folder">The identity folder, as an absolute path.</param>
    /// <param name="NotAfter">Until when the new certificate is valid, UTC.</param>
    /// <param name="RetireTime">Until when the one before is accepted, UTC; null where there is none.</param>
    private sealed record Renewed(string Folder, DateTime NotAfter, DateTime? RetireTime);
}
