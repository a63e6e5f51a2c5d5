using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore.Models;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>
/// OpenIddict's clients, each a principal by its URI. A row is an anchor for tokens and no more: whether a certificate
/// stands, and whose it is, is asked of <see cref="IPrincipalDirectory"/> at every request.
/// </summary>
internal sealed class TokenClients(
    IOpenIddictApplicationCache<OpenIddictEntityFrameworkCoreApplication> cache,
    ILogger<OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<OpenIddictEntityFrameworkCoreApplication> store,
    IPrincipalDirectory directory)
    : OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>(cache, logger, options, store)
{
    /// <summary>Makes the row of a principal that has none.</summary>
    public async Task EnsureAsync(Principal principal, CancellationToken cancellation)
    {
        if (await FindByClientIdAsync(principal.Uri, cancellation) is not null)
        {
            return;
        }

        try
        {
            await CreateAsync(
                new OpenIddictApplicationDescriptor
                {
                    ClientId = principal.Uri,
                    // It has no secret: what proves it is the certificate.
                    ClientType = OpenIddictConstants.ClientTypes.Confidential,
                    Permissions =
                    {
                        OpenIddictConstants.Permissions.Endpoints.Token,
                        OpenIddictConstants.Permissions.GrantTypes.ClientCredentials,
                    },
                },
                cancellation);
        }
        catch (DbUpdateException)
        {
            // Two first requests at once: the other one has made it.
            if (await FindByClientIdAsync(principal.Uri, cancellation) is null)
            {
                throw;
            }
        }
    }

    /// <summary>The library wants a secret or a key in a client's row. These have neither: the register is asked.</summary>
    public override IAsyncEnumerable<ValidationResult> ValidateAsync(
        OpenIddictEntityFrameworkCoreApplication application, CancellationToken cancellationToken = default) =>
        AsyncEnumerable.Empty<ValidationResult>();

    /// <summary>
    /// Whether the certificate is registered to the very principal that the client is. The library would compare host
    /// names; without a match of our own any partner's certificate could act as any client.
    /// </summary>
    /// <remarks>The chain was verified in the handshake, which refuses all else.</remarks>
    public override async ValueTask<bool> ValidatePublicKeyInfrastructureTlsClientCertificateAsync(
        OpenIddictEntityFrameworkCoreApplication application, X509Certificate2 certificate, X509ChainPolicy policy,
        CancellationToken cancellationToken = default) =>
        directory.Find(certificate).Principal is { } principal
        && await GetClientIdAsync(application, cancellationToken) == principal.Uri;

    /// <summary>Nobody proves itself by a certificate that it has signed itself.</summary>
    public override ValueTask<bool> ValidateSelfSignedTlsClientCertificateAsync(
        OpenIddictEntityFrameworkCoreApplication application, X509Certificate2 certificate, X509ChainPolicy policy,
        CancellationToken cancellationToken = default) => ValueTask.FromResult(false);
}
