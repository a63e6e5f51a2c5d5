using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Weeks;

namespace TrygghetHub.Server;

/// <summary>What may be tuned, as a JSON file holds it. Everything has a default.</summary>
public sealed record HubSettings
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>
    /// Where partners reach the partners' endpoint, when that is another address than the hub listens on: behind a name
    /// or a port mapping. TLS must reach the hub unopened.
    /// </summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>
    /// Where the open endpoint is reached, likewise. At the first start it also becomes the issuer's name, which is kept
    /// with the data: it stays when addresses change.
    /// </summary>
    public Uri? PublicOpenUrl { get; init; }

    /// <summary>Certificates.</summary>
    public CertificateSettings Certificates { get; init; } = new();

    /// <summary>Access tokens of the embedded issuer.</summary>
    public TokenSettings Tokens { get; init; } = new();

    /// <summary>An issuer that stands in for the embedded one; null keeps that.</summary>
    public OutsideIssuerSettings? OutsideIssuer { get; init; }

    /// <summary>What each partner may use.</summary>
    public QuotaSettings Quotas { get; init; } = new();

    /// <summary>What single partners may use instead, by id.</summary>
    public IReadOnlyDictionary<string, QuotaSettings> PartnerQuotas { get; init; } =
        new Dictionary<string, QuotaSettings>();

    /// <summary>
    /// Municipalities' own weekly cycles, by code; such a cycle replaces the default one, which every other municipality has.
    /// </summary>
    public IReadOnlyDictionary<string, CycleSettings> Cycles { get; init; } = new Dictionary<string, CycleSettings>();

    /// <summary>Minutes after which a stream ends, so that its rights are looked at anew; 1 to 60.</summary>
    public int StreamMinutes { get; init; } = 60;

    /// <summary>
    /// Proxies before the open endpoint that open TLS and add the caller's address to <c>X-Forwarded-For</c>: addresses and
    /// networks, such as <c>10.0.0.7</c> and <c>10.0.1.0/24</c>. That address then counts in quotas and in the log; from
    /// anybody else, and at the partners' endpoint, the header is ignored. A proxy's connections count as those of its own address.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>Path of the Chromium that prints pictures to PDF; where it is empty the first one on the PATH is taken.</summary>
    public string Chromium { get; init; } = "";

    /// <summary>Reads settings from a file.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, names what is not a setting, or a value is out of range.</exception>
    public static HubSettings Read(string path)
    {
        try
        {
            var settings = JsonSerializer.Deserialize<HubSettings>(File.ReadAllText(path, StrictUtf8), Json)
                ?? throw new InvalidDataException("it holds no object.");
            settings.Check();
            return settings;
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path}: it is not UTF-8.", e);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}{Describe(e)}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    // The framework's own words name types of ours; whoever writes the file knows lines and settings.
    private static string Describe(JsonException fault)
    {
        var line = fault.LineNumber is { } number ? $", line {number + 1}" : "";
        var setting = fault.Path is { Length: > 2 } path ? path[2..] : "";
        return fault.Message.StartsWith("The JSON property '", StringComparison.Ordinal)
            ? $"{line}: {setting} is no setting."
            : setting.Length > 0 ? $"{line}: {setting} has a value that it cannot have."
            : $"{line}: it is not JSON, or no object.";
    }

    /// <exception cref="InvalidDataException">A value is out of range; the message names it.</exception>
    internal void Check()
    {
        Between(StreamMinutes, 1, 60, "streamMinutes");
        Certificates.Check();
        Tokens.Check();
        OutsideIssuer?.Check();
        Quotas.Check("quotas");
        foreach (var (partner, quotas) in PartnerQuotas)
        {
            if (quotas is null || !PartnerId.IsValid(partner))
            {
                throw new InvalidDataException($"partnerQuotas.{partner}: it must name a partner's id and hold its quotas.");
            }

            quotas.Check($"partnerQuotas.{partner}");
        }

        foreach (var (municipality, cycle) in Cycles)
        {
            if (cycle is null || municipality.Length != 4 || municipality.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            {
                throw new InvalidDataException(
                    $"cycles.{municipality}: it must name a municipality by its four digits, such as 0139, and hold its cycle.");
            }

            cycle.Check($"cycles.{municipality}");
        }

        _ = Platform.Access.TrustedProxies.Parse(TrustedProxies);
        Https(PublicUrl, "publicUrl", isRoot: true);
        Https(PublicOpenUrl, "publicOpenUrl", isRoot: true);
    }

    internal static void Between(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new InvalidDataException($"{name} is {value}; it must be {least} to {most}.");
        }
    }

    internal static void Https(Uri? url, string name, bool isRoot = false)
    {
        if (url is not null && (!url.IsAbsoluteUri || url.Scheme != Uri.UriSchemeHttps))
        {
            throw new InvalidDataException($"{name} must be an absolute https address, such as https://hub.example.se.");
        }

        if (url is not null && isRoot && (url.AbsolutePath != "/" || url.Query.Length > 0 || url.UserInfo.Length > 0))
        {
            throw new InvalidDataException($"{name} must be host and port alone, such as https://hub.example.se.");
        }
    }
}

/// <summary>How long certificates hold.</summary>
public sealed record CertificateSettings
{
    /// <summary>Days that a partner's certificate holds, 1 to 825; 365 unless set.</summary>
    public int ClientDays { get; init; } = 365;

    /// <summary>Days that the hub's own certificate holds, 1 to 397; renewed after two thirds of them.</summary>
    public int ServerDays { get; init; } = 90;

    /// <summary>Hours for which a certificate is taken after its successor was issued, 0 to 720; 72 unless set.</summary>
    public int OverlapHours { get; init; } = 72;

    /// <summary>
    /// Hours in which a partner that has lost all its certificates can object to a new one, 24 to 720; 72 unless set. So long
    /// the new certificate sends and reads nothing.
    /// </summary>
    public int ObjectionHours { get; init; } = 72;

    internal void Check()
    {
        HubSettings.Between(ClientDays, 1, 825, "certificates.clientDays");
        HubSettings.Between(ServerDays, 1, 397, "certificates.serverDays");
        HubSettings.Between(OverlapHours, 0, 720, "certificates.overlapHours");
        // Nobody is reached over a weekend in less than a day: a setting must not take the rule away.
        HubSettings.Between(ObjectionHours, 24, 720, "certificates.objectionHours");
    }
}

/// <summary>Access tokens of the embedded issuer.</summary>
public sealed record TokenSettings
{
    /// <summary>Minutes that an access token holds, 1 to 60; 10 unless set.</summary>
    public int LifetimeMinutes { get; init; } = 10;

    /// <summary>Days after which another key signs, 1 to 365; 30 unless set. It is published a day before.</summary>
    public int SigningKeyDays { get; init; } = 30;

    internal void Check()
    {
        HubSettings.Between(LifetimeMinutes, 1, 60, "tokens.lifetimeMinutes");
        HubSettings.Between(SigningKeyDays, 1, 365, "tokens.signingKeyDays");
    }
}

/// <summary>A standard issuer of access tokens outside the hub (OpenID Connect Discovery, RFC 9068, RFC 8705).</summary>
public sealed record OutsideIssuerSettings
{
    /// <summary>Its name, as <c>iss</c> has it; discovery is looked for under it.</summary>
    public Uri? Issuer { get; init; }

    /// <summary>The audience that tokens for this hub carry.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Where clients get tokens, by mutual TLS where the issuer has an alias for it: partners are told.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>PEM file with the roots to trust when its discovery is fetched; null trusts those of the system.</summary>
    public string? RootFile { get; init; }

    /// <summary>The claim that names the client.</summary>
    public string ClientClaim { get; init; } = "client_id";

    /// <summary>The claim that holds the scopes, as one text or a list.</summary>
    public string ScopeClaim { get; init; } = "scope";

    /// <summary>
    /// Which client is which principal: the claim's value to <c>urn:trygghet:partner:ID</c>. A client that is not here
    /// is its own principal's name, or nobody.
    /// </summary>
    public IReadOnlyDictionary<string, string> Clients { get; init; } = new Dictionary<string, string>();

    /// <summary>Which scope of the issuer is which permissions of the hub; one that is not here is the permission itself.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Scopes { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    internal void Check()
    {
        if (Issuer is null)
        {
            throw new InvalidDataException("outsideIssuer.issuer is required.");
        }

        HubSettings.Https(Issuer, "outsideIssuer.issuer");
        if (TokenEndpoint is null)
        {
            throw new InvalidDataException("outsideIssuer.tokenEndpoint is required: partners are told it when they join.");
        }

        HubSettings.Https(TokenEndpoint, "outsideIssuer.tokenEndpoint");
        if (string.IsNullOrWhiteSpace(Audience))
        {
            throw new InvalidDataException("outsideIssuer.audience is required: a token for somebody else must not open this hub.");
        }
    }
}

/// <summary>
/// When a municipality's steps of the week are: weekday (MON to SUN) and time, on Swedish clocks, in the week after the one that they
/// are about, each later than the one before.
/// </summary>
public sealed record CycleSettings
{
    /// <summary>A preliminary picture is made.</summary>
    public string Preliminary { get; init; } = "MON 06:00";

    /// <summary>Partners have said that their reporting is complete; those who are silent are reminded.</summary>
    public string SoftDeadline { get; init; } = "MON 15:00";

    /// <summary>The week freezes: what arrives later goes into a revision.</summary>
    public string Freeze { get; init; } = "TUE 08:00";

    /// <summary>The picture is made.</summary>
    public string Compile { get; init; } = "TUE 08:05";

    /// <summary>The operative group meets; where that day is a holiday, on the next working day at the same time.</summary>
    public string Meeting { get; init; } = "WED 09:00";

    internal void Check(string name)
    {
        (string Name, string Text)? before = null;
        var earliest = TimeSpan.MinValue;
        (string Name, string Text)[] steps =
        [
            ("preliminary", Preliminary), ("softDeadline", SoftDeadline), ("freeze", Freeze), ("compile", Compile), ("meeting", Meeting),
        ];
        foreach (var (step, text) in steps)
        {
            if (!WeeklyStep.TryParse(text, out var parsed))
            {
                throw new InvalidDataException(
                    $"{name}.{step} is \"{text}\"; it must be a weekday and a time, MON to SUN and 00:00 to 23:59, such as TUE 08:00.");
            }

            if (parsed.SinceMonday <= earliest)
            {
                throw new InvalidDataException(
                    $"{name}.{step} is {text}; it must be later in the week than {name}.{before!.Value.Name}, which is {before.Value.Text}.");
            }

            (before, earliest) = ((step, text), parsed.SinceMonday);
        }
    }
}

/// <summary>What one partner may use. More than that is refused with a time to try again.</summary>
public sealed record QuotaSettings
{
    /// <summary>Calls a second over a longer time, 1 to 100,000; ten times as many may come at once.</summary>
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>KiB a second over a longer time, 1 to 10,000,000; ten times as many may come at once.</summary>
    public int KibPerSecond { get; init; } = 32 * 1024;

    /// <summary>Streams at a time, 1 to 10,000.</summary>
    public int ConcurrentStreams { get; init; } = 16;

    /// <summary>Largest message in KiB, 1 to 2,048; an RPC may take less: see its proto.</summary>
    public int MessageKib { get; init; } = 2 * 1024;

    internal void Check(string name)
    {
        HubSettings.Between(RequestsPerSecond, 1, 100_000, name + ".requestsPerSecond");
        HubSettings.Between(KibPerSecond, 1, 10_000_000, name + ".kibPerSecond");
        HubSettings.Between(ConcurrentStreams, 1, 10_000, name + ".concurrentStreams");
        HubSettings.Between(MessageKib, 1, 2 * 1024, name + ".messageKib");
    }
}
