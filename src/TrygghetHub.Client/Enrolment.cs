using Google.Protobuf;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client;

/// <summary>
/// Enrolment in one step, for development: on a hub that runs for real the partner makes its own key, see
/// <see cref="Joining"/>.
/// </summary>
public static class Enrolment
{
    /// <summary>Enrols a partner into a new identity folder; after a break, the same again takes up where it was.</summary>
    /// <param name="client">The operator's.</param>
    /// <param name="url">Where the partner will reach the hub.</param>
    /// <param name="partner">Id, display name and kind.</param>
    /// <param name="directory">The folder to make; must not hold an identity.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="HubException">The hub refused, or did not answer.</exception>
    /// <exception cref="IdentityFolderException">The folder holds an identity, or cannot be written.</exception>
    public static async Task<IdentityFolder> EnrolAsync(
        HubClient client, Uri url, Partner partner, string directory, CancellationToken cancellation)
    {
        using var key = IdentityFolder.PrepareKey(directory);
        EnrolPartnerResponse answer;
        try
        {
            answer = await client.Partners.EnrolPartnerAsync(new EnrolPartnerRequest
            {
                Partner = partner,
                CsrDer = ByteString.CopyFrom(Renewal.SigningRequest(key, partner.Id)),
            }, cancellationToken: cancellation);
        }
        // Without a reason it is not known whether the hub has registered the key: then it is kept for another try.
        catch (HubException exception) when (exception is { Reason: not null, IsTransient: false })
        {
            IdentityFolder.Abandon(directory);
            throw;
        }
        return IdentityFolder.Complete(directory, url, "urn:trygghet:partner:" + answer.Partner.Id,
            answer.CertificateChainPem, answer.RootPem, Joining.TokenEndpoint(answer.TokenEndpoint));
    }
}
