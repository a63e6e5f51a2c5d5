using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub whoami</c>: who the caller is to the hub, and what it may do.</summary>
internal static class WhoAmICommand
{
    private const int NoticesShown = 5;

    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("whoami", "Show your identity at the hub and your permissions.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(self);
                return ExitCode.Fine;
            }
            screen.Line(self.Principal + (self.Partner is { } partner ? $"  ({partner.DisplayName})" : ""));
            screen.Line($"At:           {identity.Url.GetLeftPart(UriPartial.Authority)}, TrygghetHub {self.HubVersion}, {self.Environment}");
            screen.Line($"Roles:        {(self.Roles.Count == 0 ? "none" : string.Join(", ", self.Roles))}");
            screen.Line($"May:          {(self.Permissions.Count == 0 ? "nothing" : string.Join(", ", self.Permissions))}");
            screen.Line($"Certificate:  until {Words.Day(self.Certificate?.RetireTime ?? self.Certificate?.NotAfter)}, "
                + (self.Certificate?.ThumbprintSha256 ?? "–"));
            if (ConsentWords.Access(self) is { } access)
            {
                screen.Line($"Access:       {access}");
            }

            if (self.OpenRequests.Count > 0)
            {
                screen.Line("Waiting for consent:");
                foreach (var request in self.OpenRequests)
                {
                    ConsentWords.Show(screen, identity, request);
                }

                screen.Note("Next: thub cert consent ID, if you know the request; else thub cert object ID --reason TEXT, at once.");
            }

            foreach (var notice in self.Notices.Take(NoticesShown))
            {
                screen.Line((notice == self.Notices[0] ? "Last notices:  " : "               ") + ConsentWords.Line(notice));
            }

            if (self.Permissions.Contains("weeks.read"))
            {
                await WaitingWeeks.TellAsync(screen, client, cancellation);
            }

            return ExitCode.Fine;
        });
    }
}
