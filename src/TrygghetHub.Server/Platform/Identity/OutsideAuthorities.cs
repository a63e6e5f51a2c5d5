using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// Authorities other than the hub's own whose client certificates it takes, and which of those stand. Thread-safe.
/// </summary>
/// <remarks>
/// <c>DIR/authority/outside/NAME</c> holds <c>ca.crt</c> (PEM: root and intermediates) and the authority's revocation
/// lists: <c>crl.pem</c>, <c>crl.der</c>, <c>*.crl</c>, one for each certificate in it that signs others. What is on
/// disk counts: a list that is missing, broken or out of date lets nobody in (fails closed), so that holding a list
/// back gains nothing. To replace a file while the hub runs, write it beside the old one and rename it.
/// </remarks>
internal sealed partial class OutsideAuthorities
{
    // What the TLS handshake takes is a few levels; more would be a loop.
    private const int LongestChain = 8;
    private const int LargestFile = 64 * 1024 * 1024;
    private const int MostRemembered = 10_000;

    // How far ahead of ours the clock of the machine that makes the lists may be.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly string folder;
    private readonly TimeProvider time;
    private readonly ILogger<OutsideAuthorities> logger;
    private readonly Lock reloading = new();

    private volatile Snapshot current = new("", []);

    /// <summary>Loads what there is; what is broken is logged and trusted with nothing.</summary>
    public OutsideAuthorities(DataDirectory directory, TimeProvider time, ILogger<OutsideAuthorities> logger)
    {
        folder = directory.Combine("authority", "outside");
        this.time = time;
        this.logger = logger;
        Reload();
    }

    /// <summary>Roots to be trusted for client certificates.</summary>
    public X509Certificate2Collection Roots => [.. current.Authorities.SelectMany(a => a.Certificates.Where(CertificateFiles.IsRoot))];

    /// <summary>Certificates between roots and clients: what a chain may need and need not be sent.</summary>
    public X509Certificate2Collection Intermediates =>
        [.. current.Authorities.SelectMany(a => a.Certificates.Where(c => !CertificateFiles.IsRoot(c)))];

    /// <summary>
    /// For each folder the time by which the first of its revocation lists must be renewed, null where one is missing,
    /// and what is wrong with it now, null where nothing is.
    /// </summary>
    public IEnumerable<(string Name, DateTimeOffset? NextUpdate, string? Problem)> Status
    {
        get
        {
            var now = time.GetUtcNow();
            foreach (var authority in current.Authorities)
            {
                var lists = authority.Certificates.Select(c => authority.NewestOf(c, now)).ToList();
                var next = lists.Count == 0 || lists.Contains(null) ? (DateTimeOffset?)null : lists.Min(l => l!.NextUpdate);
                var unknown = authority.Certificates.Select(c => authority.WhyUnknown(c, now)).FirstOrDefault(w => w is not null);
                yield return (authority.Name, next, authority.Problem ?? unknown);
            }
        }
    }

    /// <summary>Reads the folders again where a file changed.</summary>
    /// <returns>Whether anything changed. Then connections that are open may rest on what no longer stands.</returns>
    public bool Reload()
    {
        lock (reloading)
        {
            // Before the reading: what changes meanwhile is seen the next time.
            var fingerprint = Fingerprint();
            if (fingerprint == current.Fingerprint)
            {
                return false;
            }

            var now = time.GetUtcNow();
            var before = current.Authorities.ToDictionary(a => a.Name, StringComparer.Ordinal);
            current = new Snapshot(fingerprint, [.. Folders().Select(f => Load(f, now, before))]);
            return true;
        }
    }

    /// <summary>Whether a client certificate stands: null when it does.</summary>
    /// <param name="certificate">A certificate that chains to one of <see cref="Roots"/>.</param>
    /// <param name="at">The time for which it is asked.</param>
    /// <returns>
    /// A refusal with <see cref="ErrorReason.CertificateRevoked"/> when it, or an intermediate above it, is listed; with
    /// <see cref="ErrorReason.CertificateStatusUnknown"/> when that cannot be known.
    /// </returns>
    public Refusal? Check(X509Certificate2 certificate, DateTimeOffset at)
    {
        if (current.ChainOf(certificate) is not { } chain)
        {
            return new Refusal(
                ErrorReason.CertificateStatusUnknown, "", "None of the authorities that the hub trusts now issued the certificate.",
                "Use a certificate of the hub or of an authority that its operator has agreed to.");
        }

        // Revoked comes before unknown: a list that is out of date still names who was revoked.
        var authority = chain.Authority;
        foreach (var (issued, issuer) in chain.Links)
        {
            if (authority.NewestOf(issuer, at)?.Find(issued) is { } revoked)
            {
                var what = ReferenceEquals(issued, chain.Links[0].Issued) ? "the certificate" : "an authority's certificate above it";
                return new Refusal(
                    ErrorReason.CertificateRevoked, "",
                    $"The authority {authority.Name} revoked {what} at {SwedishClock.Minute(revoked.At)}.",
                    $"Get a new certificate from the authority {authority.Name}.");
            }
        }

        foreach (var (_, issuer) in chain.Links)
        {
            if (authority.WhyUnknown(issuer, at) is { } why)
            {
                return new Refusal(
                    ErrorReason.CertificateStatusUnknown, "",
                    $"Whether the certificate stands cannot be known: the authority {authority.Name} {why}.",
                    $"Tell the hub's operator, who must put a current revocation list of the authority {authority.Name} in place; then try again.");
            }
        }

        return null;
    }

    private IEnumerable<string> Folders() =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];

    private static IEnumerable<string> Lists(string folder) => Directory.EnumerateFiles(folder)
        .Where(f => Path.GetFileName(f) is "crl.pem" or "crl.der" || Path.GetExtension(f) == ".crl")
        .Order(StringComparer.Ordinal);

    // Names, lengths and times rather than content: a list may have megabytes, and this is asked often.
    private string Fingerprint()
    {
        try
        {
            return string.Concat(Folders().Select(f => $"{f}\n" + string.Concat(
                Lists(f).Prepend(Path.Combine(f, "ca.crt")).Select(file => new FileInfo(file)).Where(i => i.Exists)
                    .Select(i => $"{i.FullName} {i.Length} {i.LastWriteTimeUtc.Ticks}\n"))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private Folder Load(string path, DateTimeOffset now, Dictionary<string, Folder> before)
    {
        var name = Path.GetFileName(path);
        var problems = new List<string>();
        X509Certificate2[] certificates = [];
        var lists = new List<CertificateRevocationList>();
        var file = Path.Combine(path, "ca.crt");
        try
        {
            certificates = Certificates(file);
            foreach (var each in Lists(path))
            {
                file = each;
                try
                {
                    lists.AddRange(CertificateRevocationList.ReadAll(Content(each), certificates));
                }
                catch (InvalidDataException e)
                {
                    problems.Add($"{each}: {e.Message}");
                }
            }
        }
        catch (InvalidDataException e)
        {
            problems.Add(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: {e.Message}");
        }

        foreach (var problem in problems)
        {
            LogBroken(name, problem);
        }

        // "Since when" goes on while the trouble does, through readings that did not mend it.
        var since = now;
        if (before.TryGetValue(name, out var known) && known.Problem is not null)
        {
            since = known.ReadAt;
        }

        return new Folder(name, certificates, lists, problems.Count > 0 ? string.Join(" ", problems) : null, since);
    }

    private static byte[] Content(string path) => new FileInfo(path).Length <= LargestFile
        ? File.ReadAllBytes(path)
        : throw new InvalidDataException($"it is larger than {LargestFile / 1024 / 1024} MiB");

    private static X509Certificate2[] Certificates(string path)
    {
        var certificates = CertificateFiles.Read(File.ReadAllBytes(path), path);
        if (!Array.Exists(certificates, CertificateFiles.IsRoot))
        {
            throw new InvalidDataException($"{path} holds no root, only certificates that another one signed.");
        }

        foreach (var each in certificates)
        {
            CertificateFiles.RequireAuthority(each, path);
            if (!Array.Exists(certificates, c => Signed(each, c)))
            {
                throw new InvalidDataException($"{path}: {each.Subject} is not signed by any certificate in it.");
            }
        }

        return certificates;
    }

    private static bool Signed(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        if (!CertificateFiles.SameName(certificate.IssuerName, issuer.SubjectName))
        {
            return false;
        }

        try
        {
            SignedStructure.Read(certificate.RawDataMemory).Verify(issuer);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outside authority {Name}, who depends on it is refused: {Problem}")]
    private partial void LogBroken(string name, string problem);

    /// <summary>One folder as it was read. Immutable.</summary>
    private sealed class Folder(
        string name, X509Certificate2[] certificates, List<CertificateRevocationList> lists, string? problem, DateTimeOffset readAt)
    {
        // Newest first. By name and key: a certificate that was renewed with its key has the same lists.
        private readonly ILookup<string, CertificateRevocationList> lists =
            lists.OrderByDescending(l => l.ThisUpdate).ToLookup(l => SignerOf(l.Issuer));

        public string Name => name;

        public IReadOnlyList<X509Certificate2> Certificates => certificates;

        public string? Problem => problem;

        public DateTimeOffset ReadAt => readAt;

        /// <summary>The newest list that was made by this time, or some minutes after it by its maker's clock; the newest of all where none was.</summary>
        public CertificateRevocationList? NewestOf(X509Certificate2 issuer, DateTimeOffset at) =>
            lists[SignerOf(issuer)].FirstOrDefault(l => l.ThisUpdate <= at + ClockTolerance) ?? lists[SignerOf(issuer)].FirstOrDefault();

        /// <summary>Why nothing is known of what this certificate issued, in words that go on from the name.</summary>
        public string? WhyUnknown(X509Certificate2 issuer, DateTimeOffset at)
        {
            var list = NewestOf(issuer, at);
            if (list is null)
            {
                return problem is null
                    ? $"has no revocation list by {issuer.Subject} in place since {SwedishClock.Minute(readAt)}"
                    : $"has no revocation list by {issuer.Subject} that can be used since {SwedishClock.Minute(readAt)}";
            }

            if (at + ClockTolerance < list.ThisUpdate)
            {
                return $"has a revocation list by {issuer.Subject} that holds from {SwedishClock.Minute(list.ThisUpdate)} only, more than {ClockTolerance.TotalMinutes:0} minutes ahead of the hub's clock";
            }

            return at > list.NextUpdate
                ? $"has a revocation list by {issuer.Subject} that is out of date since {SwedishClock.Minute(list.NextUpdate)}"
                : null;
        }

        private static string SignerOf(X509Certificate2 issuer) => Convert.ToHexString(SHA256.HashData(
            [.. issuer.SubjectName.RawData, .. issuer.PublicKey.ExportSubjectPublicKeyInfo()]));
    }

    /// <summary>A client certificate and those above it, each with who issued it, in one folder.</summary>
    private sealed record Chain(Folder Authority, IReadOnlyList<(X509Certificate2 Issued, X509Certificate2 Issuer)> Links);

    /// <summary>All folders as they were read together.</summary>
    private sealed class Snapshot(string fingerprint, IReadOnlyList<Folder> authorities)
    {
        // A signature costs more than everything else that a call is asked; whose it is does not change.
        private readonly ConcurrentDictionary<string, Chain?> chains = new(StringComparer.Ordinal);

        public string Fingerprint => fingerprint;

        public IReadOnlyList<Folder> Authorities => authorities;

        public Chain? ChainOf(X509Certificate2 certificate)
        {
            if (chains.Count > MostRemembered)
            {
                chains.Clear();
            }

            return chains.GetOrAdd(certificate.GetCertHashString(HashAlgorithmName.SHA256), _ => Find(certificate));
        }

        private Chain? Find(X509Certificate2 certificate)
        {
            foreach (var authority in authorities)
            {
                var links = new List<(X509Certificate2, X509Certificate2)>();

                // A copy: the connection that it came with disposes its own, and this is remembered longer.
                var issued = X509CertificateLoader.LoadCertificate(certificate.RawDataMemory.Span);
                while (links.Count < LongestChain
                    && authority.Certificates.FirstOrDefault(c => Signed(issued, c)) is { } issuer)
                {
                    links.Add((issued, issuer));
                    if (CertificateFiles.IsRoot(issuer))
                    {
                        return new Chain(authority, links);
                    }

                    issued = issuer;
                }
            }

            return null;
        }
    }
}
