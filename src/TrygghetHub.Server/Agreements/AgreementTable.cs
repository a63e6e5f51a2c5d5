using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TrygghetHub.Server.Agreements;

/// <summary>A version of an agreement as stored; the document is the content of its journal entry.</summary>
internal sealed class AgreementRow
{
    public required string Id { get; init; }

    public required int Version { get; init; }

    public required long Seq { get; init; }

    public required long AppliedAt { get; init; }
}

internal sealed class AgreementTable : IEntityTypeConfiguration<AgreementRow>
{
    public void Configure(EntityTypeBuilder<AgreementRow> builder)
    {
        builder.ToTable("agreement");
        builder.HasKey(a => new { a.Id, a.Version });
    }
}
