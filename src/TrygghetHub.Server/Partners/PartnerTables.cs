using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TrygghetHub.Server.Partners;

/// <summary>A partner as stored; <see cref="Seq"/> is its journal entry.</summary>
internal sealed class PartnerRow
{
    public required string Id { get; init; }

    public required long Seq { get; init; }

    public required string DisplayName { get; init; }

    public required int Kind { get; init; }

    public required long EnrolledAt { get; init; }
}

/// <summary>A registered certificate as stored.</summary>
internal sealed class CertificateRow
{
    public required string Thumbprint { get; init; }

    public required long Seq { get; init; }

    public required string Uri { get; init; }

    public required long NotBefore { get; init; }

    public required long NotAfter { get; init; }

    public required string ChainPem { get; init; }
}

internal sealed class PartnerTable : IEntityTypeConfiguration<PartnerRow>
{
    public void Configure(EntityTypeBuilder<PartnerRow> builder)
    {
        builder.ToTable("partner");
        builder.HasKey(p => p.Id);
    }
}

internal sealed class CertificateTable : IEntityTypeConfiguration<CertificateRow>
{
    public void Configure(EntityTypeBuilder<CertificateRow> builder)
    {
        builder.ToTable("certificate");
        builder.HasKey(c => c.Thumbprint);
        builder.HasIndex(c => c.Uri);
    }
}
