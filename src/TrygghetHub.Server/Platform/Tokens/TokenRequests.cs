using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Telemetry;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace TrygghetHub.Server.Platform.Tokens;

// What the hub adds to OpenIddict's own steps, in the order in which they run:
// 1. AuthenticateClient: whose certificate is this, and is it the client's? (RFC 8705, 2.1)
// 2. GrantScopes: what may that principal do, and how much of it was asked for?
// 3. ChooseSigningKey: which key signs at this instant?
// Beside them DescribeEndpoints writes the addresses into discovery.

/// <summary>
/// Refuses, with words that help, every token request whose certificate is not registered to the principal that
/// <c>client_id</c> names; makes the client's row where it is missing.
/// </summary>
internal sealed class AuthenticateClient(
    IPrincipalDirectory directory, TokenClients clients, SecurityEvents events)
    : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    /// <summary>Before the library asks for credentials, which it would name as secrets.</summary>
    public static readonly int Order = Exchange.ValidateClientIdParameter.Descriptor.Order - 500;

    public static readonly string PrincipalProperty = typeof(AuthenticateClient).FullName!;

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Transaction.RemoteCertificate is not { } certificate)
        {
            Refuse(context, "No client certificate was shown. Ask at the partners' endpoint, with the certificate.");
            return;
        }

        var standing = directory.Find(certificate);
        if (standing.Principal is not { } principal)
        {
            // OAuth's own codes are few: ours comes first in the description, where a client finds it.
            var refusal = standing.Refusal!;
            Refuse(context, $"{ErrorStatus.NameOf(refusal.Reason)}: {refusal.Rule} {refusal.Remedy}");
            return;
        }

        CallOrigin.Identify(principal.Uri, principal.ShareKey);
        if (context.Request.ClientId != principal.Uri)
        {
            Refuse(
                context,
                "client_id is not the principal that the client certificate is registered to. "
                + "Give the URI that stands in the certificate.");
            return;
        }

        await clients.EnsureAsync(principal, context.CancellationToken);
        context.Transaction.SetProperty(PrincipalProperty, principal);
    }

    private void Refuse(ValidateTokenRequestContext context, string description)
    {
        events.TokenRequestRefused(context.Transaction.RemoteCertificate?.Subject ?? "none", description);
        context.Reject(OpenIddictConstants.Errors.InvalidClient, OAuthText.Of(description));
    }
}

/// <summary>
/// Answers a token request: the scopes asked for where the principal has them, all that it has where none were.
/// </summary>
internal sealed class GrantScopes : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var principal = context.Transaction.GetProperty<Principal>(AuthenticateClient.PrincipalProperty)!;
        var asked = context.Request.GetScopes();
        var lacking = asked.FirstOrDefault(scope => !principal.Permissions.Contains(scope));
        if (lacking is not null)
        {
            context.Reject(
                OpenIddictConstants.Errors.InvalidScope,
                OAuthText.Of(
                    $"The principal does not have the permission {lacking}. Ask for less, or for no scope to get all it has."));
            return ValueTask.CompletedTask;
        }

        var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        identity.SetClaim(OpenIddictConstants.Claims.Subject, principal.Uri);
        identity.SetScopes(asked.IsDefaultOrEmpty ? [.. principal.Permissions.Order(StringComparer.Ordinal)] : asked);
        identity.SetResources(TokenRules.HubAudience);
        context.SignIn(new ClaimsPrincipal(identity));
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Signs with the key whose time it is. The library would take the first that it was given, which is right only until
/// the hour strikes.
/// </summary>
internal sealed class ChooseSigningKey(SigningKeys keys) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static readonly int Order = OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 500;

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        context.SigningCredentials = keys.Credentials();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Discovery names one token endpoint, that which asks for a certificate, and the key set at the open endpoint, whichever
/// of the two answers.
/// </summary>
internal sealed class DescribeEndpoints(HubAddresses addresses) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static readonly int Order = Discovery.AttachAdditionalMetadata.Descriptor.Order + 500;

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        var token = new Uri(addresses.Partners, TokensModule.TokenPath);
        context.TokenEndpoint = token;
        context.MtlsTokenEndpointAlias = token;
        context.JsonWebKeySetEndpoint = new Uri(addresses.Open, TokensModule.KeysPath);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Text that may stand in <c>error_description</c> (RFC 6749, 5.2): printable ASCII without quotes and backslashes.</summary>
internal static class OAuthText
{
    public static string Of(string text) => string.Create(text.Length, text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = from[i] switch
            {
                '"' or '\\' => '\'',
                >= ' ' and <= '~' => from[i],
                'å' or 'ä' => 'a',
                'ö' => 'o',
                _ => '?',
            };
        }
    });
}
