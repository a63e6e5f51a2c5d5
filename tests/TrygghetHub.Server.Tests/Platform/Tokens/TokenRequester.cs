using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using TrygghetHub.Client;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Tokens;

/// <summary>Asks the issuer of a test hub over HTTP, with a certificate or without.</summary>
internal sealed class TokenRequester : IDisposable
{
    private readonly HttpClient http;

    private TokenRequester(HttpClient http) => this.http = http;

    /// <summary>With the identity of an enrolled partner.</summary>
    public static TokenRequester Of(TestHub hub, string partner)
    {
        var identity = IdentityFolder.Load(hub.IdentityPath(partner));
        return With(hub, identity.Certificate, identity.Issuers);
    }

    public static TokenRequester With(TestHub hub, X509Certificate2? certificate, X509Certificate2Collection? issuers = null)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.ImportFromPemFile(Path.Combine(hub.Hub.OperatorFolder, "ca.crt"));
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
        if (certificate is not null)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
        }

        return new TokenRequester(new HttpClient(new SocketsHttpHandler { SslOptions = tls, UseProxy = false })
        {
            BaseAddress = hub.Hub.Url,
        });
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string client, string? scope = null) =>
        AskAsync(scope is null
            ? new() { ["grant_type"] = "client_credentials", ["client_id"] = client }
            : new() { ["grant_type"] = "client_credentials", ["client_id"] = client, ["scope"] = scope });

    public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri("connect/token", UriKind.Relative), content, Cancellation);
        return (response.StatusCode, await JsonOf(response));
    }

    /// <summary>A token that is granted.</summary>
    public async Task<string> TokenAsync(string client, string? scope = null)
    {
        var (status, body) = await AskAsync(client, scope);
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body.GetProperty("access_token").GetString()!;
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return (response.StatusCode, response.IsSuccessStatusCode ? await JsonOf(response) : default);
    }

    /// <summary>What stands in one of a token's parts.</summary>
    public static JsonElement Part(string token, int part) => JsonDocument.Parse(
        Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(token.Split('.')[part])).RootElement;

    public void Dispose() => http.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<JsonElement> JsonOf(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.False(response.StatusCode == HttpStatusCode.InternalServerError, text);
        return text.Length == 0 ? default : JsonDocument.Parse(Encoding.UTF8.GetBytes(text)).RootElement;
    }
}
