using CsCheck;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Partners;
using ConsentRequest = TrygghetHub.Server.Partners.ConsentRequest;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>The pure rule of how much a certificate may do.</summary>
public sealed class ConsentRequestTests
{
    private static readonly DateTimeOffset Asked = new(2026, 12, 1, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Access_OfAnyRequestAtAnyTime_IsFullByConsentOrByItsTimeAlone()
    {
        var hours = Gen.Double[0, 1000];
        ConsentState[] states =
        [
            ConsentState.Unspecified, ConsentState.Consented, ConsentState.Objected, ConsentState.Withdrawn, ConsentState.Elapsed,
        ];
        Gen.Select(Gen.Bool, hours, hours, Gen.Int[0, states.Length - 1]).Sample((hasTime, full, at, index) =>
        {
            var state = states[index];
            var request = new ConsentRequest("a", new PartnerId("polisen"), Asked, [])
            {
                Seq = 1,
                FullAt = hasTime ? Asked.AddHours(full) : null,
                Outcome = state == ConsentState.Unspecified ? null : new ConsentOutcome(state, Asked, "test"),
            };

            var access = request.AccessAt(Asked.AddHours(at));

            var byTime = state == ConsentState.Unspecified && request.FullAt is { } time && Asked.AddHours(at) >= time;
            return (access == CertificateAccess.Full) == (state is ConsentState.Consented or ConsentState.Elapsed || byTime)
                && (access == CertificateAccess.Sending) == (state == ConsentState.Unspecified && hasTime && !byTime)
                && (access == CertificateAccess.Pending) == (state == ConsentState.Unspecified && !hasTime);
        });
    }

    [Fact]
    public void Access_OneTickBeforeItsTime_IsSendingAndAtItFull()
    {
        var full = Asked.AddHours(72);
        var request = new ConsentRequest("a", new PartnerId("polisen"), Asked, []) { Seq = 1, FullAt = full };

        Assert.Equal(CertificateAccess.Sending, request.AccessAt(full.AddTicks(-1)));
        Assert.Equal(CertificateAccess.Full, request.AccessAt(full));
    }
}
