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
            new("To begin",
                DemoCommand.Create(),
                InitCommand.Create(),
                ServeCommand.Create(),
                JoinCommand.Create(),
                UseCommand.Create(),
                CompletionCommand.Create()),
            new("To see how things are",
                WhoAmICommand.Create(),
                DoctorCommand.Create(),
                StatusCommand.Create()),
            new("What you report",
                SendCommand.Create(),
                PreviewCommand.Create(),
                ScreenCommand.Create(),
                new Command("report", "Your own reports, as the hub holds them.") { ReportListCommand.Create(), ReportShowCommand.Create() },
                WithdrawCommand.Create(),
                new Command("quarantine", "Your own reports that wait because something in them points at a person.")
                {
                    QuarantineListCommand.Create(), QuarantineShowCommand.Create(), QuarantineConfirmCommand.Create(),
                    QuarantineDiscardCommand.Create(),
                },
                ConnectCommand.Create(),
                new Command("codes", "Categories, and your own codes for them.")
                {
                    CodesCategoriesCommand.Create(), CodesListCommand.Create(), CodesListCommand.CreateUnmapped(), CodesImportCommand.Create(),
                    CodesReclassifyCommand.Create(), CodesTypesCommand.Create(), CodesDecideCommand.Create(),
                },
                new Command("week", "What you, as a partner, say of your own reporting.") { WeekConfirmCommand.Create(), WeekListCommand.Create() }),
            new("The shared picture",
                new Command("picture", "The weekly situational picture: compile, review, approve, distribute; deliveries, receive.")
                {
                    PictureCompileCommand.Create(), PictureGetCommand.Create(), PictureListCommand.Create(), PictureReviewCommand.Create(),
                    PictureEditCommand.Create(), PictureLevelCommand.Create(), PictureDispatchCommand.Create(), PictureApproveCommand.Create(),
                    PictureDistributeCommand.Create(), PictureDeliveriesCommand.Create(), PictureReceiveCommand.Create(), PictureVerifyCommand.Create(),
                },
                new Command("links", "Reports of different partners that are probably of one event.")
                {
                    LinksListCommand.Create(), LinksDecideCommand.CreateConfirm(), LinksDecideCommand.CreateReject(),
                    LinksDecideCommand.CreateReopen(),
                },
                new Command("area", "The geography.")
                {
                    AreaListCommand.Create(), AreaFindCommand.Create(), AreaImportCommand.Create(), AreaReopenCommand.Create(),
                }),
            new("What others share",
                FeedCommand.Create(),
                new Command("recall", "Reports that are to be given up.") { RecallListCommand.Create(), RecallAnswerCommand.Create() }),
            new("Agreements and trust",
                new Command("agreement", "Who may send and see what.")
                {
                    AgreementListCommand.Create(), AgreementShowCommand.Create(), AgreementDraftCommand.Create(),
                    AgreementProposeCommand.Create(), AgreementSignCommand.Create(), AgreementSuspendCommand.Create(),
                    AgreementResumeCommand.Create(), AgreementTerminateCommand.Create(), AgreementExportCommand.Create(),
                    AgreementVerifyCommand.Create(), AgreementDiffCommand.Create(), AgreementExplainCommand.Create(),
                    AgreementReviewCommand.Create(), AgreementRehearseCommand.Create(), AgreementApplyCommand.Create(),
                },
                new Command("partner", "Who takes part (operator).")
                {
                    PartnerCreateCommand.Create(), PartnerCodeCommand.Create(), PartnerListCommand.Create(), PartnerShowCommand.Create(),
                    PartnerRolesCommand.Create(), PartnerSuspendCommand.Create(), PartnerResumeCommand.Create(),
                    PartnerOffboardCommand.Create(), PartnerEnrolCommand.Create(),
                },
                new Command("cert", "Certificates: your own, and for the operator everybody's.")
                {
                    CertListCommand.Create(), CertRenewCommand.Create(), CertRequestsCommand.Create(), CertConsentCommand.Create(),
                    CertObjectCommand.Create(), CertNoticesCommand.Create(), CertAddCommand.Create(), CertRevokeCommand.Create(),
                },
                new Command("contact", "Whom you, as a partner, have outside the hub: told of what is done in your name.")
                {
                    ContactCommands.CreateList(), ContactCommands.CreateSet(), ContactCommands.CreateRemove(), ContactCommands.CreateKey(),
                },
                new Command("audit", "Who has seen what.") { AuditWhoSawCommand.Create() }),
            new("What is kept",
                new Command("retention", "How long what is yours is kept, by whose decision, and what has gone.")
                {
                    RetentionShowCommand.Create(), RetentionDecideCommand.Create(), RetentionPreviewCommand.Create(),
                    RetentionHoldCommand.Create(), RetentionLiftCommand.Create(), RetentionHoldsCommand.Create(),
                    RetentionDisposalsCommand.Create(),
                },
                LeaveCommand.Create()),
        ];
        var root = new RootCommand("TrygghetHub: one shared situational picture, every week, from those who see the town.");
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
