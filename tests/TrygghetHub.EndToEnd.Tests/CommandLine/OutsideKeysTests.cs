using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary>Partners with keys and certificates of an authority of their own, by command, over TLS.</summary>
public sealed class OutsideKeysTests
{
    private const string Passphrase = "rätt häst";

    [Theory]
    [InlineData("RSA-2048", "RSA")]
    [InlineData("RSA-3072", "RSA")]
    [InlineData("P-384", "P-384")]
    [InlineData("RSA-3072", "P-384")]
    public async Task Partner_WithAnEncryptedKeyOfItsOwnAuthority_SignsSendsAndConsents(string kind, string authorityKind)
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        using var authority = NewAuthority(authorityKind);
        authority.WriteTo(Path.Combine(hub.Directory, "hub", "authority", "outside", "region"));
        using var key = NewKey(kind);
        var folder = await WriteFolderAsync(hub, authority, key);
        var file = Path.Combine(hub.Directory, "passphrase");
        await WriteAsync(file, Passphrase + "\n");
        await hub.CodeAsync("polisen", "police");
        await hub.JoinAsync("upplands-bro", "municipal-unit");

        // A running hub reads the authority's folder within seconds; a start reads it at once.
        await hub.KillAsync();
        await hub.OpenAsync();
        await Thub.RunFineAsync(
            "cert", "add", "polisen", "--file", Path.Combine(folder, "client.crt"), "--as", hub.OperatorFolder);
        string[] caller = ["--as", folder, "--key-passphrase-file", file];

        Assert.Contains("urn:trygghet:partner:polisen", await Thub.RunFineAsync(["whoami", .. caller]), StringComparison.Ordinal);
        var doctor = await Thub.RunAsync(["doctor", .. caller]);
        Assert.Contains("✓  Own key", doctor.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("✗", doctor.Output, StringComparison.Ordinal);

        var agreement = Path.Combine(hub.Directory, "agreement.json");
        await WriteAsync(agreement, Google.Protobuf.JsonFormatter.Default.Format(Examples.Agreement("est", "polisen", "upplands-bro")));
        await Thub.RunFineAsync("agreement", "draft", agreement, "--as", hub.OperatorFolder);
        await Thub.RunFineAsync("agreement", "propose", "est", "--as", hub.OperatorFolder);
        await Thub.RunFineAsync(["agreement", "sign", "est", "--yes", .. caller]);
        await Thub.RunFineAsync("agreement", "sign", "est", "--yes", "--as", hub.FolderOf("upplands-bro"));
        var sent = await Thub.RunAsync(
            ["send", Path.Combine(AppContext.BaseDirectory, "samples", "incident.json"), .. caller]);
        Assert.True(sent.ExitCode == ExitCode.Fine, sent.ToString());

        // A wider role is the partner's to grant, by its key.
        await Thub.RunFineAsync("partner", "roles", "polisen", "--set", "partner-system,auditor", "--as", hub.OperatorFolder);
        var request = JsonDocument.Parse(await Thub.RunFineAsync(["cert", "requests", "--json", .. caller])).RootElement
            .EnumerateArray().Single().GetProperty("id").GetString()!;
        await Thub.RunFineAsync(["cert", "consent", request, "--yes", .. caller]);
        Assert.Contains("auditor", await Thub.RunFineAsync(["whoami", .. caller]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EncryptedKey_WithoutItsPassphrase_IsRefusedWithOneLineAndARemedy()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-keys-").FullName;
        using var authority = new TestAuthority("Region");
        using var key = NewKey("P-256");
        var folder = WriteFolder(directory, new Uri("https://127.0.0.1:1"), authority.Root.ExportCertificatePem(), authority, key);
        var file = Path.Combine(directory, "passphrase");
        await WriteAsync(file, "fel\r\n");

        // Nobody is at a terminal, and no question waits for an answer.
        AssertRefused(
            await Thub.RunAsync("whoami", "--as", folder),
            "is encrypted, and there is no terminal to ask for its passphrase at.",
            "name that with --key-passphrase-file, or in THUB_KEY_PASSPHRASE_FILE.");
        AssertRefused(
            await Thub.RunAsync("whoami", "--as", folder, "--key-passphrase-file", file),
            $"is encrypted, and not with the passphrase in {file}.", "Correct the passphrase; the key is ECDSA or RSA.");
        AssertRefused(
            await Thub.RunAsync("whoami", "--as", folder, "--key-passphrase-file", file + "2"),
            $"The passphrase file {file}2 cannot be read.", "Check its path and who may read it.");
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task EncryptedKey_AtATerminal_IsAskedForAndNothingTypedIsShown()
    {
        const string script = "/usr/bin/script";
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(script), "There is no script(1) here, which makes a terminal.");
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var folder = await hub.JoinAsync("polisen", "police");
        var file = Path.Combine(folder, "client.key");
        using (var key = ECDsa.Create())
        {
            key.ImportFromPem(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            await WriteAsync(file, Encrypted(key));
        }

        var (exit, output) = await AtTerminalAsync(Passphrase);
        Assert.True(exit == 0, output);
        Assert.Contains($"Passphrase of {file}: ", output, StringComparison.Ordinal);
        Assert.Contains("urn:trygghet:partner:polisen", output, StringComparison.Ordinal);
        Assert.DoesNotContain("häst", output, StringComparison.Ordinal);
        (exit, output) = await AtTerminalAsync("fel");
        Assert.Equal(ExitCode.Failure, exit);
        Assert.Contains("is encrypted, and not with the passphrase that was typed.", output, StringComparison.Ordinal);

        async Task<(int Exit, string Output)> AtTerminalAsync(string typed)
        {
            var start = new ProcessStartInfo(script) { RedirectStandardInput = true, RedirectStandardOutput = true };
            start.Environment.Remove("THUB_AS");
            start.Environment["TERM"] = "dumb";
            var thub = Path.Combine(AppContext.BaseDirectory, "thub.dll");
            start.ArgumentList.Add("--quiet");
            start.ArgumentList.Add("--return");
            start.ArgumentList.Add("--command");
            start.ArgumentList.Add($"{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"} '{thub}' whoami --as '{folder}'");
            start.ArgumentList.Add("/dev/null");
            using var process = Process.Start(start)!;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(TimeSpan.FromMinutes(4));

            // What is typed before the question would be shown by the terminal itself.
            var read = new System.Text.StringBuilder();
            var buffer = new char[256];
            while (!read.ToString().Contains("Passphrase of", StringComparison.Ordinal)
                && await process.StandardOutput.ReadAsync(buffer, patience.Token) is > 0 and var count)
            {
                read.Append(buffer, 0, count);
            }

            await process.StandardInput.WriteAsync(typed + "\r");
            await process.StandardInput.FlushAsync(patience.Token);
            read.Append(await process.StandardOutput.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, read.ToString());
        }
    }

    [Theory]
    [InlineData("ab\bc\r", "ac")]
    [InlineData("\b\bå ö\t\r", "å ö")]
    [InlineData("fel\u0015rätt\r", "rätt")]
    [InlineData("fel\u0003", null)]
    [InlineData("\u0004", null)]
    public void Question_KeysThatEdit_ChangeWhatIsAnswered(string typed, string? answer)
    {
        var keys = new Queue<ConsoleKeyInfo>(typed.Select(KeyOf));
        if (answer is null)
        {
            Assert.Throws<OperationCanceledException>(() => PassphraseQuestion.ReadLine(keys.Dequeue));
        }
        else
        {
            Assert.Equal(answer, PassphraseQuestion.ReadLine(keys.Dequeue));
        }

        static ConsoleKeyInfo KeyOf(char character) => character switch
        {
            '\r' => new('\r', ConsoleKey.Enter, false, false, false),
            '\b' => new('\b', ConsoleKey.Backspace, false, false, false),
            < ' ' => new(character, ConsoleKey.A + (character - 1), false, false, control: true),
            _ => new(character, ConsoleKey.None, false, false, false),
        };
    }

    [Fact]
    public async Task Contact_WithAnEncryptedKey_Consents()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var folder = await hub.JoinAsync("polisen", "police");
        var file = Path.Combine(hub.Directory, "passphrase");
        await WriteAsync(file, Passphrase);
        var contact = Path.Combine(hub.Directory, "contact.pem");
        await Thub.RunFineAsync("contact", "key", "--function", "Vakthavande IT", "--out", contact, "--contact-passphrase-file", file);
        Assert.Contains("BEGIN ENCRYPTED PRIVATE KEY", await File.ReadAllTextAsync(contact, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Thub.RunFineAsync(
            "contact", "set", "--function", "Vakthavande IT", "--address", "it@polisen.example", "--cert", contact, "--as", folder);
        await Thub.RunFineAsync("partner", "roles", "polisen", "--set", "partner-system,auditor", "--as", hub.OperatorFolder);
        var request = JsonDocument.Parse(await Thub.RunFineAsync("cert", "requests", "--json", "--as", folder)).RootElement
            .EnumerateArray().Single().GetProperty("id").GetString()!;
        string[] objection = ["cert", "object", request, "--reason", "Nej", "--contact", contact, "--as", folder];

        AssertRefused(
            await Thub.RunAsync(objection), "contact.pem is encrypted, and there is no terminal", "name that with --contact-passphrase-file.");
        await Thub.RunFineAsync([.. objection, "--contact-passphrase-file", file]);
    }

    private static void AssertRefused(Thub.Outcome outcome, string rule, string remedy)
    {
        Assert.True(outcome.ExitCode == ExitCode.Failure, outcome.ToString());
        Assert.Empty(outcome.Output);
        var lines = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains(rule, lines[0], StringComparison.Ordinal);
        Assert.Contains(remedy, lines[1], StringComparison.Ordinal);
    }

    private static async Task<string> WriteFolderAsync(ServedHub hub, TestAuthority authority, AsymmetricAlgorithm key) => WriteFolder(
        hub.Directory, hub.Url, await File.ReadAllTextAsync(Path.Combine(hub.OperatorFolder, "ca.crt"), TestContext.Current.CancellationToken),
        authority, key);

    // By hand, as certs/README.md says: the root of the hub, and certificates of the authority in any order.
    private static string WriteFolder(string directory, Uri url, string hubRoot, TestAuthority authority, AsymmetricAlgorithm key)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "by-hand")).FullName;
        using var certificate = authority.Issue(new PublicKey(key), "urn:example:system-7");
        var issuers = ReferenceEquals(authority.Root, authority.Issuing) ? "" : authority.Issuing.ExportCertificatePem() + "\n";
        File.WriteAllText(Path.Combine(folder, "client.crt"), certificate.ExportCertificatePem() + "\n" + issuers);
        File.WriteAllText(Path.Combine(folder, "client.key"), Encrypted(key));
        File.WriteAllText(Path.Combine(folder, "ca.crt"), hubRoot);
        File.WriteAllText(
            Path.Combine(folder, "hub.json"),
            JsonSerializer.Serialize(new { url = url.GetLeftPart(UriPartial.Authority), id = "urn:trygghet:partner:polisen" }));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder, "client.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return folder;
    }

    private static Task WriteAsync(string file, string text)
    {
        File.WriteAllText(file, "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
    }

    private static string Encrypted(AsymmetricAlgorithm key) => key.ExportEncryptedPkcs8PrivateKeyPem(
        Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)) + "\n";

    private static AsymmetricAlgorithm NewKey(string kind) => kind switch
    {
        "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "RSA-2048" => RSA.Create(2048),
        _ => RSA.Create(3072),
    };

    private static TestAuthority NewAuthority(string kind) => kind == "RSA"
        ? new TestAuthority("Region", intermediate: true, rsa: true)
        : new TestAuthority("Region", intermediate: true, curve: ECCurve.NamedCurves.nistP384);
}
