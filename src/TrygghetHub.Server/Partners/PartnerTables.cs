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

    /// <summary>Id of the request for consent that its access depends on; empty where it depends on none.</summary>
    public required string ConsentRequest { get; init; }

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

    /// <summary>Who had it made.</summary>
    public required string MadeBy { get; init; }

    /// <summary>The certificate that it was used for.</summary>
    public string? Thumbprint { get; set; }

    /// <summary>Another code has taken its place.</summary>
    public bool Replaced { get; set; }
}

/// <summary>A request for a partner's consent in its current state.</summary>
internal sealed class ConsentRequestRow
{
    public required string Id { get; init; }

    public required long Seq { get; set; }

    public required string Partner { get; init; }

    public required long AskedAt { get; init; }

    /// <summary>What is signed.</summary>
    public required byte[] Document { get; init; }

    /// <summary>The certificate that waits; empty where roles do.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>Numbers of the roles that wait, with commas between.</summary>
    public required string Roles { get; init; }

    public long? FullAt { get; set; }

    /// <summary>The outcome's <see cref="TrygghetHub.Partners.V1.ConsentState"/>; 0 while there is none.</summary>
    public int State { get; set; }

    public long? DecidedAt { get; set; }

    public string DecidedBy { get; set; } = "";

    public string Reason { get; set; } = "";

    /// <summary>
    /// A serialised <see cref="ConsentGiven"/>: the signature of the consent, or of a contact's objection. Empty where nothing was
    /// signed.
    /// </summary>
    public byte[] Given { get; set; } = [];
}

/// <summary>All contacts of a partner.</summary>
internal sealed class ContactsRow
{
    public required string Partner { get; init; }

    public required long Seq { get; set; }

    /// <summary>A serialised <see cref="ContactsSet"/>.</summary>
    public required byte[] Contacts { get; set; }
}

/// <summary>A notice to a partner, by the journal entry that it is about.</summary>
internal sealed class NoticeRow
{
    public required long Seq { get; init; }

    public required string Partner { get; init; }

    /// <summary>Whether the parties of the partner's agreements receive it too.</summary>
    public required bool ToParties { get; init; }

    /// <summary>A serialised <see cref="TrygghetHub.Partners.V1.PartnerNotice"/>.</summary>
    public required byte[] Content { get; init; }
}

internal sealed class ConsentRequestTable : IEntityTypeConfiguration<ConsentRequestRow>
{
    public void Configure(EntityTypeBuilder<ConsentRequestRow> builder)
    {
        builder.ToTable("consent_request");
        builder.HasKey(r => r.Id);
        builder.HasIndex(r => r.Partner);
    }
}

internal sealed class ContactsTable : IEntityTypeConfiguration<ContactsRow>
{
    public void Configure(EntityTypeBuilder<ContactsRow> builder)
    {
        builder.ToTable("partner_contacts");
        builder.HasKey(c => c.Partner);
    }
}

internal sealed class NoticeTable : IEntityTypeConfiguration<NoticeRow>
{
    public void Configure(EntityTypeBuilder<NoticeRow> builder)
    {
        builder.ToTable("partner_notice");
        builder.HasKey(n => n.Seq);
        builder.Property(n => n.Seq).ValueGeneratedNever();
        builder.HasIndex(n => new { n.Partner, n.Seq });
    }
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
