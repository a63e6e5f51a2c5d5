using System.CommandLine;
using System.Text.Json.Nodes;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement verify</c>: verifies an exported agreement; calls nobody.</summary>
internal static class AgreementVerifyCommand
{
    private const long LargestFile = 16 * 1024 * 1024;

    public static Command Create()
    {
        var file = new Argument<string>("FILE.agreement") { Description = "File written by `thub agreement export`." };
        var root = CallerOptions.Root();
        var outside = new Option<string?>("--outside-root")
        {
            Description = "PEM file with the root certificates of external certificate authorities that parties sign with. Only the hub can confirm the identity of such a signer.",
            HelpName = "FILE",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("verify", "Verify an exported agreement and its signatures offline.")
        {
            file, root, outside, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var path = parsed.GetRequiredValue(file);
            var bytes = await BytesAsync(path, cancellation);
            var roots = CallerOptions.Roots(parsed.GetValue(root) ?? Path.Combine(parsed.Directory(caller), "ca.crt"));
            var outsideRoots = parsed.GetValue(outside) is { } named ? CallerOptions.Roots(named) : [];
            AgreementVerification verified;
            try
            {
                verified = SignedAgreementVerification.Verify(bytes, roots, outsideRoots);
            }
            catch (InvalidDataException exception)
            {
                throw new UsageException($"{path}: {exception.Message}", "A file of `thub agreement export` is wanted here.");
            }

            if (parsed.GetValue(json))
            {
                screen.Line(Json(verified).ToJsonString(Screen.IndentedJson));
            }
            else
            {
                Show(screen, path, verified);
            }

            return verified.Holds ? ExitCode.Fine : ExitCode.Failure;
        });
    }

    private static void Show(Screen screen, string path, AgreementVerification verified)
    {
        if (verified.Agreement is { } agreement)
        {
            screen.Line($"{AgreementPrinter.Plain(agreement.Title)}  ({AgreementPrinter.Plain(agreement.Id)}, version {verified.Version})");
        }

        screen.Line($"SHA-256: {verified.DocumentSha256}");
        screen.Line();
        foreach (var fault in verified.Faults)
        {
            screen.Line($"✗  {fault}");
        }

        foreach (var signature in verified.Signatures)
        {
            var time = signature.SignTime is { } at ? $", {Words.Time(Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(at))}" : "";
            AgreementPrinter.Wrapped(screen, signature.Holds ? "✓  " : "✗  ",
                $"{signature.Party}{(signature.Holds ? time : "")}: {signature.Text}");
        }

        screen.Line();
        screen.Line(verified.Holds
            ? "HOLDS: every party has signed exactly these bytes."
            : $"DOES NOT HOLD: do not rely on {path}.");
        if (verified.Holds)
        {
            screen.Note("The number and the times are the hub's word. Whether it is in force, the hub says: thub agreement show");
        }
    }

    private static JsonObject Json(AgreementVerification verified) => new()
    {
        ["holds"] = verified.Holds,
        ["agreement"] = verified.Agreement?.Id ?? "",
        ["version"] = verified.Version,
        ["documentSha256"] = verified.DocumentSha256,
        ["faults"] = new JsonArray([.. verified.Faults.Select(f => (JsonNode)f)]),
        ["signatures"] = new JsonArray([.. verified.Signatures.Select(s => (JsonNode)new JsonObject
        {
            ["party"] = s.Party,
            ["subject"] = s.Subject ?? "",
            ["signTime"] = s.SignTime?.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture) ?? "",
            ["holds"] = s.Holds,
            ["text"] = s.Text,
            ["namedBy"] = s.NamedBy.ToString().ToLowerInvariant(),
        })]),
    };

    private static async Task<byte[]> BytesAsync(string path, CancellationToken cancellation)
    {
        var file = new FileInfo(path);
        return !file.Exists ? throw new UsageException($"There is no file {path}.", "Check the path.")
            : file.Length > LargestFile ? throw new UsageException($"{path} is too large to be an agreement.", "Check the path.")
            : await File.ReadAllBytesAsync(path, cancellation);
    }
}
