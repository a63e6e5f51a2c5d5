using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// What a stream of reports rests on: an agreement in force that lets its sender send something. Thread-safe.
/// </summary>
internal sealed class SendingGround(AgreementRegister agreements) : IStreamGround
{
    public event Action? Changed
    {
        add => agreements.Changed += value;
        remove => agreements.Changed -= value;
    }

    public Refusal? Check(Principal caller, string permission, DateTimeOffset at) =>
        permission.EndsWith(".submit", StringComparison.Ordinal)
        && !Disclosure.MaySendAnything(new PartnerId(caller.Id), agreements.Rules, at)
            ? Disclosure.NothingAgreed
            : null;
}
