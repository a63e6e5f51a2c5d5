using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TrygghetHub.Server.Agreements;

/// <summary>Where the steps of agreements stand in the journal; what they say is the content of the entries.</summary>
internal sealed class AgreementStepRow
{
    public required long Seq { get; init; }

    public required string Agreement { get; init; }

    public required long At { get; init; }
}

internal sealed class AgreementTable : IEntityTypeConfiguration<AgreementStepRow>
{
    public void Configure(EntityTypeBuilder<AgreementStepRow> builder)
    {
        builder.ToTable("agreement_step");
        builder.HasKey(a => a.Seq);
        builder.Property(a => a.Seq).ValueGeneratedNever();
    }
}
