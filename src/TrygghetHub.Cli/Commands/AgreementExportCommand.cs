using System.CommandLine;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement export</c>: an agreement and its signatures in a file, to be kept without the hub.</summary>
internal static class AgreementExportCommand
{
    public static Command Create()
    {
        var id = AgreementArguments.Id();
        var number = AgreementArguments.Version("the version in force");
        var output = new Option<string>("--out")
        {
            Description = "New file for the document and its signatures.",
            HelpName = "FILE.agreement",
            Required = true,
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("export", "Write a signed agreement to a file that can be verified without the hub.")
        {
            id, number, output, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (name, asked) = AgreementArguments.Name(parsed.GetRequiredValue(id), parsed.GetValue(number));
            var path = parsed.GetRequiredValue(output);
            NewFile.Require(path);
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var version = await AgreementArguments.GetAsync(client, name, asked, cancellation);
            var (_, sha256) = AgreementArguments.Document(version);
            if (version.UnsignedParties.Count > 0)
            {
                throw new UsageException(
                    $"Version {version.Version} of {name} is not signed by {AgreementPrinter.List(version.UnsignedParties)}.",
                    "Export it when all have signed, or name another with --version.");
            }

            if (version.Signatures.Count == 0)
            {
                throw new UsageException($"Nobody has signed version {version.Version} of {name}: it was applied on a development hub.",
                    "Draft it, propose it, and have each party sign it.");
            }

            var file = new SignedAgreement
            {
                Document = version.Document,
                Signatures = { version.Signatures },
                Version = version.Version,
            };
            await NewFile.WriteAsync(path, file.ToByteArray(), cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(new Exported(
                    version.Name, version.Version, [.. version.Signatures.Select(s => s.Partner)], sha256, Path.GetFullPath(path)));
                return ExitCode.Fine;
            }

            screen.Line($"Wrote {name}, version {version.Version}, with "
                + $"{AgreementPrinter.Count(version.Signatures.Count, "signature", "signatures")} to {path}.");
            screen.Line($"SHA-256 of the document: {sha256}");
            screen.Note($"Next: thub agreement verify {path}");
            return ExitCode.Fine;
        });
    }

    /// <summary>What <c>--json</c> prints.</summary>
    /// <param name="Name"><c>agreements/{agreement}</c>.</param>
    /// <param name="Version">Its number.</param>
    /// <param name="SignedBy">Partners, by their ids.</param>
    /// <param name="DocumentSha256">In hexadecimal.</param>
    /// <param name="File">The file that was written, as an absolute path.</param>
    private sealed record Exported(string Name, long Version, IReadOnlyList<string> SignedBy, string DocumentSha256, string File);
}
