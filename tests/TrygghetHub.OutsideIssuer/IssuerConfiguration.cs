using System.Text.Json;

namespace TrygghetHub.OutsideIssuer;

/// <summary>What the issuer is told, as a JSON file holds it.</summary>
internal sealed record IssuerConfiguration
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Where its own root certificate is written: what its readers are to trust.</summary>
    public required string RootFile { get; init; }

    public required IReadOnlyList<Client> Clients { get; init; }

    public static IssuerConfiguration Read(string path) =>
        JsonSerializer.Deserialize<IssuerConfiguration>(File.ReadAllText(path), Json)!;

    /// <summary>Who may have tokens, and what they look like.</summary>
    internal sealed record Client
    {
        public required string Id { get; init; }

        public required string Audience { get; init; }

        public required IReadOnlyList<string> Scopes { get; init; }

        /// <summary>Whether its tokens are bound to the certificate (RFC 8705).</summary>
        public bool Bound { get; init; } = true;
    }
}
