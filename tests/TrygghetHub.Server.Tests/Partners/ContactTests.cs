using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Operations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;
using static TrygghetHub.Server.Tests.Partners.ConsentSteps;
using CertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>A partner's contacts: functions and no persons, and notified also when they were replaced.</summary>
public sealed class ContactTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Address_ThatNamesAPerson_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);

        foreach (var person in new[] { "anna.svensson", "anna_svensson", "anna-svensson2", "lars.andersson.ext", "svensson.anna", "anna", "svensson", "annasvensson" })
        {
            await Refused.ForAsync(
                "REFUSED_PERSONAL_DATA", "contacts[0].address",
                () => SetContactsAsync(hub, "polisen", certificate: null, person + "@polisen.example"));
        }
    }

    [Fact]
    public async Task Address_OfAFunction_IsTaken()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);

        foreach (var function in new[]
        {
            "it", "vakthavande.it", "registrator", "trygghet", "kundtjanst", "jour", "sakerhet-beredskap", "kommun",
            "kommunstyrelsen", "rlc.stockholm", "brottsforebyggare", "info2",
            "beredskapssamordnare", "larmcentral", "servicedesk", "sakerhetsansvarig", "vakthavande.befal", "tib", "support",
        })
        {
            var address = function + "@upplands-bro.example";
            Assert.Equal(address, Assert.Single((await SetContactsAsync(hub, "polisen", certificate: null, address)).Contacts).Address);
        }
    }

    [Fact]
    public async Task Contacts_ReplacedTooOften_AreRefusedAndNoneIsForgotten()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await SetContactsAsync(hub, "polisen", certificate: null, "vakthavande.it@polisen.example");
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        using var client = HubClient.Connect(identity);
        SetContactsResponse? last = null;

        // A thief hides the contact among many.
        var refused = await Assert.ThrowsAsync<HubException>(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                last = await client.Caller.SetContactsAsync(
                    new SetContactsRequest
                    {
                        Contacts =
                        {
                            Enumerable.Range(0, 10).Select(n => new PartnerContact
                            {
                                Function = $"Funktion {(char)('A' + n)}", Address = $"{Word(i)}.{Word(n)}@thief.example",
                            }),
                        },
                    },
                    cancellationToken: Cancellation);
            }
        });

        Assert.Equal("QUOTA_EXCEEDED", refused.Reason);
        Assert.InRange(last!.Letter.Recipients.Count, 1, 40);
        Assert.Contains(last.Letter.Recipients, r => r.Address == "vakthavande.it@polisen.example");

        static string Word(int number) => string.Concat(number.ToString("000", System.Globalization.CultureInfo.InvariantCulture).Select(d => (char)('a' + d - '0')));
    }

    [Fact]
    public async Task Contacts_ChangedTwentyTimesADay_WaitForTheNext()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time);
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        for (var i = 0; i < 20; i++)
        {
            await SetContactsAsync(hub, "polisen", certificate: null, (i % 2 == 0 ? "it" : "jour") + "@polisen.example");
        }

        await Refused.ForAsync(
            "QUOTA_EXCEEDED", "contacts", () => SetContactsAsync(hub, "polisen", certificate: null, "it@polisen.example"));
        time.Advance(TimeSpan.FromHours(25));
        await SetContactsAsync(hub, "polisen", certificate: null, "it@polisen.example");
    }

    [Theory]
    [InlineData("CN=Anna Svensson", null)]
    [InlineData("CN=\"Svensson, Anna\"", null)]
    [InlineData("CN=IT, O=Anna Svensson", null)]
    [InlineData("CN=IT, SN=Ek", null)]
    [InlineData("CN=IT, G=Bo", null)]
    [InlineData("CN=IT, SERIALNUMBER=19850412-2386", null)]
    [InlineData("CN=p8504122386", null)]
    [InlineData("CN=IT, E=anna.svensson@example.se", null)]
    [InlineData("CN=IT", "anna.svensson@example.se")]
    public async Task Certificate_ThatNamesAPerson_IsRefused(string subject, string? mail)
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var certificate = Make(subject, mail);

        var refused = await Assert.ThrowsAsync<HubException>(() => SetContactsAsync(hub, "polisen", certificate));

        Assert.Equal("contacts[0].certificate_der", refused.Field);
        Assert.Contains(refused.Reason, (string[])["CERTIFICATE_INVALID", "REFUSED_PERSONAL_DATA", "FIELD_INVALID"]);
        Assert.Empty((await SelfAsync(police)).Contacts);
    }

    [Fact]
    public async Task Certificate_WithSeveralValuesInOnePartOfItsSubject_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        {
            foreach (var (type, value) in new[] { ("2.5.4.3", "IT"), ("2.5.4.42", "Bo") })
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(type);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        using var certificate = Make(new X500DistinguishedName(writer.Encode()), mail: null);

        await Refused.ForAsync(
            "CERTIFICATE_INVALID", "contacts[0].certificate_der", () => SetContactsAsync(hub, "polisen", certificate));
    }

    [Fact]
    public async Task Certificate_OfAFunction_IsTaken()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var certificate = Make("CN=Vakthavande IT, OU=Region Stockholm, O=Polismyndigheten, C=SE", mail: null);

        var set = await SetContactsAsync(hub, "polisen", certificate);

        Assert.Equal(certificate.RawData, Assert.Single(set.Contacts).CertificateDer.ToByteArray());
    }

    [Fact]
    public async Task Contact_ThatWasReplaced_IsStillNotifiedOfTheChangeAndWhatFollowsForThirtyDays()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-60));
        await using var hub = await TestHub.StartAsync(time);
        await hub.AgreedPairAsync();
        using var key = Consents.MakeContactCertificate("Vakthavande IT", time: time);
        var first = await SetContactsAsync(hub, Reader, key, "it@kommun.example");
        Assert.Null(first.Letter);
        Assert.Empty((await ListAsync(hub)).ContactChanges);

        // What a thief does first.
        var replaced = await SetContactsAsync(hub, Reader, certificate: null, "thief@thief.example");
        await hub.RestartAsync();

        Assert.Equal(["thief@thief.example", "it@kommun.example"], Addresses(replaced.Letter));
        var shown = Assert.Single((await ListAsync(hub)).ContactChanges);
        Assert.Equal(replaced.Letter, shown);
        Assert.Contains("ändrade sina kontakter", shown.Text, StringComparison.Ordinal);
        Assert.All(shown.Recipients, r => Assert.True(r.CertificateDer.IsEmpty));
        Assert.Equal(time.GetUtcNow(), shown.Recipients[1].EndTime.ToDateTimeOffset(), TimeSpan.FromMinutes(1));
        Assert.NotNull(await StatusAsync(hub));
        Assert.Null((await SetContactsAsync(hub, Reader, certificate: null, "thief@thief.example")).Letter);

        // Removing them all does not hide what is asked for then.
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));
        using var client = HubClient.Connect(identity);
        await client.Caller.SetContactsAsync(new SetContactsRequest(), cancellationToken: Cancellation);
        time.Advance(TimeSpan.FromDays(8));
        await hub.JoinAsync(Reader, "thief");
        var listed = await ListAsync(hub);
        Assert.Equal(["it@kommun.example", "thief@thief.example"], Addresses(Assert.Single(listed.Items).Letter));
        Assert.Empty(listed.ContactChanges);
        Assert.Null(await StatusAsync(hub));

        time.Advance(TimeSpan.FromDays(22));
        Assert.Empty(Assert.Single((await ListAsync(hub)).Items).Letter.Recipients);
    }

    [Fact]
    public async Task Contact_ThatKeepsItsAddressWithAnotherKey_IsNotifiedOnce()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var before = Consents.MakeContactCertificate("Vakthavande IT");
        using var after = Consents.MakeContactCertificate("Vakthavande IT");
        await SetContactsAsync(hub, "polisen", before);

        var changed = await SetContactsAsync(hub, "polisen", after);

        Assert.Equal(["it@polisen.example"], Addresses(changed.Letter));
        Assert.Equal(changed.Letter, Assert.Single((await ListAsync(hub)).ContactChanges));
    }

    private static IEnumerable<string> Addresses(ContactLetter letter) => letter.Recipients.Select(r => r.Address);

    private static async Task<ListConsentRequestsResponse> ListAsync(TestHub hub) =>
        await hub.Operator.Partners.ListConsentRequestsAsync(new ListConsentRequestsRequest(), cancellationToken: Cancellation);

    private static async Task<StatusItem?> StatusAsync(TestHub hub) =>
        (await hub.Operator.Operations.GetStatusAsync(new GetStatusRequest(), cancellationToken: Cancellation)).Items
            .SingleOrDefault(i => i.Subject == "Contacts of " + Reader && i.Level == StatusLevel.Warning);

    private static X509Certificate2 Make(string subject, string? mail) => Make(new X500DistinguishedName(subject), mail);

    private static X509Certificate2 Make(X500DistinguishedName subject, string? mail)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (mail is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddEmailAddress(mail);
            request.CertificateExtensions.Add(names.Build());
        }

        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddYears(1));
    }
}
