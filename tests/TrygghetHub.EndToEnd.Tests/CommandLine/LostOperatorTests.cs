using System.Security.Cryptography;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary>Who has lost the operator's identity is led to the command that makes another.</summary>
public sealed class LostOperatorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("without its key")]
    [InlineData("damaged")]
    [InlineData("of another hub")]
    public async Task Identity_ThatIsLost_LeadsToTheCommandThatMakesAnother(string how)
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        await using var other = await ServedHub.StartAsync("--sandbox");
        var folder = hub.OperatorFolder;
        var data = Path.Combine(hub.Directory, "hub");
        var command = $"serve --data {Path.GetRelativePath(Environment.CurrentDirectory, data)} --sandbox --new-operator";
        switch (how)
        {
            case "missing":
                Directory.Delete(folder, recursive: true);
                break;
            case "empty":
                Directory.Delete(folder, recursive: true);
                Directory.CreateDirectory(folder);
                break;
            case "without its key":
                File.Delete(Path.Combine(folder, "client.key"));
                break;
            case "damaged":
                await File.WriteAllTextAsync(Path.Combine(folder, "client.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", Cancellation);
                break;
            default:
                foreach (var file in (string[])["client.crt", "client.key", "ca.crt"])
                {
                    File.Copy(Path.Combine(other.OperatorFolder, file), Path.Combine(folder, file), overwrite: true);
                }

                break;
        }

        var status = await Thub.RunAsync("status", "--as", folder);
        Assert.Equal(ExitCode.Failure, status.ExitCode);
        Assert.Contains(command, status.Error, StringComparison.Ordinal);
        var doctor = await Thub.RunAsync("doctor", "--as", folder);
        Assert.Equal(ExitCode.Failure, doctor.ExitCode);
        Assert.Contains(command, doctor.Error, StringComparison.Ordinal);

        // A start says so, too, in one line, and leaves what is there: the identity may be in use elsewhere.
        await hub.KillAsync();
        var before = Contents(folder);
        var said = await StartedAsync(hub);
        Assert.Contains(said.Split('\n'), line =>
            line.StartsWith("Operator's identity: ", StringComparison.Ordinal) && line.Contains(command, StringComparison.Ordinal));
        Assert.Equal(before, Contents(folder));

        // The command, as it is said.
        var made = await StartedAsync(hub, "--new-operator");
        Assert.DoesNotContain("--new-operator", made, StringComparison.Ordinal);
        await hub.OpenAsync();
        var well = await Thub.RunAsync("status", "--as", folder);
        Assert.True(well.ExitCode is ExitCode.Fine or ExitCode.Warnings, well.ToString());
        Assert.Equal(
            how == "of another hub" ? 1 : 0, Directory.EnumerateDirectories(data, "operator.before-*").Count());
    }

    [Fact]
    public async Task Key_ThatTheOperatorHasEncrypted_StaysOverAStart()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var key = Path.Combine(hub.OperatorFolder, "client.key");
        var passphrase = Path.Combine(hub.Directory, "passphrase");
        await File.WriteAllTextAsync(passphrase, "right\n", Cancellation);
        using (var plain = ECDsa.Create())
        {
            plain.ImportFromPem(await File.ReadAllTextAsync(key, Cancellation));
            await File.WriteAllTextAsync(key, plain.ExportEncryptedPkcs8PrivateKeyPem(
                "right", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)), Cancellation);
        }

        var before = await File.ReadAllTextAsync(key, Cancellation);
        await hub.KillAsync();
        await hub.OpenAsync();

        Assert.Equal(before, await File.ReadAllTextAsync(key, Cancellation));
        await Thub.RunFineAsync("partner", "list", "--as", hub.OperatorFolder, "--key-passphrase-file", passphrase);

        // Who mistypes it has lost nothing.
        await File.WriteAllTextAsync(passphrase, "wrong\n", Cancellation);
        foreach (var command in (string[])["status", "doctor"])
        {
            var refused = await Thub.RunAsync(command, "--as", hub.OperatorFolder, "--key-passphrase-file", passphrase);
            Assert.Equal(ExitCode.Failure, refused.ExitCode);
            Assert.DoesNotContain("--new-operator", refused.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ids/polisen", null)]
    [InlineData("elsewhere/operator", "serve --data DIR --new-operator")]
    [InlineData("elsewhere/operator/client.crt", "serve --data DIR --new-operator")]
    public void Remedy_OfAFolder_IsForTheOperatorAlone(string folder, string? command)
    {
        var remedy = LostOperator.Remedy(folder);
        Assert.Equal(command is not null, remedy is not null);
        Assert.Contains(command ?? "", remedy ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operator", "urn:trygghet:partner:polisen", false)]
    [InlineData("ops", "urn:trygghet:operator:operator", true)]
    public void Remedy_OfAFolderWithHubJson_IsDecidedByItsId(string name, string id, bool isOperators)
    {
        var directory = Directory.CreateTempSubdirectory("thub-lost-").FullName;
        var folder = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "hub.json"), $$"""{"id": "{{id}}"}""");
        Assert.Equal(isOperators, LostOperator.Remedy(folder) is not null);
        Directory.Delete(directory, recursive: true);
    }

    private static string Contents(string folder) => Directory.Exists(folder)
        ? string.Concat(Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(file => file + File.ReadAllText(file)))
        : "";

    // What `serve` says until it listens and tells how it is stopped; it is ended then.
    private static async Task<string> StartedAsync(ServedHub hub, params string[] options)
    {
        using var process = Thub.Start([
            "serve", "--data", Path.Combine(hub.Directory, "hub"), "--url", hub.Url.GetLeftPart(UriPartial.Authority),
            "--open-url", hub.OpenUrl.GetLeftPart(UriPartial.Authority), "--sandbox", .. options,
        ]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            said.Add(line);
            if (line.Contains("Ctrl+C stops it", StringComparison.Ordinal))
            {
                break;
            }
        }

        process.Kill();
        await process.WaitForExitAsync(patience.Token);
        return string.Join('\n', [.. said, await output]);
    }
}
