using System.CommandLine;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement sign</c>: signs a proposed version for the caller's party.</summary>
internal static class AgreementSignCommand
{
    public static Command Create()
    {
        var id = AgreementArguments.Id();
        var number = AgreementArguments.Version("the proposed version");
        var only = new Option<string?>("--sha256")
        {
            Description = "Sign only if the document has this SHA-256 hash, which you have received through another channel.",
            HelpName = "HEX",
        };
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("sign", "Sign a proposed agreement for your party, with your certificate's key.")
        {
            id, number, only, yes, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (name, asked) = AgreementArguments.Name(parsed.GetRequiredValue(id), parsed.GetValue(number));
            using var identity = parsed.Identity(caller);
            var party = AgreementArguments.PartnerOf(identity) ?? throw new UsageException(
                $"{identity.Id} is no partner: the operator signs nothing.", "Sign as a party: --as the party's identity folder.");
            using var client = HubClient.Connect(identity);
            var proposed = await AgreementArguments.GetAsync(client, name, asked, AgreementState.Proposed,
                "What waits for your signature: thub agreement list", cancellation);
            var (agreement, sha256) = AgreementArguments.Document(proposed);
            if (parsed.GetValue(only) is { } wanted && !string.Equals(wanted, sha256, StringComparison.OrdinalIgnoreCase))
            {
                throw new UsageException($"Version {proposed.Version} of {name} has the hash {sha256}. Nothing was signed.",
                    "Find out which document you are to sign.");
            }

            if (agreement.Parties.All(p => p.Partner != party))
            {
                throw new UsageException($"{party} is no party to {name}. Nothing was signed.", "Check the id.");
            }

            // Also beside JSON: nobody is asked to sign what was not shown.
            Show(parsed.GetValue(json) ? screen.Aside() : screen, proposed, agreement, sha256);

            Confirmation.Require(screen, parsed.GetValue(yes), name, $"This signs version {proposed.Version} for {party}.");
            var version = (await client.Agreements.SignAgreementAsync(
                new SignAgreementRequest
                {
                    Name = proposed.Name,
                    Signature = ByteString.CopyFrom(AgreementSigning.Sign(proposed.Document.Memory, identity)),
                },
                cancellationToken: cancellation)).Version;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(version);
                return ExitCode.Fine;
            }

            screen.Line($"{party} has signed version {version.Version} of {name}: {AgreementPrinter.State(version)}.");
            screen.Note(version.UnsignedParties.Count == 0
                ? $"All have signed. Keep it: thub agreement export {name} --version {version.Version} --out {name}.agreement"
                : $"It is in force when all have signed. See: thub agreement show {name} --version {version.Version}");
            return ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, AgreementVersion proposed, CooperationAgreement agreement, string sha256)
    {
        screen.Line($"{AgreementPrinter.Plain(agreement.Title)}  ({agreement.Id}, version {proposed.Version})");
        screen.Line($"SHA-256: {sha256}");
        screen.Line($"Valid {Words.Day(agreement.ValidFrom)} to {Words.Day(agreement.ValidTo)}; parties: "
            + AgreementPrinter.Plain(AgreementPrinter.List(agreement.Parties.Select(p => p.Partner))));
        AgreementPrinter.Brief(screen, agreement);
        screen.Line($"In full: thub agreement show {agreement.Id} --version {proposed.Version}");
        screen.Line();
    }
}
