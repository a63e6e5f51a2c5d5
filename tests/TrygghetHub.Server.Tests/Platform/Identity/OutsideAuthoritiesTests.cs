using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Identity;

public sealed class OutsideAuthoritiesTests : IDisposable
{
    private readonly DataDirectory directory =
        DataDirectory.Open(Directory.CreateTempSubdirectory("trygghethub-test-").FullName);

    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly TestAuthority authority;
    private readonly X509Certificate2 client;

    public OutsideAuthoritiesTests()
    {
        authority = new TestAuthority("Outside", time, intermediate: true);
        client = authority.Issue("urn:example:client");
    }

    private string Folder => directory.Combine("authority", "outside", "region");

    [Fact]
    public void Certificate_OfNobodyKnown_IsRefused()
    {
        authority.WriteTo(Folder);
        using var impostor = new TestAuthority("Outside", time, intermediate: true);
        using var certificate = impostor.Issue("urn:example:client");

        AssertRefused(Load(), ErrorReason.CertificateStatusUnknown, "None of the authorities", certificate);
    }

    [Fact]
    public void Certificate_ThatIsListed_IsRefusedWithTheDate()
    {
        authority.WriteTo(Folder, revoked: [client]);

        AssertRefused(Load(), ErrorReason.CertificateRevoked,
            $"region revoked the certificate at {SwedishClock.Minute(time.GetUtcNow().AddHours(-2))}");
    }

    [Fact]
    public void Certificate_UnderAnIntermediateThatIsListed_IsRefused()
    {
        authority.WriteTo(Folder, revoked: [authority.Issuing]);

        AssertRefused(Load(), ErrorReason.CertificateRevoked, "an authority's certificate above it");
    }

    [Theory]
    [InlineData("root.crl")]
    [InlineData("issuing.crl")]
    public void Certificate_WhoseAuthorityLacksAList_IsRefused(string missing)
    {
        authority.WriteTo(Folder);
        File.Delete(Path.Combine(Folder, missing));
        var outside = Load();

        AssertRefused(outside, ErrorReason.CertificateStatusUnknown, "the authority region has no revocation list by");
        var status = Assert.Single(outside.Status);
        Assert.Null(status.NextUpdate);
        Assert.Contains("has no revocation list", status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_WhoseListIsOutOfDate_IsRefusedAndTheRuleSaysSinceWhen()
    {
        var due = time.GetUtcNow().AddDays(1);
        authority.WriteTo(Folder, nextUpdate: due);
        var outside = Load();
        Assert.Null(outside.Check(client, time.GetUtcNow()));

        time.Advance(TimeSpan.FromDays(1.01));

        AssertRefused(outside, ErrorReason.CertificateStatusUnknown, $"out of date since {SwedishClock.Minute(due)}");
        Assert.Contains("out of date", Assert.Single(outside.Status).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_ListedInAListThatIsOutOfDate_IsRevokedRatherThanUnknown()
    {
        authority.WriteTo(Folder, revoked: [client], nextUpdate: time.GetUtcNow().AddDays(1));
        var outside = Load();
        time.Advance(TimeSpan.FromDays(2));

        AssertRefused(outside, ErrorReason.CertificateRevoked, "revoked the certificate");
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public void Check_AListSomeMinutesAheadOfOurClock_IsTakenUpToFive(int minutes, bool isTaken)
    {
        authority.WriteTo(Folder, thisUpdate: time.GetUtcNow().AddMinutes(minutes));
        var refusal = Load().Check(client, time.GetUtcNow());
        Assert.Equal(isTaken ? null : ErrorReason.CertificateStatusUnknown, refusal?.Reason);
        authority.WriteTo(Folder, [client], thisUpdate: time.GetUtcNow().AddMinutes(minutes));
        Assert.Equal(ErrorReason.CertificateRevoked, Load().Check(client, time.GetUtcNow())?.Reason);
    }

    [Fact]
    public void Certificate_WhoseListIsOfTheFuture_IsRefused()
    {
        authority.WriteTo(Folder, thisUpdate: time.GetUtcNow().AddDays(1));

        AssertRefused(Load(), ErrorReason.CertificateStatusUnknown, "holds from");
    }

    [Fact]
    public void Certificate_WhoseListIsBroken_IsRefusedAndTheProblemNamesTheFile()
    {
        authority.WriteTo(Folder);
        File.WriteAllText(Path.Combine(Folder, "issuing.crl"), "broken");
        var outside = Load();
        var began = time.GetUtcNow();

        AssertRefused(outside, ErrorReason.CertificateStatusUnknown, "that can be used since");
        Assert.Contains("issuing.crl: it is damaged", Assert.Single(outside.Status).Problem, StringComparison.Ordinal);

        // Touched and still broken: it goes on since it began.
        time.Advance(TimeSpan.FromHours(5));
        File.WriteAllText(Path.Combine(Folder, "issuing.crl"), "still broken");
        Assert.True(outside.Reload());
        AssertRefused(outside, ErrorReason.CertificateStatusUnknown, $"since {SwedishClock.Minute(began)}");
    }

    [Fact]
    public void Folder_WhoseCertificatesCannotBeUsed_IsTrustedWithNothing()
    {
        authority.WriteTo(Folder);
        var file = Path.Combine(Folder, "ca.crt");
        using var another = new TestAuthority("Another", time);
        foreach (var (content, why) in new[]
        {
            ("", "holds no certificate"),
            (authority.Issuing.ExportCertificatePem(), "holds no root"),
            (another.Root.ExportCertificatePem() + "\n" + authority.Issuing.ExportCertificatePem(), "is not signed by any"),
            (authority.Root.ExportCertificatePem() + "\n" + client.ExportCertificatePem(), "is not an authority's certificate"),
            (authority.Root.ExportCertificatePem()[..^40], "holds no certificate"),
        })
        {
            File.WriteAllText(file, content);
            var outside = Load();

            Assert.Empty(outside.Roots);
            Assert.Empty(outside.Intermediates);
            AssertRefused(outside, ErrorReason.CertificateStatusUnknown, "None of the authorities");
            var status = Assert.Single(outside.Status);
            Assert.Contains(why, status.Problem, StringComparison.Ordinal);
            Assert.Contains("ca.crt", status.Problem, StringComparison.Ordinal);
        }

        File.Delete(file);
        Assert.Contains("ca.crt", Assert.Single(Load().Status).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_AfterANewList_RefusesWhatItRevokes()
    {
        authority.WriteTo(Folder);
        var outside = Load();
        Assert.Null(outside.Check(client, time.GetUtcNow()));
        Assert.False(outside.Reload());

        authority.WriteTo(Folder, revoked: [client]);

        Assert.True(outside.Reload());
        AssertRefused(outside, ErrorReason.CertificateRevoked, "revoked the certificate");
    }

    [Fact]
    public void Reload_AfterAFolderIsGone_TrustsItNoMore()
    {
        authority.WriteTo(Folder);
        var outside = Load();
        Directory.Delete(Folder, recursive: true);

        Assert.True(outside.Reload());

        Assert.Empty(outside.Roots);
        AssertRefused(outside, ErrorReason.CertificateStatusUnknown, "None of the authorities");
    }

    [Fact]
    public void Lists_OfOneAuthority_TheNewestCounts()
    {
        authority.WriteTo(Folder);
        File.WriteAllBytes(Path.Combine(Folder, "crl.der"), authority.RevocationList(
            authority.Issuing, [client], thisUpdate: time.GetUtcNow().AddMinutes(-1)));

        AssertRefused(Load(), ErrorReason.CertificateRevoked, "revoked the certificate");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Certificate_ThatIsNotListed_Stands(bool rsa, bool intermediate)
    {
        using var region = new TestAuthority("Region", time, intermediate, rsa);
        region.WriteTo(Folder, nextUpdate: time.GetUtcNow().AddDays(3));
        authority.WriteTo(directory.Combine("authority", "outside", "other"));
        using var certificate = region.Issue("urn:example:client");
        var outside = Load();

        // Twice: the second answer rests on what was remembered, after the connection has gone.
        using (var ofConnection = X509CertificateLoader.LoadCertificate(certificate.RawData))
        {
            Assert.Null(outside.Check(ofConnection, time.GetUtcNow()));
        }

        Assert.Null(outside.Check(certificate, time.GetUtcNow()));
        Assert.Equal(2, outside.Roots.Count);
        Assert.Equal(intermediate ? 2 : 1, outside.Intermediates.Count);
        var status = outside.Status.Single(s => s.Name == "region");
        Assert.Null(status.Problem);
        Assert.Equal(time.GetUtcNow().AddDays(3), status.NextUpdate!.Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Hub_WithoutOutsideAuthorities_TrustsNone()
    {
        var outside = Load();

        Assert.Empty(outside.Roots);
        Assert.Empty(outside.Status);
        Assert.False(outside.Reload());
    }

    public void Dispose()
    {
        client.Dispose();
        authority.Dispose();
        directory.Dispose();
        Directory.Delete(directory.Path, recursive: true);
    }

    private OutsideAuthorities Load() => new(directory, time, NullLogger<OutsideAuthorities>.Instance);

    private void AssertRefused(
        OutsideAuthorities outside, ErrorReason reason, string rule, X509Certificate2? certificate = null)
    {
        var refusal = outside.Check(certificate ?? client, time.GetUtcNow());

        Assert.Equal(reason, refusal?.Reason);
        Assert.Contains(rule, refusal!.Rule, StringComparison.Ordinal);
    }
}
