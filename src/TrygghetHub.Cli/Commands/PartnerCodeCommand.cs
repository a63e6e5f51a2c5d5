using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub partner code</c>: makes another code with which a partner joins.</summary>
internal static class PartnerCodeCommand
{
    public static Command Create()
    {
        var id = PartnerArguments.Id();
        var lifetime = Lifetime();
        var file = CodeFile();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("code", "Create an enrolment code. It replaces an unused code.")
        {
            id, lifetime, file, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            RequireNew(parsed.GetValue(file));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var made = await MakeAsync(
                client, parsed.GetRequiredValue(id), parsed.GetValue(lifetime), parsed.GetValue(file), cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(made);
                return ExitCode.Fine;
            }

            Show(screen, made, parsed.GetRequiredValue(id), parsed.GetValue(file));
            return ExitCode.Fine;
        });
    }

    /// <summary>A new <c>--lifetime</c>.</summary>
    public static Option<int> Lifetime()
    {
        var lifetime = new Option<int>("--lifetime")
        {
            Description = "Lifetime of the code in minutes, 1 to 10080 (a week).",
            HelpName = "MINUTES",
            DefaultValueFactory = _ => 24 * 60,
        };
        lifetime.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0
                && !(int.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var minutes)
                    && minutes is >= 1 and <= 7 * 24 * 60))
            {
                result.AddError("--lifetime takes 1 to 10080 minutes.");
            }
        });
        return lifetime;
    }

    /// <summary>A new <c>--code-file</c>.</summary>
    public static Option<string?> CodeFile() => new("--code-file")
    {
        Description = "Write the code to this new file, which only you can read, instead of printing it.",
        HelpName = "FILE",
    };

    /// <summary>Refuses a file that is there, before a code is made for it.</summary>
    /// <exception cref="UsageException">There is one, or its folder is missing.</exception>
    public static void RequireNew(string? codeFile)
    {
        if (codeFile is not null)
        {
            NewFile.Require(codeFile);
        }
    }

    /// <summary>Makes a code. One that is written to a file is not in the answer: it is printed nowhere.</summary>
    public static async Task<CreateEnrolmentCodeResponse> MakeAsync(
        HubClient client, string id, int lifetimeMinutes, string? codeFile, CancellationToken cancellation)
    {
        var made = await client.Partners.CreateEnrolmentCodeAsync(new CreateEnrolmentCodeRequest
        {
            Name = "partners/" + id,
            LifetimeMinutes = lifetimeMinutes,
        }, cancellationToken: cancellation);
        if (codeFile is not null)
        {
            await WriteAsync(codeFile, made.Code, cancellation);
            made.Code = "";
        }

        return made;
    }

    /// <summary>Prints a code, or where it was written, with the command to hand over.</summary>
    public static void Show(Screen screen, CreateEnrolmentCodeResponse made, string id, string? codeFile)
    {
        if (codeFile is null)
        {
            screen.Line($"Enrolment code, good once, until {Words.Time(made.ExpireTime)}:");
            screen.Line();
            screen.Line("  " + made.Code);
            screen.Line();
            screen.Line("The partner runs this, and pastes the code when it waits for it:");
            screen.Line();
            screen.Line($"  thub join --hub {made.JoinUrl} --code - --out {id}");
        }
        else
        {
            screen.Line($"Enrolment code, good once, until {Words.Time(made.ExpireTime)}: in {codeFile}. The partner runs:");
            screen.Line();
            screen.Line($"  thub join --hub {made.JoinUrl} --code - --out {id} < {Invocation.Argument(Path.GetFileName(codeFile))}");
        }

        screen.Line();
        ConsentWords.Show(screen, made.Letter);
        if (made.Letter is not null)
        {
            screen.Note(made.ObjectionHours == 0
                ? $"{id} has joined before: what this code gives reads nothing before {id} has consented to it."
                : $"{id} has no certificate left that can consent: what this code gives sends at once, and reads after "
                    + $"{made.ObjectionHours} hours unless {id} objects.");
        }

        screen.Note("Hand it over by a way that nobody else reads: whoever has it joins as this partner. It is not shown again.");
        screen.Note($"Next: thub partner show {id}, when it has joined; thub agreement draft FILE.json");
    }

    private static async Task WriteAsync(string file, string code, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(NewFile.Create(file));
        await writer.WriteLineAsync(code.AsMemory(), cancellation);
    }
}
