using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary>What the commands about agreements share.</summary>
internal static class AgreementArguments
{
    private const string PartnerUri = "urn:trygghet:partner:";

    private static readonly MessageParser<CooperationAgreement> Known =
        CooperationAgreement.Parser.WithDiscardUnknownFields(true);

    /// <summary>An agreement, or one of its versions.</summary>
    public static Argument<string> Id() => new("ID") { Description = "The agreement's id, such as est-upplands-bro." };

    /// <summary>A new <c>--version</c>.</summary>
    public static Option<int?> Version(string otherwise) => new("--version")
    {
        Description = $"Version number. Default: {otherwise}.",
        HelpName = "N",
    };

    /// <summary>A reason, which the other parties read.</summary>
    public static Option<string> Reason() => new("--reason")
    {
        Description = "Reason, 1 to 500 characters. The other parties can read it.",
        HelpName = "TEXT",
        Required = true,
    };

    /// <summary>A new <c>--partner</c>: who would see it.</summary>
    public static Option<string> Recipient() => new("--partner")
    {
        Description = "Id of the partner that would see the reports.",
        HelpName = "ID",
        Required = true,
    };

    /// <summary>A new <c>--purpose</c>.</summary>
    public static Option<string> Purpose() => new("--purpose")
    {
        Description = "Purpose of use: weekly-picture, measure-coordination, statutory-picture or evaluation.",
        HelpName = "PURPOSE",
        DefaultValueFactory = _ => "weekly-picture",
    };

    /// <summary>A new <c>--weeks</c>.</summary>
    public static Option<int> Weeks()
    {
        var weeks = new Option<int>("--weeks")
        {
            Description = "Number of weeks, including the current week, 1 to 52.",
            HelpName = "N",
            DefaultValueFactory = _ => 4,
        };
        weeks.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 52)
            {
                result.AddError("--weeks is 1 to 52.");
            }
        });
        return weeks;
    }

    /// <summary>Reads <c>ID</c>, <c>ID/3</c> or <c>ID@3</c>, and a <c>--version</c> beside it.</summary>
    /// <exception cref="UsageException">The number is none, or two are given that differ.</exception>
    public static (string Id, int? Version) Name(string text, int? version = null)
    {
        var at = text.IndexOfAny(['/', '@']);
        if (at < 0)
        {
            return (text, version is null or > 0 ? version : throw NoNumber(text, version.Value.ToString(CultureInfo.InvariantCulture)));
        }

        var (id, number) = (text[..at], text[(at + 1)..]);
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var named) || named == 0)
        {
            throw NoNumber(id, number);
        }

        return version is null || version == named
            ? (id, named)
            : throw new UsageException($"{text} and --version {version} name two versions.", "Name one.");
    }

    /// <summary>The name on the wire.</summary>
    public static string Wire(string id, int? version = null) => version is null
        ? "agreements/" + id
        : string.Create(CultureInfo.InvariantCulture, $"agreements/{id}/versions/{version}");

    /// <summary>Gets a version: the one that is named, else the one in force or the last.</summary>
    public static async Task<AgreementVersion> GetAsync(
        HubClient client, string id, int? version, CancellationToken cancellation) =>
        (await client.Agreements.GetAgreementAsync(
            new GetAgreementRequest { Name = Wire(id, version) }, cancellationToken: cancellation)).Version;

    /// <summary>Gets a version: the one that is named, else the last that stands so.</summary>
    /// <exception cref="UsageException">None does.</exception>
    public static async Task<AgreementVersion> GetAsync(
        HubClient client, string id, int? version, AgreementState state, string remedy, CancellationToken cancellation)
    {
        if (version is not null)
        {
            return await GetAsync(client, id, version, cancellation);
        }

        // An id that there is none of is the hub's to refuse, in its own words.
        await GetAsync(client, id, null, cancellation);
        var all = await AllAsync(client, cancellation);
        return all.LastOrDefault(v => v.Agreement.Id == id && v.State == state)
            ?? throw new UsageException($"No version of {id} is {StateOf(state)}.", remedy);
    }

    /// <summary>Reads all versions of all agreements that the caller may see.</summary>
    public static async Task<List<AgreementVersion>> AllAsync(HubClient client, CancellationToken cancellation)
    {
        var versions = new List<AgreementVersion>();
        for (var token = ""; ;)
        {
            var page = await client.Agreements.ListAgreementsAsync(
                new ListAgreementsRequest { PageSize = 1_000, PageToken = token, AllVersions = true },
                cancellationToken: cancellation);
            versions.AddRange(page.Versions);
            if ((token = page.NextPageToken).Length == 0)
            {
                return versions;
            }
        }
    }

    /// <summary>
    /// A version's document as its bytes say, with their hash: whoever proposes or signs reads what the bytes hold, not what
    /// was sent beside them.
    /// </summary>
    /// <exception cref="UsageException">The bytes are no agreement, or another than the hub says.</exception>
    public static (CooperationAgreement Agreement, string Sha256) Document(AgreementVersion version)
    {
        var bytes = version.Document.ToByteArray();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        CooperationAgreement agreement;
        try
        {
            agreement = CooperationAgreement.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new UsageException($"What the hub gave as {version.Name} is no agreement.", "Tell the hub's operator.");
        }

        if (sha256 != version.DocumentSha256 || !agreement.Equals(version.Agreement)
            || Wire(agreement.Id, version.Version) != version.Name)
        {
            throw new UsageException($"What the hub shows as {version.Name} is not what its bytes say. Nothing was done.",
                "Tell the hub's operator; sign nothing.");
        }

        return Known.ParseFrom(bytes).Equals(agreement)
            ? (agreement, sha256)
            : throw new UsageException($"{version.Name} has terms that this thub does not know. Nothing was done.", "Update thub.");
    }

    /// <summary>Where a version stands, in a word.</summary>
    public static string StateOf(AgreementState state) =>
        state == AgreementState.Signed ? "signed, not yet valid" : Words.Of(state);

    /// <summary>The partner that an identity is of; null for the operator.</summary>
    public static string? PartnerOf(IdentityFolder identity) =>
        identity.Id.StartsWith(PartnerUri, StringComparison.Ordinal) ? identity.Id[PartnerUri.Length..] : null;

    private static UsageException NoNumber(string id, string number) => new(
        $"\"{number}\" is no number of a version.", $"Versions are 1, 2, 3, …; write {id}/2, or --version 2.");
}
