using System.CommandLine;
using System.CommandLine.Parsing;
using Grpc.Core;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Client;

namespace TrygghetHub.Cli;

/// <summary>Runs commands: one place where every failure becomes words on stderr and an exit code.</summary>
internal static class CommandActions
{
    // An argument such as "@Kim" is text, not the name of a file to read arguments from.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Parses and runs; wrong use is a failure like any other, also where help was asked for.</summary>
    public static Task<int> RunAsync(RootCommand root, string[] args) => RunAsync(root, args, Console.Out, Console.Error);

    /// <summary>The same with what takes the place of stdout and stderr.</summary>
    public static async Task<int> RunAsync(
        RootCommand root, string[] args, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args, Parsing);
        if (ParseFaults.Of(parsed) is { Count: > 0 } faults)
        {
            var screen = new Screen(output, error);
            foreach (var fault in faults)
            {
                screen.Note("thub: " + fault);
            }

            screen.Note($"  → Run `{ParseFaults.Path(parsed.CommandResult)} --help`.");
            return ExitCode.Failure;
        }

        // The hub answers what it holds before it stops; nobody should cut that short.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        }, cancellation);
    }

    /// <summary>Gives a command its work.</summary>
    public static Command Does(
        this Command command, Func<ParseResult, Screen, CancellationToken, Task<int>> work)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            var screen = new Screen(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error)
            {
                RefusalLanguage = RefusalLanguage.Of(parsed),
                Stopped = cancellation,
            };
            try
            {
                return await work(parsed, screen, cancellation);
            }
            catch (HubException exception)
            {
                screen.Fail(SaidIn(screen.RefusalLanguage, exception), RemedyFor(exception, parsed),
                    ("field", string.IsNullOrEmpty(exception.Field) ? null : exception.Field), ("reason", exception.Reason),
                    ("candidates", exception.Candidates.Count == 0 ? null : string.Join(", ", exception.Candidates)),
                    ("more", exception.HelpLink));
                if (IsAboutTheCertificate(exception) && FolderOf(parsed) is { } folder)
                {
                    TellOfLostOperator(screen, folder);
                }
            }
            catch (IdentityFolderException exception)
            {
                screen.Fail(exception.Message, exception.Remedy);
                if (exception.Fault is IdentityFault.Missing or IdentityFault.Damaged)
                {
                    TellOfLostOperator(screen, exception.Path);
                }
            }
            catch (CursorStoreException exception)
            {
                screen.Fail(exception.Message, exception.Remedy);
            }
            catch (SourceException exception)
            {
                screen.Fail(exception.Message, exception.Remedy);
            }
            catch (UsageException exception)
            {
                screen.Fail(exception.Message, exception.Remedy);
            }
            catch (OperationCanceledException)
            {
                screen.Fail("Stopped before it was done.", remedy: null);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                screen.Fail(exception.Message, remedy: null);
            }
            catch (Exception exception)
            {
                screen.Fail("This is a fault in thub; please report it with what follows.", remedy: null);
                screen.Note(exception.ToString());
            }
            return ExitCode.Failure;
        });
        return command;
    }

    // What the hub does not say in Swedish is said in English.
    private static string SaidIn(string language, HubException exception) =>
        (language == RefusalLanguage.Swedish ? exception.LocalizedMessage : null) ?? exception.Rule ?? exception.Message;

    private static void TellOfLostOperator(Screen screen, string folder)
    {
        if (LostOperator.Remedy(folder) is { } remedy)
        {
            screen.Note("  → " + remedy);
        }
    }

    // The hub does not know the certificate, or is not the one that the folder is of.
    private static bool IsAboutTheCertificate(HubException exception) =>
        exception.Reason is "CERTIFICATE_UNKNOWN" or "CERTIFICATE_REVOKED" or "CERTIFICATE_EXPIRED"
        || (string.IsNullOrEmpty(exception.Reason)
            && (exception.StatusCode == StatusCode.Unauthenticated || exception.IsDistrust));

    private static string? FolderOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == "--as") is Option<string> caller
            ? parsed.GetValue(caller) ?? CallerOptions.Default()?.Folder
            : null;

    // The hub's own remedies are for programs. At a terminal somebody has typed a name, or used the wrong identity.
    private static string? RemedyFor(HubException exception, ParseResult parsed) => exception.Reason switch
    {
        "NOT_FOUND" when parsed.CommandResult.Parent is CommandResult { Command.Name: "picture" } =>
            "There is no picture of this municipality and week for this identity: thub picture list shows those that there are, and "
                + "thub picture compile makes one.",
        "NOT_FOUND" or "PARTNER_UNKNOWN" when parsed.CommandResult.Parent is CommandResult { Command: { } group }
                && group.Subcommands.FirstOrDefault(c => c.Name == "list") is { } list && list != parsed.CommandResult.Command =>
            $"Check the spelling: {ParseFaults.Path(parsed.CommandResult.Parent)} list shows what this identity may see. What you look "
                + "for may be shared with others alone.",
        "PERMISSION_MISSING" =>
            "Use an identity that may do this, with --as; thub whoami shows what this one may do. If it should, ask the operator for the role.",
        _ => exception.Remedy,
    };
}
