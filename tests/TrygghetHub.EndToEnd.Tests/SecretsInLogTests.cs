using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Text.Json;
using TrygghetHub.Client;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests;

/// <summary>A hub that was told to log everything, and each secret that has passed through it.</summary>
public sealed class SecretsInLogTests
{
    private const string RefusedText = "Ring Rosenquist om bilen, personnummer 19640823-3234, hemligstämplat.";

    private const string Person = "19640823-3234";

    // A level for everything, and besides one for each category that the hub caps.
    private static readonly string[] Categories =
    [
        "Default", "OpenIddict", "Microsoft.IdentityModel", "Microsoft.AspNetCore.HttpLogging", "Microsoft.AspNetCore.Authentication",
        "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "System.Net.Http",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Whether for all providers or for the console alone, as an operator may set it.
    [Theory]
    [InlineData("Logging__LogLevel__")]
    [InlineData("Logging__Console__LogLevel__")]
    public async Task Hub_LoggingAllCategoriesAtTrace_WritesNoTokenCodeKeyOrRefusedText(string setting)
    {
        await using var hub = await ServedHub.StartAsync(
            Categories.ToDictionary(category => setting + category, _ => "Trace"),
            "--sandbox");
        var code = await hub.CodeAsync("polisen", "police");
        var folder = hub.FolderOf("polisen");
        await Thub.RunFineAsync("join", "--hub", hub.OpenUrl.GetLeftPart(UriPartial.Authority), "--code", code, "--out", folder);
        await Thub.RunAsync(
            "join", "--hub", hub.OpenUrl.GetLeftPart(UriPartial.Authority), "--code", code, "--out", hub.FolderOf("again"));
        await hub.JoinAsync("upplands-bro", "municipal-unit");
        await hub.AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var token = await TokenAsync(hub, folder);
        await MisuseAsync(hub, folder, token, code);
        using (var police = ServedHub.Connect(folder))
        {
            var incident = Examples.Incident("one");
            incident.Report.Summary = RefusedText;
            await Assert.ThrowsAsync<HubException>(async () => await police.Incidents.SubmitIncidentAsync(
                new SubmitIncidentRequest { Incident = incident }, cancellationToken: Cancellation));
        }

        await Thub.RunFineAsync("cert", "renew", "--as", folder);
        await Thub.RunAsync("status", "--as", hub.OperatorFolder, "--json");
        await hub.KillAsync();

        foreach (var started in (string[])["trce: Microsoft.AspNetCore.Server.Kestrel", "dbug: Microsoft.EntityFrameworkCore", "dbug: Grpc.AspNetCore", "dbug: Quartz"])
        {
            Assert.Contains(hub.Log, line => line.Contains(started, StringComparison.Ordinal));
        }

        foreach (var secret in token.Split('.').Append(code).Append(code[^30..]).Append(Person).Concat(RefusedText.Split(' ').Where(w => w.Length > 9)).Concat(Keys(hub.Directory)))
        {
            Assert.DoesNotContain(hub.Log, line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    private static async Task<string> TokenAsync(ServedHub hub, string folder)
    {
        using var identity = IdentityFolder.Load(folder);
        using var http = Http(identity);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = identity.Id,
        });
        using var response = await http.PostAsync(new Uri(hub.Url, "connect/token"), form, Cancellation);
        using var answer = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation));
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    // Where a token or a code has no business: in the address, in headers, in a form, at the wrong endpoint.
    private static async Task MisuseAsync(ServedHub hub, string folder, string token, string code)
    {
        using var identity = IdentityFolder.Load(folder);
        using var http = Http(identity);
        foreach (var url in new[] { hub.Url, hub.OpenUrl })
        {
            foreach (var path in new[] { "/", "/connect/token", "/.well-known/jwks", "/trygghethub.partners.v1.JoinService/Join" })
            {
                foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
                {
                    using var request = new HttpRequestMessage(method, new Uri(url, $"{path}?access_token={token}&code={code}&person={Person}"));
                    request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
                    request.Headers.TryAddWithoutValidation("User-Agent", code);
                    request.Headers.TryAddWithoutValidation("X-Token", token);
                    if (method == HttpMethod.Post)
                    {
                        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
                        {
                            ["grant_type"] = "client_credentials",
                            ["client_id"] = token,
                            ["token"] = token,
                            ["scope"] = code,
                        });
                    }

                    using var answer = await http.SendAsync(request, Cancellation);
                }
            }
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "Which hub answers does not matter to what it logs.")]
    private static HttpClient Http(IdentityFolder identity) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, identity.Issuers, offline: true),
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        },
    });

    // Each line of every private key in the hub's data and the partners' folders.
    private static List<string> Keys(string directory)
    {
        var lines = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(f => new FileInfo(f).Length < 100_000)
            .Select(ReadShared).Where(t => t.Contains("PRIVATE KEY", StringComparison.Ordinal))
            .SelectMany(t => t.Split('\n', StringSplitOptions.TrimEntries).SkipWhile(l => !l.Contains("PRIVATE KEY", StringComparison.Ordinal)).Skip(1))
            .Where(l => l.Length > 20 && !l.Contains("-----", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lines);
        return lines;
    }

    private static string ReadShared(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return file.ReadToEnd();
    }
}
