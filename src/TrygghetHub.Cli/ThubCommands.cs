using System.CommandLine;
using TrygghetHub.Cli.Commands;

namespace TrygghetHub.Cli;

/// <summary>The commands of <c>thub</c>, in the groups in which its help lists them.</summary>
internal static class ThubCommands
{
    /// <summary>A heading of the help, and the commands below it.</summary>
    private sealed record Group(string Heading, params Command[] Commands);

    /// <summary>All commands, each with its help.</summary>
    public static RootCommand Create()
    {
        Group[] groups =
        [
            new("Getting started",
                DemoCommand.Create(),
                InitCommand.Create(),
                ServeCommand.Create(),
                JoinCommand.Create(),
                UseCommand.Create(),
                CompletionCommand.Create()),
            new("Status and diagnostics",
                WhoAmICommand.Create(),
                DoctorCommand.Create(),
                StatusCommand.Create()),
            new("Your reports",
                SendCommand.Create(),
                PreviewCommand.Create(),
                ScreenCommand.Create(),
                new Command("report", "List and show your own reports as the hub stores them.") { ReportListCommand.Create(), ReportShowCommand.Create() },
                WithdrawCommand.Create(),
                new Command("quarantine", "Handle your own reports that the hub has quarantined because they may contain personal data.")
                {
                    QuarantineListCommand.Create(), QuarantineShowCommand.Create(), QuarantineConfirmCommand.Create(),
                    QuarantineDiscardCommand.Create(),
                },
                ConnectCommand.Create(),
                new Command("codes", "List categories, and map your own codes to them.")
                {
                    CodesCategoriesCommand.Create(), CodesListCommand.Create(), CodesListCommand.CreateUnmapped(), CodesImportCommand.Create(),
                    CodesReclassifyCommand.Create(), CodesTypesCommand.Create(), CodesDecideCommand.Create(),
                },
                new Command("week", "Confirm that your reporting for a week is complete.") { WeekConfirmCommand.Create(), WeekListCommand.Create() }),
            new("The shared picture",
                new Command("picture", "Compile, review, approve, distribute and receive weekly situational pictures.")
                {
                    PictureCompileCommand.Create(), PictureGetCommand.Create(), PictureListCommand.Create(), PictureReviewCommand.Create(),
                    PictureEditCommand.Create(), PictureLevelCommand.Create(), PictureDispatchCommand.Create(), PictureApproveCommand.Create(),
                    PictureDistributeCommand.Create(), PictureDeliveriesCommand.Create(), PictureReceiveCommand.Create(), PictureVerifyCommand.Create(),
                },
                new Command("links", "Review reports from different partners that probably describe the same event.")
                {
                    LinksListCommand.Create(), LinksDecideCommand.CreateConfirm(), LinksDecideCommand.CreateReject(),
                    LinksDecideCommand.CreateReopen(),
                },
                new Command("area", "List, find and import areas.")
                {
                    AreaListCommand.Create(), AreaFindCommand.Create(), AreaImportCommand.Create(), AreaReopenCommand.Create(),
                }),
            new("Reports from others",
                FeedCommand.Create(),
                new Command("recall", "List and answer recalls of reports.") { RecallListCommand.Create(), RecallAnswerCommand.Create() }),
            new("Agreements and trust",
                new Command("agreement", "Manage agreements: who may send and see which reports.")
                {
                    AgreementListCommand.Create(), AgreementShowCommand.Create(), AgreementDraftCommand.Create(),
                    AgreementProposeCommand.Create(), AgreementSignCommand.Create(), AgreementSuspendCommand.Create(),
                    AgreementResumeCommand.Create(), AgreementTerminateCommand.Create(), AgreementExportCommand.Create(),
                    AgreementVerifyCommand.Create(), AgreementDiffCommand.Create(), AgreementExplainCommand.Create(),
                    AgreementReviewCommand.Create(), AgreementRehearseCommand.Create(), AgreementApplyCommand.Create(),
                },
                new Command("partner", "Manage partners (operator).")
                {
                    PartnerCreateCommand.Create(), PartnerCodeCommand.Create(), PartnerListCommand.Create(), PartnerShowCommand.Create(),
                    PartnerRolesCommand.Create(), PartnerSuspendCommand.Create(), PartnerResumeCommand.Create(),
                    PartnerOffboardCommand.Create(), PartnerEnrolCommand.Create(),
                },
                new Command("cert", "Manage your certificates; the operator can list all certificates.")
                {
                    CertListCommand.Create(), CertRenewCommand.Create(), CertRequestsCommand.Create(), CertConsentCommand.Create(),
                    CertObjectCommand.Create(), CertNoticesCommand.Create(), CertAddCommand.Create(), CertRevokeCommand.Create(),
                },
                new Command("contact", "Manage your contacts outside the hub, who are notified of actions taken in your name.")
                {
                    ContactCommands.CreateList(), ContactCommands.CreateSet(), ContactCommands.CreateRemove(), ContactCommands.CreateKey(),
                },
                new Command("audit", "Show who has seen a report.") { AuditWhoSawCommand.Create() }),
            new("Retention and leaving",
                new Command("retention", "Manage how long the hub keeps your data, and list what it has disposed of.")
                {
                    RetentionShowCommand.Create(), RetentionDecideCommand.Create(), RetentionPreviewCommand.Create(),
                    RetentionHoldCommand.Create(), RetentionLiftCommand.Create(), RetentionHoldsCommand.Create(),
                    RetentionDisposalsCommand.Create(),
                },
                LeaveCommand.Create()),
        ];
        var root = new RootCommand("TrygghetHub: a shared weekly situational picture, compiled from partners' reports.");
        foreach (var command in groups.SelectMany(group => group.Commands))
        {
            root.Add(command);
        }

        root.Options.Add(RefusalLanguage.Option());
        AddKeyPassphrase(root);
        CommandHelp.Use(root, [.. groups.Select(group => (group.Heading, group.Commands))]);
        return root;
    }

    // Whoever calls a hub has a key, and it may be encrypted.
    private static void AddKeyPassphrase(Command command)
    {
        var caller = command.Options.ToList().FindIndex(option => option.Name == "--as");
        if (caller >= 0)
        {
            command.Options.Insert(caller + 1, CallerOptions.KeyPassphraseFile);
        }

        foreach (var below in command.Subcommands)
        {
            AddKeyPassphrase(below);
        }
    }
}
