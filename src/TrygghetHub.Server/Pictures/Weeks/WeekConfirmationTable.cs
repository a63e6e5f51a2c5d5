using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>A partner's word on a week; the last one holds.</summary>
internal sealed class WeekConfirmationRow
{
    public required long Seq { get; init; }

    public required string Partner { get; init; }

    public required string Municipality { get; init; }

    public required int Week { get; init; }

    public required int Statement { get; init; }

    public required long At { get; init; }
}

internal sealed class WeekConfirmationTable : IEntityTypeConfiguration<WeekConfirmationRow>
{
    public void Configure(EntityTypeBuilder<WeekConfirmationRow> builder)
    {
        builder.ToTable("week_confirmation");
        builder.HasKey(c => c.Seq);
        builder.Property(c => c.Seq).ValueGeneratedNever();
        builder.HasIndex(c => new { c.Municipality, c.Week, c.Partner });
    }
}
