using System.Text.RegularExpressions;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary>Every text file that a command takes is read by the one reader: a byte that is not UTF-8 is refused with its place.</summary>
public sealed partial class TextFilesOfCommandsTests
{
    private const string Bad = "{BAD}";
    private const string BadPem = "{BADPEM}";
    private const string BadXml = "{BADXML}";
    private const string Good = "{GOOD}";

    // A mapping for rows, and a text that no other command takes for anything.
    private const string Mapping =
        """{"type": "observation", "sourceRef": "Nr", "from": "Datum", "category": "graffiti", "area": "0139", "source": "fault-report"}""";

    /// <summary>Commands and their text files; of those of <c>screen</c> and the police's feed each line is judged alone.</summary>
    private static readonly Dictionary<string, string[]> Texts = new()
    {
        ["init --agreement"] = ["init", Good, "--agreement", Bad],
        ["send FILE.json"] = ["send", Bad],
        ["preview FILE.json"] = ["preview", Bad],
        ["screen FILE.ndjson"] = ["screen", Bad],
        ["agreement draft FILE.json"] = ["agreement", "draft", Bad],
        ["agreement apply FILE.json"] = ["agreement", "apply", Bad],
        ["agreement rehearse DRAFT.json"] = ["agreement", "rehearse", Bad],
        ["agreement verify --root"] = ["agreement", "verify", Good, "--root", BadPem],
        ["agreement verify --outside-root"] = ["agreement", "verify", Good, "--outside-root", BadPem],
        ["area import FILE.geojson"] = ["area", "import", Bad, "--level", "district"],
        ["codes import FILE.csv"] = ["codes", "import", Bad],
        ["connect csv FILE.csv"] = ["connect", "csv", Bad, "--map", Good],
        ["connect csv --map"] = ["connect", "csv", Good, "--map", Bad],
        ["connect open311 --file"] = ["connect", "open311", "--file", BadXml, "--area", "0139"],
        ["connect open311 --map"] = ["connect", "open311", "--file", Good, "--map", Bad],
        ["connect polisen --file"] = ["connect", "polisen", "--file", BadPem],
        ["picture verify --root"] = ["picture", "verify", Good, "--root", BadPem],
        ["cert add --file"] = ["cert", "add", "polisen", "--file", BadPem],
        ["contact set --cert"] = ["contact", "set", "--function", "Vakthavande IT", "--address", "it@example.se", "--cert", BadPem],
        ["serve --settings"] = ["serve", "--data", Good, "--settings", Bad],
        ["serve --key-file"] = ["serve", "--data", Good, "--key-file", Bad],
    };

    /// <summary>What else is a file: no text of somebody's, or not read.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["agreement verify FILE.agreement"] = "Signed bytes: any other byte breaks the signature.",
        ["picture verify FILE"] = "Sealed bytes: any other byte breaks the seal.",
        ["picture verify --seal"] = "A seal in protobuf.",
        ["cert consent --contact"] = "A certificate and its key in PEM, of which base64 alone is read.",
        ["cert object --contact"] = "A certificate and its key in PEM, of which base64 alone is read.",
        ["cert consent --contact-signature"] = "CMS in DER.",
        ["cert object --contact-signature"] = "CMS in DER.",
        ["cert consent --document"] = "Written.",
        ["cert object --document"] = "Written.",
        ["partner create --code-file"] = "Written.",
        ["partner code --code-file"] = "Written.",
        ["cert consent --contact-passphrase-file"] = "A secret: its bytes are not shown (IdentityOfAuthoritiesTests).",
        ["cert object --contact-passphrase-file"] = "A secret: its bytes are not shown (IdentityOfAuthoritiesTests).",
        ["contact key --contact-passphrase-file"] = "A secret: its bytes are not shown (IdentityOfAuthoritiesTests).",
        ["--key-passphrase-file"] = "A secret: its bytes are not shown (IdentityOfAuthoritiesTests).",
        ["contact key --out"] = "Written.",
        ["agreement export --out"] = "Written.",
        ["picture get --out"] = "Written.",
        ["picture receive --out"] = "Written.",
        ["connect polisen --state"] = "Written by the command for itself; a damaged one counts as a call just made.",
        ["feed --cursor-file"] = "Written by the command for itself; a damaged one is refused.",
    };

    [Fact]
    public void Files_OfAllCommands_AreTextsOrSayWhyNot()
    {
        var command = "";
        var files = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "help.txt")))
        {
            if (CommandLine().Match(line) is { Success: true } begins)
            {
                command = begins.Groups[1].Value;
            }
            else if (TakesAFile().Match(line) is { Success: true } takes)
            {
                // One of all commands with --as.
                var name = takes.Groups["option"].Value;
                files.Add(name == CallerOptions.KeyPassphraseFile.Name ? name : $"{command} {(takes.Groups["option"].Success ? takes.Groups["option"].Value : takes.Groups["name"].Value)}");
            }
        }

        Assert.Equal(Texts.Keys.Concat(Others.Keys).Order(StringComparer.Ordinal), files.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Text_OfAnyCommand_WithAByteThatIsNotUtf8_IsRefusedWithItsPlaceAndARemedy()
    {
        await using var hub = await ServedHub.StartAsync();
        var bad = Path.Combine(hub.Directory, "fel.txt");
        await File.WriteAllBytesAsync(bad, [.. "[\n{\"R"u8, 0xE5, .. "by\n"u8], TestContext.Current.CancellationToken);
        var badPem = Path.Combine(hub.Directory, "fel.pem");
        await File.WriteAllBytesAsync(badPem, [.. "-----BEGIN CERTIFICATE-----\n# R"u8, 0xE5, .. "by\n"u8], TestContext.Current.CancellationToken);
        // Of a list in JSON each request is judged alone (Open311Tests).
        var badXml = Path.Combine(hub.Directory, "fel.xml");
        await File.WriteAllBytesAsync(badXml, [.. "<r>\n<rR"u8, 0xE5, .. "by\n"u8], TestContext.Current.CancellationToken);
        var good = Path.Combine(hub.Directory, "bra.txt");
        await File.WriteAllTextAsync(good, Mapping, TestContext.Current.CancellationToken);

        var police = await hub.EnrolAsync("polisen", PartnerKind.Police);
        var failures = new List<string>();
        foreach (var (file, arguments) in Texts)
        {
            string[] caller = arguments[0] switch
            {
                "init" or "screen" or "serve" => [],
                "connect" => ["--as", police],
                _ => ["--as", hub.OperatorFolder],
            };
            var outcome = await Thub.RunAsync([.. arguments.Select(a => a switch { Bad => bad, BadPem => badPem, BadXml => badXml, Good => good, _ => a }), .. caller]);

            var told = outcome.Error + outcome.Output;
            var hasRemedy = told.Contains("Save the file as UTF-8.", StringComparison.Ordinal);
            if (outcome.ExitCode == ExitCode.Fine || !Place().IsMatch(told) || !hasRemedy)
            {
                failures.Add($"{file}: {outcome.ExitCode} {told}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [GeneratedRegex(@"^\$ thub (.+) --help$")]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"^\s+(?:(?<option>--[a-z0-9-]+) )?<(?<name>[^> ]*(?:FILE|CERT|\.[a-z]+)[^> ]*)>\s{2,}|^\s+(?<option>--[a-z0-9-]+) <[^>]*(?:FILE|CERT|\.json)[^>]*> \(REQUIRED\)")]
    private static partial Regex TakesAFile();

    [GeneratedRegex(@"(?:line 2(?:, |: )|fel\.pem:2 +)column 4 \(byte (?:5|7|31)\): the byte 0xE5 is not UTF-8")]
    private static partial Regex Place();
}
