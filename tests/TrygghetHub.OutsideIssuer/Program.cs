using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TrygghetHub.OutsideIssuer;

// An issuer that is not the hub's: another program, another algorithm (RS256), other claim names (azp, scp as a list).
// Started with a configuration file; writes its address to standard output and ends with its standard input.
var configuration = IssuerConfiguration.Read(args[0]);
var now = TimeProvider.System.GetUtcNow();

using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
var rootRequest = new CertificateRequest("CN=Outside issuer root", rootKey, HashAlgorithmName.SHA256);
rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
using var root = rootRequest.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
File.WriteAllText(configuration.RootFile, root.ExportCertificatePem());

using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
var serverRequest = new CertificateRequest("CN=Outside issuer", serverKey, HashAlgorithmName.SHA256);
var names = new SubjectAlternativeNameBuilder();
names.AddIpAddress(IPAddress.Loopback);
serverRequest.CertificateExtensions.Add(names.Build());
serverRequest.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
using var issued = serverRequest.Create(root, now.AddMinutes(-5), now.AddHours(12), RandomNumberGenerator.GetBytes(8));
using var withKey = issued.CopyWithPrivateKey(serverKey);
using var server = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);

using var rsa = RSA.Create(2048);
var key = new RsaSecurityKey(rsa) { KeyId = "outside-1" };

var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(https =>
{
    https.ServerCertificate = server;
    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
    // For tests: whoever knows a client's name is that client, and its tokens are bound to what it showed.
    https.AllowAnyClientCertificate();
})));
await using var app = builder.Build();
var issuer = "";

app.MapGet("/realm/.well-known/openid-configuration", () => new Dictionary<string, object>
{
    ["issuer"] = issuer,
    ["jwks_uri"] = issuer + "/keys",
    ["token_endpoint"] = issuer + "/token",
    ["token_endpoint_auth_methods_supported"] = (List<string>)["tls_client_auth"],
});
app.MapGet("/realm/keys", () =>
{
    var parameters = rsa.ExportParameters(includePrivateParameters: false);
    return new
    {
        keys = new[]
        {
            new
            {
                kty = "RSA", use = "sig", alg = "RS256", kid = key.KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus),
                e = Base64UrlEncoder.Encode(parameters.Exponent),
            },
        },
    };
});
app.MapPost("/realm/token", async (HttpContext context) =>
{
    var form = await context.Request.ReadFormAsync();
    var certificate = context.Connection.ClientCertificate;
    var client = configuration.Clients.FirstOrDefault(c => c.Id == form["client_id"]);
    if (client is null || certificate is null)
    {
        return Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);
    }

    var claims = new Dictionary<string, object> { ["azp"] = client.Id, ["sub"] = "service-" + client.Id, ["scp"] = client.Scopes.ToArray() };
    if (client.Bound)
    {
        claims["cnf"] = new Dictionary<string, object>
        {
            ["x5t#S256"] = Base64UrlEncoder.Encode(SHA256.HashData(certificate.RawData)),
        };
    }

    var at = TimeProvider.System.GetUtcNow().UtcDateTime;
    var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = issuer,
        Audience = client.Audience,
        IssuedAt = at,
        NotBefore = at,
        Expires = at.AddMinutes(5),
        Claims = claims,
        SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
    });
    return Results.Json(new { access_token = token, token_type = "Bearer", expires_in = 300 });
});

await app.StartAsync();
issuer = app.Urls.First() + "/realm";
Console.WriteLine(issuer);

// Whoever started it closes its standard input, also by dying.
await Console.In.ReadToEndAsync();
await app.StopAsync();
