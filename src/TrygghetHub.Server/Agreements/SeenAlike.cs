using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>What reports have in common that are seen alike. Immutable.</summary>
internal readonly record struct SeenAlike(
    PartnerId Sender, string Category, string Family, string Agreement, int Version, string Clause, string Ceilings,
    int CeilingsVersion, OnwardSharing OnwardSharing, int RetentionDays, SharingForm Form, Precision Precision,
    TimeGranularity Time)
{
    /// <param name="sender">Whose reports they are.</param>
    /// <param name="form">Records or counts.</param>
    /// <param name="seen">What is shown of them.</param>
    /// <param name="receipt">By what.</param>
    public static SeenAlike Of(PartnerId sender, SharingForm form, Projection seen, DecisionReceipt receipt) => new(
        sender, seen.Category ?? "", seen.Family, receipt.Agreement, receipt.Version, receipt.Clause,
        string.Join(' ', receipt.Ceilings), receipt.CeilingsVersion, receipt.OnwardSharing, receipt.RetentionDays, form,
        seen.Precision, seen.Time);

    public Grounds Grounds => new()
    {
        Agreement = Agreement,
        Version = Version,
        Clause = Clause,
        Ceilings = { Ceilings.Split(' ', StringSplitOptions.RemoveEmptyEntries) },
        CeilingsVersion = CeilingsVersion,
        OnwardSharing = OnwardSharing,
        RetentionDays = RetentionDays,
    };
}
