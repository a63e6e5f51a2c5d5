using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TrygghetHub.Server.Platform.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Trust : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "RecalledAtSeq",
                table: "partner",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Roles",
                table: "partner",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "State",
                table: "partner",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "StateAt",
                table: "partner",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "StateReason",
                table: "partner",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Issuer",
                table: "certificate",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "Outside",
                table: "certificate",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Predecessor",
                table: "certificate",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "RetiresAt",
                table: "certificate",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RevocationReason",
                table: "certificate",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "RevokedAt",
                table: "certificate",
                type: "INTEGER",
                nullable: true);

            // Who took part before takes part, with the roles that a new partner has; a municipal unit (kind 1) compiles.
            migrationBuilder.Sql(
                "UPDATE partner SET State = 1, StateAt = EnrolledAt, Roles = CASE Kind WHEN 1 THEN '1,4' ELSE '1' END");

            migrationBuilder.CreateTable(
                name: "enrolment_code",
                columns: table => new
                {
                    SecretSha256 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Seq = table.Column<long>(type: "INTEGER", nullable: false),
                    Partner = table.Column<string>(type: "TEXT", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Thumbprint = table.Column<string>(type: "TEXT", nullable: true),
                    Replaced = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_enrolment_code", x => x.SecretSha256);
                });

            migrationBuilder.CreateIndex(
                name: "IX_enrolment_code_Partner",
                table: "enrolment_code",
                column: "Partner");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "enrolment_code");

            migrationBuilder.DropColumn(
                name: "RecalledAtSeq",
                table: "partner");

            migrationBuilder.DropColumn(
                name: "Roles",
                table: "partner");

            migrationBuilder.DropColumn(
                name: "State",
                table: "partner");

            migrationBuilder.DropColumn(
                name: "StateAt",
                table: "partner");

            migrationBuilder.DropColumn(
                name: "StateReason",
                table: "partner");

            migrationBuilder.DropColumn(
                name: "Issuer",
                table: "certificate");

            migrationBuilder.DropColumn(
                name: "Outside",
                table: "certificate");

            migrationBuilder.DropColumn(
                name: "Predecessor",
                table: "certificate");

            migrationBuilder.DropColumn(
                name: "RetiresAt",
                table: "certificate");

            migrationBuilder.DropColumn(
                name: "RevocationReason",
                table: "certificate");

            migrationBuilder.DropColumn(
                name: "RevokedAt",
                table: "certificate");
        }
    }
}
