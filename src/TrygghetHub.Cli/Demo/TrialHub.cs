using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli.Commands;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server;

namespace TrygghetHub.Cli.Demo;

/// <summary>
/// Sets up a hub for trial, with every partner's keys on this machine. Each step is the one that is taken for real, over the
/// same gRPC and mutual TLS; one that has been taken before is not taken again.
/// </summary>
internal static class TrialHub
{
    /// <summary>An agreement that comes with <c>thub</c>.</summary>
    public static CooperationAgreement Agreement(string name)
    {
        using var stream = typeof(TrialHub).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return ProtoJson.Of(name, bytes.ToArray()).Message<CooperationAgreement>();
    }

    /// <summary>Lets partners join, each with an identity folder of its own below <paramref name="folder"/>; the caller disposes them.</summary>
    public static async Task<Dictionary<string, IdentityFolder>> JoinAsync(
        Hub hub, IEnumerable<Partner> partners, string folder, CancellationToken cancellation)
    {
        using var identity = IdentityFolder.Load(hub.OperatorFolder);
        using var client = HubClient.Connect(identity, new HubClientOptions { Url = hub.Url });
        var identities = new Dictionary<string, IdentityFolder>();
        foreach (var partner in partners)
        {
            var own = Path.Combine(folder, partner.Id);
            // On data that is kept from an earlier run they have joined; only the port may be another.
            identities[partner.Id] = File.Exists(Path.Combine(own, "client.crt"))
                ? IdentityFolder.Load(own).MovedTo(hub.Url)
                : await JoinAsync(client, hub.OpenUrl, partner, own, cancellation);
        }

        return identities;
    }

    /// <summary>Puts an agreement in force: the operator drafts and proposes it, and every party signs the stored bytes itself.</summary>
    public static async Task<AgreementVersion> AgreeAsync(
        Hub hub, CooperationAgreement agreement, Dictionary<string, IdentityFolder> identities, CancellationToken cancellation)
    {
        using var identity = IdentityFolder.Load(hub.OperatorFolder);
        using var client = HubClient.Connect(identity, new HubClientOptions { Url = hub.Url });
        // On data that is kept from an earlier run it is in force already, or part of the way there.
        var version = (await AgreementArguments.AllAsync(client, cancellation))
            .LastOrDefault(v => v.Agreement.Equals(agreement)
                && v.State is (AgreementState.Active or AgreementState.Proposed));
        if (version is null)
        {
            var draft = (await client.Agreements.DraftAgreementAsync(
                new DraftAgreementRequest { Agreement = agreement }, cancellationToken: cancellation)).Version;
            version = (await client.Agreements.ProposeAgreementAsync(
                new ProposeAgreementRequest { Name = draft.Name, DocumentSha256 = draft.DocumentSha256 },
                cancellationToken: cancellation)).Version;
        }

        foreach (var party in version.UnsignedParties.ToList())
        {
            using var signer = HubClient.Connect(identities[party]);
            version = (await signer.Agreements.SignAgreementAsync(
                new SignAgreementRequest
                {
                    Name = version.Name,
                    Signature = ByteString.CopyFrom(AgreementSigning.Sign(version.Document.Memory, identities[party])),
                },
                cancellationToken: cancellation)).Version;
        }

        return version;
    }

    private static async Task<IdentityFolder> JoinAsync(
        HubClient client, Uri openUrl, Partner partner, string folder, CancellationToken cancellation)
    {
        var created = await client.Partners.CreatePartnerAsync(
            new CreatePartnerRequest { Partner = partner }, cancellationToken: cancellation);
        var code = await client.Partners.CreateEnrolmentCodeAsync(
            new CreateEnrolmentCodeRequest { Name = created.Partner.Name }, cancellationToken: cancellation);
        return await Joining.JoinAsync(openUrl, code.Code, folder, cancellation: cancellation);
    }
}
