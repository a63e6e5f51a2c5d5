using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// What each principal may use of the hub: calls, bytes, streams, size of a message, memory of messages in work. Each has buckets of its own, so that
/// one that uses up its share is no other's concern. Thread-safe.
/// </summary>
/// <remarks>Limits hold for a hub process; they are forgotten when it stops.</remarks>
internal sealed class Quotas(HubOptions options) : IDisposable
{
    // As many at once as a longer time would allow in ten seconds: partners send in bursts.
    private const int Burst = 10;

    // Nobody joins often; a load balancer asks for health every few seconds; whoever tries codes is slowed to a crawl.
    private static readonly TokenBucketRateLimiterOptions OfAnAddress = new()
    {
        TokenLimit = 30,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
    };

    private readonly ConcurrentDictionary<string, Lazy<Share>> shares = new(StringComparer.Ordinal);
    private readonly PartitionedRateLimiter<IPAddress> strangers = PartitionedRateLimiter.Create<IPAddress, Network>(
        address => RateLimitPartition.GetTokenBucketLimiter(Network.Of(address), _ => OfAnAddress));

    /// <summary>The share of a principal, by <see cref="Principal.ShareKey"/>; the same at every call.</summary>
    public Share Of(Principal principal) => shares.GetOrAdd(principal.ShareKey, _ => new Lazy<Share>(() => new Share(
        principal.IsOperator ? options.Settings.Quotas
            : options.Settings.PartnerQuotas.GetValueOrDefault(principal.Id, options.Settings.Quotas), PartnersMemory))).Value;

    /// <summary>For the messages of all who have a certificate.</summary>
    public MessageMemory PartnersMemory { get; } = new(MessageMemory.WholeKib);

    /// <summary>For the messages of all who have no certificate.</summary>
    public MessageMemory StrangersMemory { get; } = new(MessageMemory.StrangersKib);

    /// <summary>Counts one call of somebody without a certificate, by network; why not, when it is one too many.</summary>
    public Refusal? CountStranger(IPAddress address)
    {
        using var lease = strangers.AttemptAcquire(address);
        return Refuse(lease, "Too many calls from this address.");
    }

    private static Refusal? Refuse(RateLimitLease lease, string rule) => lease.IsAcquired
        ? null
        : Exceeded(rule, lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1));

    private static Refusal Exceeded(string rule, TimeSpan retryDelay) => new(
        ErrorReason.QuotaExceeded, "", rule,
        $"Try again in {Math.Max(1, Math.Ceiling(retryDelay.TotalSeconds))} s. Partners: send more in one call, or ask the operator for a larger share.")
    {
        RetryDelay = retryDelay,
    };

    public void Dispose()
    {
        strangers.Dispose();
        StrangersMemory.Dispose();
        foreach (var share in shares.Values)
        {
            share.Value.Dispose();
        }

        PartnersMemory.Dispose();
    }

    /// <summary>What one principal may use.</summary>
    internal sealed class Share(QuotaSettings settings, MessageMemory whole) : IDisposable
    {
        private readonly TokenBucketRateLimiter requests = Bucket(settings.RequestsPerSecond);
        private readonly TokenBucketRateLimiter kib = Bucket(settings.KibPerSecond);
        private readonly ConcurrencyLimiter streams =
            new(new ConcurrencyLimiterOptions { PermitLimit = settings.ConcurrentStreams, QueueLimit = 0 });

        /// <summary>For its messages that are in work.</summary>
        public MessageMemory Memory { get; } = new(MessageMemory.PrincipalKib, whole);

        /// <summary>Counts a call; why not, when it is one too many.</summary>
        public Refusal? CountRequest()
        {
            using var lease = requests.AttemptAcquire();
            return Refuse(lease, $"The share of {settings.RequestsPerSecond} calls a second is used up.");
        }

        /// <summary>Takes a place for a stream, until it is disposed.</summary>
        /// <exception cref="HubException">QUOTA_EXCEEDED.</exception>
        public RateLimitLease EnterStream()
        {
            var lease = streams.AttemptAcquire();
            if (lease.IsAcquired)
            {
                return lease;
            }

            lease.Dispose();
            throw new HubException(Exceeded($"{settings.ConcurrentStreams} streams are open already.", TimeSpan.FromSeconds(5)));
        }

        /// <summary>Counts a message before it is built; why not, when it is too large or one too many.</summary>
        /// <param name="bytes">After decompression.</param>
        public Refusal? CountMessage(int bytes)
        {
            if (bytes > settings.MessageKib * 1024)
            {
                return new Refusal(
                    ErrorReason.MessageTooLarge, "", $"A message of yours may be at most {settings.MessageKib} KiB.",
                    "Send less in one message. All that was answered before is kept.");
            }

            // A message larger than all the bucket holds takes it whole: it must be possible to send it at all.
            using var lease = kib.AttemptAcquire(Math.Min((bytes + 1023) / 1024, settings.KibPerSecond * Burst));
            return Refuse(lease, $"The share of {settings.KibPerSecond} KiB a second is used up.");
        }

        public void Dispose()
        {
            requests.Dispose();
            kib.Dispose();
            streams.Dispose();
            Memory.Dispose();
        }

        private static TokenBucketRateLimiter Bucket(int perSecond) => new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond * Burst,
            TokensPerPeriod = Math.Max(1, perSecond / 4),
            ReplenishmentPeriod = perSecond < 4 ? TimeSpan.FromSeconds(1.0 / perSecond) : TimeSpan.FromMilliseconds(250),
            AutoReplenishment = true,
        });
    }
}
