using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner show</c>.</summary>
internal static class PartnerShowCommand
{
    public static Command Create()
    {
        var id = PartnerArguments.Id();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("show", "Show a partner: its state, roles and certificates.") { id, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Partners.GetPartnerAsync(
                new GetPartnerRequest { Name = "partners/" + parsed.GetRequiredValue(id) }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer.Partner);
            }
            else
            {
                Show(screen, answer.Partner);
            }

            return ExitCode.Fine;
        });
    }

    /// <summary>The roles in a row.</summary>
    public static string Roles(Partner partner) =>
        partner.Roles.Count == 0 ? "none" : string.Join(", ", partner.Roles.Select(Words.Of));

    /// <summary>How it stands, and why.</summary>
    public static string State(Partner partner) => Words.Of(partner.State)
        + (partner.StateTime is null ? "" : $" since {Words.Time(partner.StateTime)}")
        + (partner.StateReason.Length == 0 ? "" : $": {partner.StateReason}");

    /// <summary>The same as a sentence; the reason may have its own full stop.</summary>
    public static string StateSentence(Partner partner) => $"{partner.Id}: {State(partner).TrimEnd('.')}.";

    private static void Show(Screen screen, Partner partner)
    {
        screen.Line($"{partner.DisplayName}  ({partner.Id})");
        screen.Line($"Kind:   {Words.Of(partner.Kind)}, {Words.Of(partner.LegalStatus).Replace('-', ' ')}");
        screen.Line($"State:  {State(partner)}");
        screen.Line($"Roles:  {Roles(partner)}");
        if (partner.Certificates.Count == 0)
        {
            screen.Line("It has no certificate: it has not joined yet.");
            screen.Note($"Next: thub partner code {partner.Id}");
            return;
        }
        PartnerArguments.ShowCertificates(screen, partner.Certificates.Select(c => (partner.Id, c)));
    }
}
