using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using TrygghetHub.Server.Platform.Tokens;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>
/// Access tokens signed with the hub's own key, so that only the one thing is wrong with them that a test is about.
/// </summary>
internal static class HandMadeToken
{
    /// <summary>A good token's claims; whoever wants one that is not so changes them.</summary>
    public static async Task<JsonObject> ClaimsAsync(
        TestHub hub, X509Certificate2 certificate, string principal, string scope)
    {
        var services = hub.Hub.Services;
        var now = services.GetRequiredService<HubOptions>().Time.GetUtcNow();
        var keys = await services.GetRequiredService<IIssuerKeys>().GetAsync(CancellationToken.None);
        return new JsonObject
        {
            ["iss"] = keys!.Issuer,
            ["sub"] = principal,
            ["client_id"] = principal,
            ["aud"] = "urn:trygghet:hub",
            ["scope"] = scope,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
            ["cnf"] = new JsonObject { ["x5t#S256"] = Base64UrlEncoder.Encode(SHA256.HashData(certificate.RawData)) },
        };
    }

    public static string Sign(TestHub hub, JsonObject claims)
    {
        var credentials = hub.Hub.Services.GetRequiredService<SigningKeys>().Credentials();
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = credentials.Key.KeyId, ["typ"] = "at+jwt" };
        var unsigned = Base64UrlEncoder.Encode(header.ToJsonString()) + "." + Base64UrlEncoder.Encode(claims.ToJsonString());
        var signature = ((ECDsaSecurityKey)credentials.Key).ECDsa.SignData(
            Encoding.ASCII.GetBytes(unsigned), HashAlgorithmName.SHA256);
        return unsigned + "." + Base64UrlEncoder.Encode(signature);
    }
}
