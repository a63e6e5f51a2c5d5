using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// What streams rest on: those of reports on an agreement in force that lets their sender send something, those of the feed
/// on one that shows their recipient something. Thread-safe.
/// </summary>
internal sealed class AgreementGround(AgreementRegister agreements) : IStreamGround
{
    public event Action? Changed
    {
        add => agreements.Changed += value;
        remove => agreements.Changed -= value;
    }

    public Refusal? Check(Principal caller, string permission, DateTimeOffset at)
    {
        var partner = new PartnerId(caller.Id);
        return permission.EndsWith(".submit", StringComparison.Ordinal)
            ? Disclosure.MaySendAnything(partner, agreements.Rules, at) ? null : Disclosure.NothingAgreed
            : permission == "feed.read" && !Disclosure.MaySeeAnything(partner, agreements.Rules, at)
                ? Disclosure.NothingShown
                : null;
    }
}
