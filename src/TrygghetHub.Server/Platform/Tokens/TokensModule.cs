using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Quartz;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>
/// Access tokens: the embedded issuer (OpenIddict), or the reading of an outside issuer's keys where one is set, and the
/// check of a call's token, which is the same for both.
/// </summary>
internal static class TokensModule
{
    public const string TokenPath = HubAddresses.TokenPath;
    public const string KeysPath = ".well-known/jwks";

    private static readonly string[] DiscoveryPaths =
        [".well-known/openid-configuration", ".well-known/oauth-authorization-server"];

    public static IServiceCollection AddTokens(
        this IServiceCollection services, Secrets secrets, HubOptions options)
    {
        services.AddSingleton<AccessTokens>().AddSingleton<TokenUpkeep>();
        if (options.Settings.OutsideIssuer is { } outside)
        {
            return services
                .AddSingleton(outside)
                .AddSingleton(TokenRules.Of(outside))
                .AddSingleton<IIssuerKeys, OutsideKeys>();
        }

        var issuer = IssuerName.LoadOrCreate(secrets.Directory, options);
        var keys = SigningKeys.LoadOrCreate(secrets, options.Time, options.Settings.Tokens.SigningKeyDays);
        var connectionString = TokenDbContext.Prepare(secrets.Directory);
        services
            .AddSingleton(keys)
            .AddSingleton(TokenRules.Embedded)
            .AddSingleton<IIssuerKeys>(new EmbeddedKeys(issuer, keys))
            .AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(new SigningOptions(keys))
            .AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(new SigningOptions(keys))
            .AddScoped(s => (TokenClients)s.GetRequiredService<IOpenIddictApplicationManager>())
            .AddDbContext<TokenDbContext>(db => db.UseSqlite(connectionString));
        services.AddOpenIddict()
            .AddCore(core => core
                .UseEntityFrameworkCore(store => store.UseDbContext<TokenDbContext>())
                .Services.Replace(ServiceDescriptor.Scoped<
                    OpenIddict.Core.OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>, TokenClients>()))
            .AddServer(server => AddServer(server, issuer, options));
        services.AddOptions<OpenIddictServerOptions>().Configure<Authority>(Trust);
        return services;
    }

    /// <summary>Maps token endpoint, discovery and key set; with an outside issuer nothing.</summary>
    public static void MapTokens(this WebApplication app)
    {
        if (app.Services.GetService<SigningKeys>() is null)
        {
            return;
        }

        // The framework would put authentication before every call, RPCs too, for the sake of four addresses.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        app.MapPost("/" + TokenPath, AnswerAsync);
        app.MapGet("/" + KeysPath, AnswerAsync);
        foreach (var path in DiscoveryPaths)
        {
            app.MapGet("/" + path, AnswerAsync);
        }
    }

    /// <summary>Every hour: tokens that are over go, and signing keys change when it is time.</summary>
    public static void ScheduleTokens(this IQuartzBuilder jobs)
    {
        jobs.AddJob<TokensJob>(job => job.WithIdentity(TokensJob.Key).StoreDurably());
        jobs.AddTrigger<TokensJob>(trigger => trigger
            .ForJob(TokensJob.Key)
            .WithIdentity(TokensJob.Key.Name, TokensJob.Key.Group)
            .WithSchedule(CronScheduleBuilder.Create("0 23 * ? * *")
                .InTimeZone(TimeZoneInfo.Utc)
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (!context.RequestServices.GetRequiredService<HubAddresses>().AreKnown)
        {
            // It listens already, and a moment later it knows where.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return;
        }

        if (context.Request.Method == HttpMethods.Post && EndpointFeature.IsOpenOf(context))
        {
            // Nobody can be known here: said without asking anything else.
            await RefuseAsync(
                context, StatusCodes.Status401Unauthorized, OpenIddictConstants.Errors.InvalidClient,
                "No client certificate was shown. Tokens are issued at the partners' endpoint.");
            return;
        }

        if (!await IsReadableAsync(context))
        {
            await RefuseAsync(
                context, StatusCodes.Status400BadRequest, OpenIddictConstants.Errors.InvalidRequest,
                $"The request is no form, or has more than {Admission.MostBodyBytes} bytes.");
            return;
        }

        var handler = await context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>()
            .GetHandlerAsync(context, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        if (!await ((IAuthenticationRequestHandler)handler!).HandleRequestAsync())
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    // The library takes what it cannot read for a fault of the hub.
    private static async Task<bool> IsReadableAsync(HttpContext context)
    {
        try
        {
            return !context.Request.HasFormContentType
                || (await context.Request.ReadFormAsync(context.RequestAborted))
                    .All(f => !f.Key.Contains('\0', StringComparison.Ordinal) && f.Value.All(v => v?.Contains('\0', StringComparison.Ordinal) != true));
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException or IOException)
        {
            return false;
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string error, string description)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new Dictionary<string, string> { ["error"] = error, ["error_description"] = description });
    }

    private static void AddServer(OpenIddictServerBuilder server, Uri issuer, HubOptions options)
    {
        server.SetIssuer(issuer)
            .SetTokenEndpointUris(TokenPath)
            .SetJsonWebKeySetEndpointUris(KeysPath)
            .SetConfigurationEndpointUris(DiscoveryPaths)
            .AllowClientCredentialsFlow()
            .SetAccessTokenLifetime(TimeSpan.FromMinutes(options.Settings.Tokens.LifetimeMinutes))
            .UseClientCertificateBoundAccessTokens()
            .DisableAccessTokenEncryption()
            .DisableAuthorizationStorage()
            // Scopes are permissions, and which a principal has is known at the request alone: see GrantScopes.
            .DisableScopeValidation()
            .IgnoreScopePermissions()
            .IgnoreAudiencePermissions()
            .IgnoreResourcePermissions()
            // The library wants one; nothing is encrypted with it.
            .AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        server.UseAspNetCore();
        server.Configure(o =>
        {
            o.ClientAuthenticationMethods.Clear();
            o.ClientAuthenticationMethods.Add(OpenIddictConstants.ClientAuthenticationMethods.TlsClientAuth);
            o.Scopes.Clear();
            o.Scopes.UnionWith(Permissions.ByRole.Keys.SelectMany(role => Permissions.Of([role])));
        });
        server.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(handler =>
            handler.UseScopedHandler<AuthenticateClient>().SetOrder(AuthenticateClient.Order));
        server.AddEventHandler<OpenIddictServerEvents.HandleTokenRequestContext>(handler =>
            handler.UseSingletonHandler<GrantScopes>());
        server.AddEventHandler<OpenIddictServerEvents.GenerateTokenContext>(handler =>
            handler.UseSingletonHandler<ChooseSigningKey>().SetOrder(ChooseSigningKey.Order));
        server.AddEventHandler<OpenIddictServerEvents.HandleConfigurationRequestContext>(handler =>
            handler.UseSingletonHandler<DescribeEndpoints>().SetOrder(DescribeEndpoints.Order));
    }

    // The library does not take the method without authorities of its own. It never builds a chain: the handshake has,
    // and TokenClients asks the register.
    private static void Trust(OpenIddictServerOptions server, Authority authority)
    {
        var policy = new System.Security.Cryptography.X509Certificates.X509ChainPolicy
        {
            TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
        };
        policy.CustomTrustStore.Add(authority.Root);
        server.PublicKeyInfrastructureTlsClientAuthenticationPolicy = policy;
    }

    /// <summary>Gives OpenIddict the ring, and again when it changes: so keys rotate without a restart.</summary>
    private sealed class SigningOptions(SigningKeys keys)
        : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>
    {
        public string Name => Microsoft.Extensions.Options.Options.DefaultName;

        public IChangeToken GetChangeToken() => keys.Changed();

        public void Configure(OpenIddictServerOptions options) =>
            options.SigningCredentials.AddRange(keys.Ring.Keys.Select(k => k.Credentials));
    }
}
