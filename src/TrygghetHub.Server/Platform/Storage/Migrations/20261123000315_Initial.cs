using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TrygghetHub.Server.Platform.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Journal.JournalTables.Create);
            migrationBuilder.Sql(Reports.ReportTables.Create);
            migrationBuilder.Sql(Reports.ShowingTables.Create);
            migrationBuilder.Sql(Reports.QuarantineTable.Create);
            migrationBuilder.Sql(Codes.CodeMappingTable.Create);
            migrationBuilder.Sql(Codes.EventTypeTables.Create);
            migrationBuilder.Sql(Links.LinkTable.Create);
            migrationBuilder.Sql(Pictures.Reviews.ReviewTables.Create);
            migrationBuilder.Sql(Agreements.VisibilityTable.Create);
            migrationBuilder.Sql(Areas.AreaImportTable.Create);
            migrationBuilder.Sql(Feed.FeedTables.Create);
            migrationBuilder.Sql(Retention.RetentionTables.Create);
            migrationBuilder.Sql(Pictures.Compile.WeekCellTable.Create);
            migrationBuilder.Sql(Pictures.Weeks.WeekReminderTable.Create);

            migrationBuilder.CreateTable(
                name: "agreement_step",
                columns: table => new
                {
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    Agreement = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_agreement_step", x => x.Seq);
                });

            migrationBuilder.CreateTable(
                name: "certificate",
                columns: table => new
                {
                    Thumbprint = table.Column<string>(type: "TEXT", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    Uri = table.Column<string>(type: "TEXT", nullable: false),
                    Issuer = table.Column<string>(type: "TEXT", nullable: false),
                    Outside = table.Column<bool>(type: "INTEGER", nullable: false),
                    NotBefore = table.Column<long>(type: "INTEGER", nullable: false),
                    NotAfter = table.Column<long>(type: "INTEGER", nullable: false),
                    ChainPem = table.Column<string>(type: "TEXT", nullable: false),
                    Predecessor = table.Column<string>(type: "TEXT", nullable: false),
                    ConsentRequest = table.Column<string>(type: "TEXT", nullable: false),
                    RetiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RevokedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RevocationReason = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_certificate", x => x.Thumbprint);
                });

            migrationBuilder.CreateTable(
                name: "consent_request",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    Partner = table.Column<string>(type: "TEXT", nullable: false),
                    AskedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Document = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Thumbprint = table.Column<string>(type: "TEXT", nullable: false),
                    Roles = table.Column<string>(type: "TEXT", nullable: false),
                    FullAt = table.Column<long>(type: "INTEGER", nullable: true),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    DecidedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    DecidedBy = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    Given = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_consent_request", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "enrolment_code",
                columns: table => new
                {
                    SecretSha256 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    Partner = table.Column<string>(type: "TEXT", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    MadeBy = table.Column<string>(type: "TEXT", nullable: false),
                    Thumbprint = table.Column<string>(type: "TEXT", nullable: true),
                    Replaced = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_enrolment_code", x => x.SecretSha256);
                });

            migrationBuilder.CreateTable(
                name: "freeze",
                columns: table => new
                {
                    Municipality = table.Column<string>(type: "TEXT", nullable: false),
                    Week = table.Column<int>(type: "INTEGER", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_freeze", x => new { x.Municipality, x.Week });
                });

            migrationBuilder.CreateTable(
                name: "partner",
                columns: table => new
                {
                    Id = table.Column<string>(type: "TEXT", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    DisplayName = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    EnrolledAt = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    StateReason = table.Column<string>(type: "TEXT", nullable: false),
                    StateAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Roles = table.Column<string>(type: "TEXT", nullable: false),
                    RecalledAtSeq = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_partner", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "partner_contacts",
                columns: table => new
                {
                    Partner = table.Column<string>(type: "TEXT", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    Contacts = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_partner_contacts", x => x.Partner);
                });

            migrationBuilder.CreateTable(
                name: "partner_notice",
                columns: table => new
                {
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    Partner = table.Column<string>(type: "TEXT", nullable: false),
                    ToParties = table.Column<bool>(type: "INTEGER", nullable: false),
                    Content = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_partner_notice", x => x.Seq);
                });

            migrationBuilder.CreateTable(
                name: "picture",
                columns: table => new
                {
                    Compiler = table.Column<string>(type: "TEXT", nullable: false),
                    Municipality = table.Column<string>(type: "TEXT", nullable: false),
                    Week = table.Column<int>(type: "INTEGER", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    CountedSeq = table.Column<long>(type: "INTEGER", nullable: false),
                    FrozenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CompiledAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_picture", x => new { x.Compiler, x.Municipality, x.Week, x.Revision });
                });

            migrationBuilder.CreateTable(
                name: "week_confirmation",
                columns: table => new
                {
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    Partner = table.Column<string>(type: "TEXT", nullable: false),
                    Municipality = table.Column<string>(type: "TEXT", nullable: false),
                    Week = table.Column<int>(type: "INTEGER", nullable: false),
                    Statement = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_week_confirmation", x => x.Seq);
                });

            migrationBuilder.CreateIndex(
                name: "IX_certificate_Uri",
                table: "certificate",
                column: "Uri");

            migrationBuilder.CreateIndex(
                name: "IX_consent_request_Partner",
                table: "consent_request",
                column: "Partner");

            migrationBuilder.CreateIndex(
                name: "IX_enrolment_code_Partner",
                table: "enrolment_code",
                column: "Partner");

            migrationBuilder.CreateIndex(
                name: "IX_week_confirmation_Municipality_Week_Partner",
                table: "week_confirmation",
                columns: new[] { "Municipality", "Week", "Partner" });

            migrationBuilder.CreateIndex(
                name: "IX_partner_notice_Partner_Seq",
                table: "partner_notice",
                columns: new[] { "Partner", "Seq" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Pictures.Weeks.WeekReminderTable.Drop);
            migrationBuilder.Sql(Pictures.Compile.WeekCellTable.Drop);
            migrationBuilder.Sql(Retention.RetentionTables.Drop);
            migrationBuilder.Sql(Feed.FeedTables.Drop);
            migrationBuilder.Sql(Areas.AreaImportTable.Drop);
            migrationBuilder.Sql(Agreements.VisibilityTable.Drop);
            migrationBuilder.Sql(Pictures.Reviews.ReviewTables.Drop);
            migrationBuilder.Sql(Links.LinkTable.Drop);
            migrationBuilder.Sql(Codes.EventTypeTables.Drop);
            migrationBuilder.Sql(Codes.CodeMappingTable.Drop);
            migrationBuilder.Sql(Reports.QuarantineTable.Drop);
            migrationBuilder.Sql(Reports.ShowingTables.Drop);
            migrationBuilder.Sql(Reports.ReportTables.Drop);
            migrationBuilder.Sql(Journal.JournalTables.Drop);

            migrationBuilder.DropTable(
                name: "agreement_step");

            migrationBuilder.DropTable(
                name: "certificate");

            migrationBuilder.DropTable(
                name: "consent_request");

            migrationBuilder.DropTable(
                name: "enrolment_code");

            migrationBuilder.DropTable(
                name: "freeze");

            migrationBuilder.DropTable(
                name: "partner");

            migrationBuilder.DropTable(
                name: "partner_contacts");

            migrationBuilder.DropTable(
                name: "partner_notice");

            migrationBuilder.DropTable(
                name: "picture");

            migrationBuilder.DropTable(
                name: "week_confirmation");
        }
    }
}
