using System.CommandLine;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub join</c>: makes a key here, and an identity folder with the certificate that a code is good for.</summary>
internal static class JoinCommand
{
    private const int LongestCodeBytes = 64 * 1024;

    public static Command Create()
    {
        var hub = new Option<string>("--hub")
        {
            Description = "Address of the hub's open endpoint. The operator provides it with the code.",
            HelpName = "URL",
            Required = true,
        };
        var code = new Option<string>("--code")
        {
            Description = "The enrolment code (thj1_…), which can be used once. Use - to read the code from standard input, "
                + "which keeps it out of the shell history and the process list.",
            HelpName = "CODE",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "The identity folder to create. An existing folder is never overwritten.",
            HelpName = "DIR",
            Required = true,
        };
        var json = CallerOptions.Json();
        var command = new Command("join", "Join a hub with a code from its operator. The private key never leaves this machine.")
        {
            hub, code, output, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var text = parsed.GetRequiredValue(hub);
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
            {
                throw new UsageException($"\"{text}\" is no address of a hub.", "Write it like https://hub.example.se:5444.");
            }

            var given = parsed.GetRequiredValue(code);
            var secret = given == "-" ? await ReadCodeAsync(screen, cancellation) : given;
            using var joined = await screen.WorkAsync("Joining", () => Joining.JoinAsync(
                url, secret, parsed.GetRequiredValue(output), cancellation: cancellation));
            var beside = parsed.GetValue(json) ? screen.Aside() : screen;
            beside.Line($"Joined {joined.Url.GetLeftPart(UriPartial.Authority)} as {joined.Id}.");
            beside.Line($"Identity folder: {joined.Path}; its certificate is valid until "
                + Words.Day(Timestamp.FromDateTime(joined.Certificate.NotAfter.ToUniversalTime())) + " and is renewed by itself.");
            // The certificate is stored: what fails from here on must not look like a failure to join.
            try
            {
                await TellConsentAsync(beside, joined, cancellation);
            }
            catch (Exception exception)
            {
                screen.Warn(
                    "You have joined, but the hub could not be asked what this certificate may do: "
                    + ((exception as HubException)?.Rule ?? exception.Message),
                    $"Do not join again. When the hub can be reached: thub whoami --as {joined.Path}");
            }

            if (parsed.GetValue(json))
            {
                screen.WriteDocument(MadeIdentity.Of(joined));
            }

            screen.Note($"It holds the private key: keep it to yourself. Next: thub doctor --as {joined.Path}");
            return ExitCode.Fine;
        });
    }

    // A partner that had joined before must consent: nobody should take the folder for one that works already.
    private static async Task TellConsentAsync(Screen screen, IdentityFolder joined, CancellationToken cancellation)
    {
        using var client = HubClient.Connect(joined);
        var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
        if (ConsentWords.Access(self) is not { } access || self.OpenRequests.FirstOrDefault() is not { } request)
        {
            return;
        }

        screen.Line();
        screen.Line($"{self.Partner.Id} has joined before, and must consent to this certificate: request {request.Id}.");
        screen.Line(access);
        screen.Line($"Its SHA-256, to compare before anybody consents: {self.Certificate.ThumbprintSha256}");
        screen.Note(self.Certificate.Access == CertificateAccess.Pending
            ? $"Next, with another valid certificate: thub cert consent {request.Id} --as DIR"
            : $"To read earlier: thub cert consent {request.Id} --contact FILE --as {joined.Path}, signed by a registered contact.");
    }

    private static async Task<string> ReadCodeAsync(Screen screen, CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected)
        {
            screen.Ask("Enrolment code: ");
        }

        // Reading a terminal cannot be cancelled, so that it must not hold up the command's end.
        return await Task.Run(ReadCode, cancellation).WaitAsync(cancellation);
    }

    private static string ReadCode()
    {
        using var input = Console.OpenStandardInput();
        var line = TextFile.Lines(input, LongestCodeBytes).FirstOrDefault();
        return line.Fault is { } fault ? throw fault.In("stdin")
            : line.Utf8.IsEmpty ? throw new UsageException("No enrolment code came on stdin.", "Write the code, and nothing else, to stdin.")
            : Encoding.UTF8.GetString(line.Utf8.Span);
    }
}
