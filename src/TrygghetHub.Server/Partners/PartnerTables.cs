using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TrygghetHub.Server.Partners;

/// <summary>A partner as it is now; <see cref="Seq"/> is the journal entry that last changed it.</summary>
internal sealed class PartnerRow
{
    public required string Id { get; init; }

    public required long Seq { get; set; }

    public required string DisplayName { get; init; }

    public required int Kind { get; init; }

    public required long EnrolledAt { get; init; }

    public required int State { get; set; }

    public required string StateReason { get; set; }

    public required long StateAt { get; set; }

    /// <summary>Numbers of the roles, with commas between.</summary>
    public required string Roles { get; set; }

    public required long? RecalledAtSeq { get; set; }
}

/// <summary>A registered certificate as stored.</summary>
internal sealed class CertificateRow
{
    public required string Thumbprint { get; init; }

    public required long Seq { get; init; }

    public required string Uri { get; init; }

    public required string Issuer { get; init; }

    public required bool Outside { get; init; }

    public required long NotBefore { get; init; }

    public required long NotAfter { get; init; }

    public required string ChainPem { get; init; }

    public required string Predecessor { get; init; }

    public long? RetiresAt { get; set; }

    public long? RevokedAt { get; set; }

    public string RevocationReason { get; set; } = "";
}

/// <summary>An enrolment code: its hash, and what became of it.</summary>
internal sealed class EnrolmentCodeRow
{
    public required byte[] SecretSha256 { get; init; }

    public required long Seq { get; init; }

    public required string Partner { get; init; }

    public required long ExpiresAt { get; init; }

    /// <summary>The certificate that it was used for.</summary>
    public string? Thumbprint { get; set; }

    /// <summary>Another code has taken its place.</summary>
    public bool Replaced { get; set; }
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

internal sealed class EnrolmentCodeTable : IEntityTypeConfiguration<EnrolmentCodeRow>
{
    public void Configure(EntityTypeBuilder<EnrolmentCodeRow> builder)
    {
        builder.ToTable("enrolment_code");
        builder.HasKey(c => c.SecretSha256);
        builder.HasIndex(c => c.Partner);
    }
}
