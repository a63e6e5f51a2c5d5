using System.CommandLine;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement diff</c>: what differs between two agreements; of two files it calls nobody.</summary>
internal static class AgreementDiffCommand
{
    private const int Differs = 1;

    public static Command Create()
    {
        const string form = "a file (.json or .agreement), or ID or ID@VERSION at the hub.";
        var a = new Argument<string>("A") { Description = "The old agreement: " + form };
        var b = new Argument<string>("B") { Description = "The new agreement: " + form };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("diff", "Compare two agreements, clause by clause. Exit code 0: identical, 1: different.")
        {
            a, b, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (before, after) = (parsed.GetRequiredValue(a), parsed.GetRequiredValue(b));
            var lines = AgreementDiff.Lines(
                await ReadAsync(before, () => parsed.Identity(caller), cancellation),
                await ReadAsync(after, () => parsed.Identity(caller), cancellation));
            if (parsed.GetValue(json))
            {
                screen.Line(new JsonObject
                {
                    ["differs"] = lines.Count > 0,
                    ["differences"] = new JsonArray([.. lines.Select(l => (JsonNode)l)]),
                }.ToJsonString());
            }
            else if (lines.Count == 0)
            {
                screen.Line("They say the same.");
            }

            foreach (var line in parsed.GetValue(json) ? [] : lines)
            {
                var indent = line.Length - line.TrimStart().Length;
                AgreementPrinter.Wrapped(screen, new string(' ', indent), line.TrimStart());
            }

            return lines.Count == 0 ? ExitCode.Fine : Differs;
        });
    }

    private static async Task<CooperationAgreement> ReadAsync(
        string named, Func<IdentityFolder> identity, CancellationToken cancellation)
    {
        if (named.EndsWith(".agreement", StringComparison.OrdinalIgnoreCase))
        {
            return await SignedAsync(named, cancellation);
        }

        if (named.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(named))
        {
            return ProtoJson.Open(named).Message<CooperationAgreement>();
        }

        var (id, version) = AgreementArguments.Name(named);
        using var caller = identity();
        using var client = HubClient.Connect(caller);
        return (await AgreementArguments.GetAsync(client, id, version, cancellation)).Agreement;
    }

    private static async Task<CooperationAgreement> SignedAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"There is no file {path}.", "Check the path.");
        }

        try
        {
            var file = SignedAgreementVerification.Read(await File.ReadAllBytesAsync(path, cancellation));
            var agreement = CooperationAgreement.Parser.ParseFrom(file.Document);
            // Nobody has checked the file: its times may be none.
            JsonFormatter.Default.Format(agreement);
            return agreement;
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException or InvalidOperationException)
        {
            throw new UsageException($"{path} holds no agreement that can be read.", $"See why: thub agreement verify {path}");
        }
    }
}
