using System.CommandLine;
using Microsoft.Extensions.Logging.Console;
using TrygghetHub.Server;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub serve</c>: runs a hub until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "Directory of the hub's data; made when absent.",
            HelpName = "DIR",
            Required = true,
        };
        var url = new Option<string>("--url")
        {
            Description = "Address to listen on; port 0 takes a free one.",
            HelpName = "URL",
            DefaultValueFactory = _ => "https://127.0.0.1:5443",
        };
        var development = new Option<bool>("--development") { Description = "Turn gRPC reflection on." };
        var command = new Command("serve", "Run a hub. The first start makes its authority and the operator's identity.")
        {
            data, url, development,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            if (string.IsNullOrWhiteSpace(parsed.GetRequiredValue(data)))
            {
                throw new UsageException("--data names no directory.", "Name one, such as hub-data.");
            }

            await using var hub = await Hub.StartAsync(new HubOptions
            {
                DataDirectory = Path.GetFullPath(parsed.GetRequiredValue(data)),
                Url = Address(parsed.GetRequiredValue(url)),
                Development = parsed.GetValue(development),
                Logging = LogToStandardError,
            }, cancellation);
            screen.Line($"The hub listens on {hub.Url.GetLeftPart(UriPartial.Authority)}");
            screen.Line($"Operator's identity: {hub.OperatorFolder}");
            screen.Note($"Next: thub partner enrol ID --name NAME --kind KIND --out DIR --as {hub.OperatorFolder}");
            screen.Note("Ctrl+C stops it.");
            try
            {
                await hub.WaitForShutdownAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                // Being told to stop is how serving ends.
            }
            return ExitCode.Fine;
        });
    }

    /// <summary>
    /// One line an event, times in UTC, on stderr. It is where a TLS refusal's reason stands: the one who was refused
    /// sees a closed connection and nothing more.
    /// </summary>
    private static void LogToStandardError(ILoggingBuilder log)
    {
        log.AddSimpleConsole(line =>
        {
            line.SingleLine = true;
            line.ColorBehavior = LoggerColorBehavior.Disabled;
            line.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss'Z' ";
            line.UseUtcTimestamp = true;
        });
        log.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>Reads an address to listen on.</summary>
    /// <exception cref="UsageException">It is not one.</exception>
    public static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
            ? url
            : throw new UsageException($"\"{text}\" is no address to listen on.", "Write it like https://127.0.0.1:5443.");
}
