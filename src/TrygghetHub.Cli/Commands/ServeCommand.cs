using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using TrygghetHub.Server;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub serve</c>: runs a hub until it is told to stop.</summary>
internal static class ServeCommand
{
    private const string KeyVariable = "TRYGGHETHUB_KEY";

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "Directory for the hub's data. It is created if it does not exist.",
            HelpName = "DIR",
            Required = true,
        };
        var url = new Option<string>("--url")
        {
            Description = "Address to listen on. Port 0 selects a free port.",
            HelpName = "URL",
            DefaultValueFactory = _ => "https://127.0.0.1:5443",
        };
        var openUrl = new Option<string?>("--open-url")
        {
            Description = "Address of the open endpoint for joining, discovery and health checks. Default: the address in --url, with the next port.",
            HelpName = "URL",
        };
        var sandbox = new Option<bool>("--sandbox")
        {
            Description = "Create a sandbox. A production hub refuses identities from a sandbox, and a sandbox refuses identities from a production hub.",
        };
        var keyFile = new Option<string?>("--key-file")
        {
            Description = $"File with 32 random bytes, base64-encoded, that encrypt the keys in DIR. Default: the environment variable {KeyVariable}.",
            HelpName = "FILE",
        };
        var settings = new Option<string?>("--settings")
        {
            Description = "JSON file with settings, such as addresses, lifetimes, quotas and an external token issuer.",
            HelpName = "FILE",
        };
        var development = new Option<bool>("--development")
        {
            Description = "Enable gRPC reflection and `thub partner enrol`.",
        };
        var newOperator = new Option<bool>("--new-operator")
        {
            Description = "Create a new operator identity and revoke the previous one. Use this if the operator's identity is lost.",
        };
        var json = CallerOptions.Json();
        var command = new Command("serve", "Run a hub. The first start creates its certificate authority and the operator's identity.")
        {
            data, url, openUrl, sandbox, keyFile, settings, newOperator, development, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            if (string.IsNullOrWhiteSpace(parsed.GetRequiredValue(data)))
            {
                throw new UsageException("--data names no directory.", "Name one, such as hub-data.");
            }

            var address = Address(parsed.GetRequiredValue(url));
            if (address.Port == ushort.MaxValue && parsed.GetValue(openUrl) is null)
            {
                throw new UsageException($"There is no port after {address.Port} for the open endpoint.", "Name one with --open-url.");
            }

            await using var hub = await StartAsync(new HubOptions
            {
                DataDirectory = Path.GetFullPath(parsed.GetRequiredValue(data)),
                Url = address,
                OpenUrl = parsed.GetValue(openUrl) is { } open ? Address(open) : null,
                Sandbox = parsed.GetValue(sandbox),
                MasterKey = MasterKey(parsed.GetValue(keyFile)),
                Settings = parsed.GetValue(settings) is { } file ? Settings(file) : new HubSettings(),
                Development = parsed.GetValue(development),
                NewOperator = parsed.GetValue(newOperator),
                Logging = LogToStandardError,
            }, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteDocumentLine(new Listening(
                    hub.Url.GetLeftPart(UriPartial.Authority), hub.OpenUrl.GetLeftPart(UriPartial.Authority),
                    Path.GetFullPath(parsed.GetRequiredValue(data)), hub.OperatorFolder, parsed.GetValue(sandbox)));
            }
            else
            {
                screen.Line($"The hub listens on {hub.Url.GetLeftPart(UriPartial.Authority)}");
                screen.Line($"Open endpoint:       {hub.OpenUrl.GetLeftPart(UriPartial.Authority)}, for joining, discovery and health");
                if (hub.OperatorFolderState == OperatorFolderState.InPlace)
                {
                    screen.Line($"Operator's identity: {hub.OperatorFolder}");
                }
            }

            if (parsed.GetValue(keyFile) is not null && Directory.Exists(hub.OperatorFolder))
            {
                screen.Note("That folder is not encrypted, and whoever has it runs the hub: move it to the operator's own machine.");
            }

            screen.Note(WhatNext(hub));
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

    /// <summary>What <c>--json</c> prints, on one line, when the hub listens.</summary>
    /// <param name="Url">Where partners call.</param>
    /// <param name="OpenUrl">The open endpoint.</param>
    /// <param name="DataDirectory">As an absolute path.</param>
    /// <param name="OperatorFolder">The operator's identity folder, as an absolute path.</param>
    /// <param name="Sandbox">Whether it is for trial.</param>
    private sealed record Listening(string Url, string OpenUrl, string DataDirectory, string OperatorFolder, bool Sandbox);

    private static string WhatNext(Hub hub)
    {
        var folder = hub.OperatorFolder;
        var matter = hub.OperatorFolderState switch
        {
            OperatorFolderState.InPlace => null,
            OperatorFolderState.Expiring => $"the certificate in {folder} ends within 30 days",
            OperatorFolderState.NotAccepted =>
                $"what is in {folder} is no identity that this hub accepts (ended, damaged or without its key), and was left as it is",
            OperatorFolderState.OfAnotherHub => $"{folder} is of another hub, and was left as it is",
            OperatorFolderState.Unreadable => $"{folder} cannot be read, and was left as it is",
            _ => $"not in {folder}; it was made at an earlier start, and is kept elsewhere or lost",
        };
        return matter is null ? $"Next: thub partner create ID --name NAME --kind KIND --as {folder}"
            : $"Operator's identity: {matter}. " + (hub.OperatorFolderState == OperatorFolderState.Expiring
                ? $"Renew it: {Invocation.Command} cert renew --as {Invocation.Argument(folder)}"
                : LostOperator.Remedy(folder)!);
    }

    private static async Task<Hub> StartAsync(HubOptions options, CancellationToken cancellation)
    {
        try
        {
            return await Hub.StartAsync(options, cancellation);
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException(exception.Message, "The hub did not start, and changed nothing. certs/README.md tells what its files hold.");
        }
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

    /// <summary>The key that encrypts the hub's keys, from a file or else the environment; null when neither names one.</summary>
    /// <exception cref="UsageException">It is no such key.</exception>
    private static ReadOnlyMemory<byte>? MasterKey(string? file)
    {
        if (file is not null)
        {
            return ReadMasterKey(Text(file, "--key-file"), file);
        }

        // A conditional expression would make an empty key of the null: it converts to one.
        if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } text)
        {
            return ReadMasterKey(text, KeyVariable);
        }

        return null;
    }

    private static ReadOnlyMemory<byte> ReadMasterKey(string text, string source)
    {
        try
        {
            return HubOptions.ReadMasterKey(text, source);
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException(exception.Message, "Keep it apart from the data: whoever has both has everything.");
        }
    }

    private static HubSettings Settings(string file)
    {
        try
        {
            if (File.Exists(file))
            {
                TextFile.Check(file);
            }

            return HubSettings.Read(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NoFile(file, "--settings");
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException(exception.Message, "Correct the file; what it does not name keeps its default.");
        }
    }

    private static string Text(string file, string option)
    {
        try
        {
            return File.Exists(file) ? System.Text.Encoding.UTF8.GetString(TextFile.Read(file)) : throw new FileNotFoundException();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NoFile(file, option);
        }
    }

    private static UsageException NoFile(string file, string option) =>
        new($"There is no file {file}.", $"Check the path in {option}.");

    /// <summary>Reads an address to listen on.</summary>
    /// <exception cref="UsageException">It is not one.</exception>
    public static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
            ? url
            : throw new UsageException($"\"{text}\" is no address to listen on.", "Write it like https://127.0.0.1:5443.");
}
